using System.Text.Json;
using Pipeline.Domain;
using Pipeline.Runtime.Loyalty.Storage;
using Pipeline.Runtime.Ports;

namespace Pipeline.Runtime.Loyalty;

/// <summary>What of a ledger does not hold.</summary>
/// <param name="EntryId">The entry that was edited, added or taken away; null where it is another document.</param>
public sealed record BrokenInvariant(string Invariant, string Detail, string? EntryId = null);

/// <param name="Hash">Base64url; null: the entry is older than the chain.</param>
public readonly record struct ChainedEntry(string EntryId, string? Hash);

/// <summary>
/// A customer's entries as they are stored, held together by their hashes. It looks at bytes: what they mean is for
/// <see cref="LedgerProof"/>.
/// </summary>
internal sealed class LedgerChain
{
    public const string HashInvariant = "hash";
    public const string ChainInvariant = "chain";

    private readonly byte[] origin;
    private readonly Account account;
    private readonly Link[] links;

    private LedgerChain(string customer, Account account, Link[] links) =>
        (origin, this.account, this.links) = (LedgerSeal.Origin(customer), account, links);

    /// <param name="account">With its seal checked: where the chain begins and ends is believed.</param>
    public static LedgerChain Of(string customer, Account account, IReadOnlyList<Document> entries)
    {
        var links = new Link[entries.Count];
        for (var i = 0; i < links.Length; i++)
            links[i] = Link.Of(entries[i]);
        Array.Sort(links);
        return new LedgerChain(customer, account, links);
    }

    public int Count => links.Length;

    /// <summary>How many of the entries have a hash.</summary>
    public int Hashed => links.Count(static link => link.Hash is not null);

    /// <summary>In the order in which they were recorded.</summary>
    public IEnumerable<ChainedEntry> Entries => links.Select(static link => new ChainedEntry(
        link.Id, link.Hash is { } hash ? LedgerSeal.Text(hash) : null));

    public BrokenInvariant? FirstBroken() => Holds() ? null : Edited() ?? Misplaced() ?? new BrokenInvariant(
        ChainInvariant, "the account's head is not the hash of its last entry");

    /// <summary>The common case: one pass, and nothing is looked up.</summary>
    private bool Holds()
    {
        var before = origin;
        Span<byte> hash = stackalloc byte[LedgerSeal.HashBytes];
        for (var i = 0; i < links.Length; i++)
        {
            ref readonly var link = ref links[i];
            if (link.Sequence != i + 1 || link.Previous != (i == 0 ? null : links[i - 1].Id) || !IsWhole(link, before, hash))
                return false;
            before = link.Hash ?? origin;
        }

        return links.Length == account.Entries
            && account.Head == (links.Length == 0 ? null : links[^1].Id)
            && account.Chain?.Hash == (links.Length > 0 && links[^1].Hash is { } head ? LedgerSeal.Text(head) : null);
    }

    /// <summary>Whether its bytes are those that were hashed; before the chain begins there is nothing to hold them against.</summary>
    private bool IsWhole(in Link link, byte[] before, Span<byte> hash)
    {
        if (link.Hash is null)
            return link.Sequence > 0 && link.Sequence < (account.Chain?.From ?? long.MaxValue);
        LedgerSeal.Hash(before, link.Id, link.Payload.Span, hash);
        return hash.SequenceEqual(link.Hash);
    }

    /// <summary>
    /// An entry whose hash was edited makes the one that follows it look edited as well: it is the first of them that was.
    /// </summary>
    private BrokenInvariant? Edited()
    {
        var byId = links.ToDictionary(static link => link.Id, StringComparer.Ordinal);
        var failing = new Dictionary<string, Link>(StringComparer.Ordinal);
        Span<byte> hash = stackalloc byte[LedgerSeal.HashBytes];
        foreach (var link in links)
        {
            var before = link.Previous is { } id && byId.TryGetValue(id, out var previous) ? previous.Hash ?? origin : origin;
            if (!IsWhole(link, before, hash))
                failing.Add(link.Id, link);
        }

        if (failing.Count == 0)
            return null;
        var first = links.FirstOrDefault(
            link => failing.ContainsKey(link.Id) && (link.Previous is null || !failing.ContainsKey(link.Previous)));
        first = first.Document is null ? failing.Values.Min() : first;
        var isAfterMissing = first.Previous is { } lost && !byId.ContainsKey(lost)
            && !Array.Exists(links, link => link.Sequence == first.Sequence - 1);
        return isAfterMissing ? Missing(first.Previous!)
            : first.Sequence == 0 ? new BrokenInvariant(HashInvariant, $"entry {first.Id} cannot be read", first.Id)
            : new BrokenInvariant(HashInvariant, $"entry {first.Id} is not what was hashed", first.Id);
    }

    /// <summary>Every entry is what it was, but they do not follow one another up to the head that the account names.</summary>
    private BrokenInvariant? Misplaced()
    {
        var byId = links.ToDictionary(static link => link.Id, StringComparer.Ordinal);
        var chained = new HashSet<string>(StringComparer.Ordinal);
        var next = account.Head;
        for (var sequence = account.Entries; next is not null; sequence--)
        {
            if (!byId.TryGetValue(next, out var link))
                return Missing(next);
            if (link.Sequence != sequence || !chained.Add(next))
                return new BrokenInvariant(
                    ChainInvariant, $"entry {next} is number {link.Sequence} where {sequence} was expected", next);
            next = link.Previous;
        }

        foreach (var link in links)
            if (!chained.Contains(link.Id))
                return new BrokenInvariant(ChainInvariant, $"entry {link.Id} was added: nothing follows it", link.Id);
        return account.Entries == links.Length
            ? null
            : new BrokenInvariant(ChainInvariant, $"the account counts {account.Entries} entries, {links.Length} are stored");
    }

    private static BrokenInvariant Missing(string id) => new(ChainInvariant, $"entry {id} is missing", id);

    /// <param name="Sequence">0: the entry's beginning cannot be read.</param>
    private readonly record struct Link(
        Document Document, long Sequence, string? Previous, ReadOnlyMemory<byte> Payload, byte[]? Hash) : IComparable<Link>
    {
        public string Id => Document.Key.Id;

        public static Link Of(Document document)
        {
            var (sequence, previous) = PlaceOf(document.Body.Span);
            var hash = new byte[LedgerSeal.HashBytes];
            return LedgerSeal.TryOpenEntry(document.Body.Span, out var payload, hash)
                ? new Link(document, sequence, previous, document.Body[..payload.Length], hash)
                : new Link(document, sequence, previous, document.Body, null);
        }

        public int CompareTo(Link other)
        {
            var bySequence = Sequence.CompareTo(other.Sequence);
            return bySequence != 0 ? bySequence : string.CompareOrdinal(Id, other.Id);
        }

        /// <summary>Its number and the entry before stand first.</summary>
        private static (long Sequence, string? Previous) PlaceOf(ReadOnlySpan<byte> body)
        {
            try
            {
                var json = new Utf8JsonReader(body);
                if (!json.Read() || !json.Read() || !json.ValueTextEquals("n"u8) || !json.Read())
                    return default;
                var sequence = json.GetInt64();
                var previous = json.Read() && json.TokenType == JsonTokenType.PropertyName && json.ValueTextEquals("prev"u8)
                    && json.Read()
                    ? json.GetString()
                    : null;
                return (sequence, previous);
            }
            catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
            {
                return default;
            }
        }
    }
}
