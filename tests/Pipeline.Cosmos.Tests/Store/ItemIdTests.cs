using Pipeline.Cosmos.Items;
using Xunit.Abstractions;

namespace Pipeline.Cosmos.Tests.Store;

public sealed class ItemIdTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("purchase:p-1_A", "entry:purchase:p-1_A")]
    [InlineData("shop.12/7", "entry:shop.002E12.002F7")]
    [InlineData("客1", "entry:~5BA21")]
    [InlineData("a b", "entry:a!0020b")]
    public void Ids_of_clients_stand_as_they_are_and_others_are_marked(string id, string item)
    {
        Assert.Equal(item, ItemId.Of("entry", id));
        Assert.Equal(("entry", id), ItemId.Parse(item));
    }

    [Fact]
    public void Item_ids_are_in_the_ordinal_order_of_ids_and_are_read_back()
    {
        const int Seed = 20_260_301;
        output.WriteLine($"seed {Seed}");
        var random = new Random(Seed);
        var ids = Enumerable.Range(0, 4_000).Select(_ => Name(random)).ToArray();

        for (var i = 1; i < ids.Length; i++)
        {
            var (a, b) = (ItemId.Of("k", ids[i - 1]), ItemId.Of("k", ids[i]));
            Assert.Equal(
                Math.Sign(string.CompareOrdinal(ids[i - 1], ids[i])), Math.Sign(string.CompareOrdinal(a, b)));
            Assert.Equal(("k", ids[i]), ItemId.Parse(b));
        }
    }

    [Fact]
    public void Item_ids_have_only_what_the_service_allows()
    {
        foreach (var character in Enumerable.Range(0, char.MaxValue + 1).Select(static code => (char)code))
        {
            var item = ItemId.Of("k", $"{character}");
            Assert.True(item.All(char.IsAscii) && item.IndexOfAny(['/', '\\', '?', '#', ' ', '%', '"']) < 0, item);
        }
    }

    [Fact]
    public void A_kind_ends_before_the_next_one_begins()
    {
        Assert.True(string.CompareOrdinal(ItemId.Of("entry", "\uFFFF"), ItemId.Before("entry", null)) < 0);
        Assert.True(string.CompareOrdinal(ItemId.From("entry", null), ItemId.Of("entry", "\0")) < 0);
        Assert.True(string.CompareOrdinal(ItemId.Before("entry", null), ItemId.From("entry2", null)) < 0
            || string.CompareOrdinal(ItemId.Before("entry2", null), ItemId.From("entry", null)) < 0);
    }

    [Fact]
    public void The_longest_id_of_a_client_fits_and_one_beyond_the_service_s_limit_is_refused()
    {
        Assert.Equal(5 + 1 + 255, ItemId.Of("entry", new string('x', 255)).Length);
        Assert.Equal(("entry", new string('客', 200)), ItemId.Parse(ItemId.Of("entry", new string('客', 200))));
        Assert.Throws<ArgumentException>(() => ItemId.Of("entry", new string('客', 255)));
        Assert.Throws<ArgumentException>(() => ItemId.Of("entry", new string('x', 256)));
        Assert.Throws<ArgumentException>(() => ItemId.Of("entry", ""));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Entry")]
    [InlineData("a:b")]
    [InlineData("a\"b")]
    [InlineData("kind-of-more-than-thirty-two-letters")]
    public void A_kind_is_a_short_plain_word(string kind)
    {
        Assert.Throws<ArgumentException>(() => ItemId.CheckKind(kind));
    }

    /// <summary>Few different characters, so that names share beginnings: all the neighbours of marks among them.</summary>
    private static string Name(Random random) =>
        random.GetString("-./09:;@AZ[\\^_`az{~ !#?\0\u007F\u00E9客\uD83D\uDE00\uFFFF", random.Next(1, 6));
}
