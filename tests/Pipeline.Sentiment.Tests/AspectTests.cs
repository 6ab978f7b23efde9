using Pipeline.Runtime.Ports;

namespace Pipeline.Sentiment.Tests;

public class AspectTests
{
    [Fact]
    public void Each_clause_speaks_for_its_own_aspect()
    {
        const string text = "Arrived late and one cup was broken, but support was kind.";

        var aspects = Embedded.Analyse(text).Aspects;

        Assert.Equal(
            [
                new AspectMention("delivery", SentimentLabel.Negative, "Arrived late", 0, 12),
                new AspectMention("product-quality", SentimentLabel.Negative, "one cup was broken", 17, 18),
                new AspectMention("support", SentimentLabel.Positive, "support was kind.", 41, 17),
            ],
            aspects);
    }

    [Theory]
    [InlineData("arrived late but support was kind", "delivery:Negative support:Positive")]
    [InlineData("The packaging was beautiful. The price is too expensive for me.", "packaging:Positive price:Negative")]
    [InlineData("Still no refund after six weeks!", "returns:Negative")]
    [InlineData("The app crashes every time I log in.", "website-or-app:Negative")]
    [InlineData("Rude staff, but the store was lovely.", "staff:Negative store:Positive")]
    [InlineData("My size is out of stock again", "stock:Negative")]
    [InlineData("The delivery and packaging were excellent!", "delivery:Positive packaging:Positive")]
    [InlineData("It was not late and it works well.", "delivery:Positive product-quality:Positive")]
    [InlineData("My item never arrived", "delivery:Negative")]
    [InlineData("Support was rude.", "support:Negative")]
    [InlineData("The support was slow and rude and unhelpful", "support:Negative")]
    [InlineData("Courteous customer service", "support:Positive")]
    [InlineData("The cashier was rude and support was kind", "staff:Negative support:Positive")]
    [InlineData("Support was kind and the cashier was rude", "support:Positive staff:Negative")]
    [InlineData("Support was kind. So rude in the shop!", "support:Positive staff:Negative store:Negative")]
    [InlineData("Nice product", "product-quality:Positive")]
    [InlineData("I love it", "")]
    [InlineData("The staffing of a shopkeeper", "")]
    public void English_aspects_have_their_own_labels(string text, string expected) =>
        Assert.Equal(expected, Said(text));

    [Theory]
    [InlineData("物流太慢了，但是客服很好。", "delivery:Negative support:Positive")]
    [InlineData("质量很好，就是价格有点贵", "product-quality:Positive price:Negative")]
    [InlineData("包装精美，送货快！", "packaging:Positive delivery:Positive")]
    [InlineData("一直不给退款，要投诉", "returns:Negative support:Negative")]
    [InlineData("软件总是闪退", "website-or-app:Negative")]
    [InlineData("服务员态度很差，环境不错", "staff:Negative store:Positive")]
    [InlineData("又缺货了，太失望", "stock:Negative")]
    [InlineData("客服态度很好", "support:Positive")]
    [InlineData("售后服务态度恶劣，再也不买了", "support:Negative")]
    [InlineData("服务很好，客服没回复", "staff:Positive support:Negative")]
    [InlineData("店员态度差", "staff:Negative")]
    public void Chinese_aspects_have_their_own_labels(string text, string expected) =>
        Assert.Equal(expected, Said(text));

    [Fact]
    public void Evidence_is_where_the_offsets_say_also_behind_emoji()
    {
        const string text = "😀 Nice cups 😍. 📦 The parcel was crushed, sadly. 快递很慢";

        foreach (var aspect in Embedded.Analyse(text).Aspects)
            Assert.Equal(aspect.Text, text.Substring(aspect.Offset, aspect.Length));
    }

    [Fact]
    public void Evidence_without_punctuation_is_short_and_cuts_no_pair()
    {
        var text = string.Concat(Enumerable.Repeat("😀", 300)) + " the delivery " + string.Concat(Enumerable.Repeat("😀", 300));

        var aspect = Assert.Single(Embedded.Analyse(text).Aspects);

        Assert.Contains("delivery", aspect.Text);
        Assert.InRange(aspect.Length, 1, 200);
        Assert.False(char.IsLowSurrogate(aspect.Text[0]));
        Assert.False(char.IsHighSurrogate(aspect.Text[^1]));
    }

    [Fact]
    public void The_taxonomy_has_the_ten_aspects_in_both_languages_and_no_word_twice()
    {
        var taxonomy = Aspects.Taxonomy.Embedded();

        Assert.Equal(
            [
                "delivery", "packaging", "product-quality", "price", "support", "returns", "website-or-app", "store",
                "staff", "stock",
            ],
            taxonomy.Aspects.Select(aspect => aspect.Aspect));
        foreach (var of in new Func<Aspects.AspectWords, Aspects.WordLists>[] { aspect => aspect.En, aspect => aspect.Zh })
        {
            var words = taxonomy.Aspects.Select(of)
                .SelectMany(lists => (string[])[.. lists.About, .. lists.Things ?? [], .. lists.Positive, .. lists.Negative])
                .ToArray();
            Assert.Equal(words.Distinct(), words);
            Assert.All(
                taxonomy.Aspects.Select(of).SelectMany(lists => lists.Manners ?? []), manner => Assert.Contains(manner, words));
            Assert.All(words, word => Assert.Equal(word.ToLowerInvariant(), word));
        }
    }

    private static string Said(string text) =>
        string.Join(' ', Embedded.Analyse(text).Aspects.Select(aspect => $"{aspect.Aspect}:{aspect.Label}"));
}
