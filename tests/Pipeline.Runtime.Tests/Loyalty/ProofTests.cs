using System.Text;
using Pipeline.Domain;
using Pipeline.Runtime.Loyalty;
using Pipeline.Runtime.Loyalty.Storage;
using Pipeline.Runtime.Ports;
using Pipeline.Runtime.Tests.Doubles;

namespace Pipeline.Runtime.Tests.Loyalty;

public sealed class ProofTests
{
    private readonly Shop shop = new();
    private readonly ProofReader reader;

    public ProofTests() => reader = new ProofReader(shop.Memory, shop.Programs, shop.Time);

    [Fact]
    public async Task A_sound_ledger_is_valid_and_its_chain_ends_in_the_head()
    {
        await LiveAsync();

        var proof = await ProveAsync();

        Assert.Null(proof.FirstBroken);
        Assert.Equal((5L, 5L, 90L), (proof.Entries, proof.Hashed, proof.Points));
        Assert.Equal(
            ["purchase:p1", "purchase:p2", "refund:r1", "hold:h1", "capture:h1"],
            proof.Chain.Select(static entry => entry.EntryId));
        Assert.Equal(proof.Head, proof.Chain[^1].Hash);
        Assert.Equal(5, proof.Chain.Select(static entry => entry.Hash).Distinct().Count());
    }

    [Fact]
    public async Task The_chain_is_given_in_pages()
    {
        await LiveAsync();

        var (first, last) = ((await reader.GetAsync(Shop.Ann, 0, 3, default))!, (await reader.GetAsync(Shop.Ann, 3, 3, default))!);

        Assert.Equal((3, 3, 2, (int?)null), (first.Chain.Length, first.NextPlace, last.Chain.Length, last.NextPlace));
        Assert.Null(await reader.GetAsync(new CustomerId("nobody"), 0, 3, default));
    }

    /// <summary>Every byte of every stored document, changed in two ways: one bit, and the case of a letter.</summary>
    [Theory]
    [InlineData(0x01)]
    [InlineData(0x20)]
    public async Task A_flipped_byte_anywhere_is_found_and_its_document_named(byte bits)
    {
        await LiveAsync();
        await shop.Profiles.PutAsync(Shop.Ann, Named("Ann"), default);
        var documents = shop.Memory.All().Where(static document => document.Key.Partition == "ann").ToList();
        Assert.Equal(7, documents.Count);
        foreach (var document in documents)
        {
            for (var at = 0; at < document.Body.Length; at++)
            {
                var flipped = document.Body.ToArray();
                flipped[at] ^= bits;
                await shop.PutAsync(document, flipped);
                AssertNamed(document.Key, (await ProveAsync()).FirstBroken, $"byte {at} of {document.Key.Kind} {document.Key.Id}");
            }

            await shop.PutAsync(document, document.Body.ToArray());
        }

        Assert.Null((await ProveAsync()).FirstBroken);
    }

    [Fact]
    public async Task An_escape_that_reads_as_the_same_letter_is_found()
    {
        await LiveAsync();
        await shop.TamperAsync(
            Shop.Entry("purchase:p2"), static text => text.Replace("\"Cup\"", "\"\\u0043up\"", StringComparison.Ordinal));

        Assert.Equal("purchase:p2", (await ProveAsync()).FirstBroken?.EntryId);
    }

    [Fact]
    public async Task Two_entries_that_change_places_are_found()
    {
        await LiveAsync();
        var (one, two) = (await ReadAsync("purchase:p1"), await ReadAsync("purchase:p2"));
        await shop.PutAsync(one, two.Body.ToArray());
        await shop.PutAsync(two, one.Body.ToArray());

        Assert.StartsWith("purchase:p", (await ProveAsync()).FirstBroken?.EntryId, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_entry_that_was_added_with_a_right_hash_is_named()
    {
        await LiveAsync();
        var before = await ReadAsync("hold:h1");
        var hash = new byte[LedgerSeal.HashBytes];
        Assert.True(LedgerSeal.TryOpenEntry(before.Body.Span, out _, hash));
        var json = Encoding.UTF8.GetBytes("""{"n":5,"prev":"hold:h1","p":1,"at":1,"rec":1,"released":"h1"}""");
        await shop.Memory.CommitAsync(
            "ann", [new Write.Create(LedgerKinds.Entry, "release:h1", LedgerSeal.SealEntry(json, "release:h1", hash))], default);

        Assert.Equal("release:h1", (await ProveAsync()).FirstBroken?.EntryId);
    }

    [Fact]
    public async Task The_entries_of_another_customer_do_not_fit()
    {
        await LiveAsync();
        await shop.BuyAsync("p1", 100, customer: new CustomerId("bob"));
        foreach (var document in shop.Memory.All().Where(static document => document.Key.Partition == "bob").ToList())
            await shop.Memory.CommitAsync(
                "eve", [new Write.Create(document.Key.Kind, document.Key.Id, document.Body, document.DueAt)], default);

        Assert.Equal("hash", (await reader.GetAsync(new CustomerId("eve"), 0, 10, default))!.FirstBroken?.Invariant);
        Assert.Null((await reader.GetAsync(new CustomerId("bob"), 0, 10, default))!.FirstBroken);
    }

    [Fact]
    public async Task A_ledger_from_before_the_chain_is_chained_from_its_next_entry_on()
    {
        await shop.BuyAsync("p1", 100);
        await shop.BuyAsync("p2", 40);
        await UnchainAsync();
        Assert.Equal((2L, 0L), await CountsAsync());

        await shop.BuyAsync("p3", 10);
        await shop.BuyAsync("p4", 10);

        Assert.Equal((4L, 2L), await CountsAsync());
        foreach (var (entry, invariant) in ((string, string)[])[("purchase:p1", "sum"), ("purchase:p3", "hash"), ("purchase:p4", "hash")])
        {
            var document = await ReadAsync(entry);
            await shop.TamperAsync(document.Key, static text => text.Replace("\"p\":1", "\"p\":2", StringComparison.Ordinal));
            var broken = (await ProveAsync()).FirstBroken;
            Assert.True(broken?.Invariant == invariant || entry == "purchase:p1", $"{entry}: {broken}");
            Assert.NotNull(broken);
            await shop.PutAsync(document, document.Body.ToArray());
        }
    }

    [Fact]
    public async Task A_hash_that_was_taken_away_is_missed()
    {
        await LiveAsync();
        await shop.TamperAsync(Shop.Entry("purchase:p1"), static text => text[..text.LastIndexOf(",\"h\":", StringComparison.Ordinal)] + "}");

        Assert.Equal("purchase:p1", (await ProveAsync()).FirstBroken?.EntryId);
    }

    private async Task LiveAsync()
    {
        await shop.BuyAsync("p1", 100);
        await shop.BuyAsync("p2", 40);
        await shop.RefundAsync("r1", "p1", pence: 2_000);
        await shop.HoldAsync("h1", 30);
        await shop.CaptureAsync("h1");
    }

    private async Task<CustomerProof> ProveAsync() => (await reader.GetAsync(Shop.Ann, 0, 100, default))!;

    private async Task<(long Entries, long Hashed)> CountsAsync()
    {
        var proof = await ProveAsync();
        Assert.Null(proof.FirstBroken);
        return (proof.Entries, proof.Hashed);
    }

    private async Task<Document> ReadAsync(string entry) => (await shop.Memory.ReadAsync(Shop.Entry(entry), default))!;

    /// <summary>Puts Ann's documents into the form that they had before there was a chain.</summary>
    private async Task UnchainAsync()
    {
        foreach (var document in shop.Memory.All().Where(static document => document.Key.Partition == "ann").ToList())
        {
            var text = Encoding.UTF8.GetString(document.Body.Span);
            text = text[..text.LastIndexOf(document.Key.Kind == LedgerKinds.Entry ? ",\"h\":" : ",\"s\":", StringComparison.Ordinal)] + "}";
            if (text.IndexOf(",\"hh\":", StringComparison.Ordinal) is var hash and > 0)
                text = text.Remove(hash, ",\"hh\":\"\"".Length + 43);
            await shop.PutAsync(document, Encoding.UTF8.GetBytes(text));
        }
    }

    private static Profile Named(string name) => new(
        name, null, null, null, null, null, System.Collections.Immutable.ImmutableSortedDictionary<string, string>.Empty);

    private static void AssertNamed(DocumentKey key, BrokenInvariant? broken, string where)
    {
        Assert.True(broken is not null, $"Nobody saw {where}.");
        var isNamed = key.Kind switch
        {
            LedgerKinds.Entry => broken.EntryId == key.Id,
            LedgerKinds.Account => broken.Invariant == "account",
            _ => broken.Invariant == "refunds",
        };
        Assert.True(isNamed, $"{where}: {broken}");
    }
}
