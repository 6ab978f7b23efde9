using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Pipeline.Domain;
using Pipeline.Runtime.Loyalty;
using Pipeline.Runtime.Loyalty.Storage;
using Pipeline.Runtime.Ports;

namespace Pipeline.Runtime.Satisfaction;

/// <summary>Something to be counted once.</summary>
/// <param name="Once">Names it, for ever; at most <see cref="StoreLimits.IdCharactersMax"/> characters.</param>
internal sealed record Counted(string Once, DateOnly Day, SatisfactionTally Tally);

/// <summary>
/// Where a day's counts lie. Days are spread over the slots of their year, so that writers do not meet, and a report of a
/// year reads as many partitions as there are slots, however much feedback there was.
/// </summary>
internal readonly record struct TallyPlace(int Year, int Slot)
{
    /// <summary>Stored in the names of partitions: it never changes.</summary>
    public const int Slots = 16;

    public string Partition => string.Create(CultureInfo.InvariantCulture, $"~satisfaction:{Year:D4}:{Slot:D2}");

    /// <param name="spread">The same text, the same slot.</param>
    public static TallyPlace Of(int year, string spread)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(spread), hash);
        return new TallyPlace(year, hash[0] % Slots);
    }
}

/// <summary>
/// Counts feedback, links and cases by day: a mark that something was counted, and the count, are one atomic write, so
/// that counting it again changes nothing. The counts are a cache of what is stored beside the customers.
/// </summary>
internal sealed class SatisfactionBook(IDocumentStore store) : IDisposable
{
    public const int AttemptsMax = 12;

    private const string MarkKind = "counted";
    public const string TallyKind = "tally";

    /// <summary>A tally that has grown so large is left, and another of its day begun: they are added up.</summary>
    private const int TallyBytesMax = 16 * 1024;

    /// <summary>A mark and, at worst, a tally each, within one commit.</summary>
    private const int CountedPerCommitMax = 40;

    private static readonly byte[] Mark = "{}"u8.ToArray();

    /// <summary>Writers of this process queue up instead of refusing one another; others are told by the version.</summary>
    private readonly SemaphoreSlim[] gates = [.. Enumerable.Range(0, TallyPlace.Slots).Select(static _ => new SemaphoreSlim(1))];

    /// <param name="spread">Chooses the slot, so that what comes together is written together: the customer.</param>
    public async ValueTask AddAsync(string spread, IEnumerable<Counted> counted, CancellationToken cancellation)
    {
        // One message may come twice in one batch.
        var once = counted.DistinctBy(static one => one.Once, StringComparer.Ordinal);
        foreach (var year in once.GroupBy(static one => one.Day.Year))
            foreach (var chunk in year.Chunk(CountedPerCommitMax))
                await AddAsync(TallyPlace.Of(year.Key, spread), chunk, null, cancellation);
    }

    /// <summary>The mark that something was counted.</summary>
    public static DocumentKey MarkOf(string spread, Counted counted) =>
        new(TallyPlace.Of(counted.Day.Year, spread).Partition, MarkKind, counted.Once);

    /// <summary>Counts, together with a write of the same partition. False, and nothing, where that write is refused.</summary>
    public async ValueTask<bool> AddWithAsync(
        TallyPlace place, Write alongside, DateOnly day, SatisfactionCounts counts, CancellationToken cancellation)
    {
        var tally = new SatisfactionTally();
        tally.Add(TallyKey.All, counts);
        return await AddAsync(place, [new Counted("", day, tally)], alongside, cancellation);
    }

    /// <summary>The tallies of a range of days, both inclusive, in any order; a day comes in several parts.</summary>
    /// <param name="take">Called by one caller at a time.</param>
    public async ValueTask ReadAsync(
        DateOnly from, DateOnly to, Action<DateOnly, SatisfactionTally> take, CancellationToken cancellation)
    {
        var places = Enumerable.Range(from.Year, to.Year - from.Year + 1)
            .SelectMany(static year => Enumerable.Range(0, TallyPlace.Slots).Select(slot => new TallyPlace(year, slot)));
        var taking = new Lock();
        await Parallel.ForEachAsync(
            places,
            new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = cancellation },
            async (place, token) =>
            {
                string? cursor = null;
                do
                {
                    var page = await store.PageAsync(
                        new PartitionQuery(
                            place.Partition, TallyKind, StoreLimits.PageDocumentsMax, cursor,
                            IdFrom: FirstId(from), IdTo: LastId(to)),
                        token);
                    foreach (var document in page.Documents)
                    {
                        var tally = TallyDocument.Read(document);
                        lock (taking)
                            take(DayOf(document), tally);
                    }

                    cursor = page.Cursor;
                }
                while (cursor is not null);
            });
    }

    /// <summary>The day of a tally.</summary>
    public static DateOnly DayOf(Document document) =>
        DateOnly.ParseExact(document.Key.Id.AsSpan(0, 10), "yyyy-MM-dd", CultureInfo.InvariantCulture);

    public void Dispose()
    {
        foreach (var gate in gates)
            gate.Dispose();
    }

    private async ValueTask<bool> AddAsync(
        TallyPlace place, Counted[] counted, Write? alongside, CancellationToken cancellation)
    {
        var gate = gates[place.Slot];
        await gate.WaitAsync(cancellation);
        try
        {
            for (var attempt = 0; attempt < AttemptsMax && counted.Length > 0; attempt++)
            {
                var writes = await WritesAsync(place, counted, alongside, cancellation);
                var result = await store.CommitAsync(place.Partition, writes, cancellation);
                if (result.Committed)
                    return true;
                if (alongside is not null && result.Results[0].Status is not (WriteStatus.Done or WriteStatus.Aborted))
                    return false;
                counted = Uncounted(counted, writes, result);
            }
        }
        finally
        {
            gate.Release();
        }

        return counted.Length == 0 ? true : throw new ContendedException(place.Partition, AttemptsMax);
    }

    private async ValueTask<List<Write>> WritesAsync(
        TallyPlace place, Counted[] counted, Write? alongside, CancellationToken cancellation)
    {
        var writes = new List<Write>(counted.Length + 2);
        if (alongside is not null)
            writes.Add(alongside);
        foreach (var one in counted)
            if (one.Once.Length > 0)
                writes.Add(new Write.Create(MarkKind, one.Once, Mark));
        foreach (var day in counted.GroupBy(static one => one.Day))
        {
            var added = new SatisfactionTally();
            foreach (var one in day)
                added.Add(one.Tally);
            writes.Add(await TallyWriteAsync(place, day.Key, added, cancellation));
        }

        return writes;
    }

    private async ValueTask<Write> TallyWriteAsync(
        TallyPlace place, DateOnly day, SatisfactionTally added, CancellationToken cancellation)
    {
        var newest = await store.PageAsync(
            new PartitionQuery(
                place.Partition, TallyKind, 1, Descending: true, IdFrom: FirstId(day), IdTo: LastId(day)),
            cancellation);
        if (newest.Documents is not [var known, ..])
            return new Write.Create(TallyKind, IdOf(day, 0), TallyDocument.Write(added));
        if (known.Body.Length >= TallyBytesMax)
            return new Write.Create(TallyKind, IdOf(day, PartOf(known.Key.Id) + 1), TallyDocument.Write(added));
        added.Add(TallyDocument.Read(known));
        return new Write.Replace(TallyKind, known.Key.Id, known.Version, TallyDocument.Write(added));
    }

    /// <summary>What has a mark already was counted before.</summary>
    private static Counted[] Uncounted(
        Counted[] counted, List<Write> writes, CommitResult result)
    {
        var marked = writes.Zip(result.Results)
            .Where(static pair => pair.First.Kind == MarkKind && pair.Second.Status == WriteStatus.Conflict)
            .Select(static pair => pair.First.Id)
            .ToHashSet(StringComparer.Ordinal);
        return [.. counted.Where(one => !marked.Contains(one.Once))];
    }

    private static string Text(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string IdOf(DateOnly day, int part) =>
        string.Create(CultureInfo.InvariantCulture, $"{Text(day)}#{part:D6}");

    private static string FirstId(DateOnly day) => $"{Text(day)}#";

    /// <summary>'$' comes after '#'.</summary>
    private static string LastId(DateOnly day) => $"{Text(day)}$";


    private static int PartOf(string id) => int.Parse(id.AsSpan(11), CultureInfo.InvariantCulture);
}

/// <summary>A tally in the store: group to pairs of place and count, the groups in order.</summary>
internal sealed class TallyDocument
{
    [JsonPropertyName("c")]
    public required SortedDictionary<string, long[]> Counts { get; init; }

    public static byte[] Write(SatisfactionTally tally)
    {
        var counts = new SortedDictionary<string, long[]>(StringComparer.Ordinal);
        foreach (var (key, group) in tally.Groups)
            counts.Add(Letter(key.Dimension) + key.Value, group.ToPairs());
        return StoredJson.Write(new TallyDocument { Counts = counts }, TallyJson.Default.TallyDocument);
    }

    public static SatisfactionTally Read(Document document)
    {
        var stored = JsonSerializer.Deserialize(document.Body.Span, TallyJson.Default.TallyDocument)
            ?? throw LedgerMapping.Corrupt("tally");
        var tally = new SatisfactionTally();
        foreach (var (key, pairs) in stored.Counts)
            tally.Add(new TallyKey(DimensionOf(key[0]), key[1..]), SatisfactionCounts.OfPairs(pairs));
        return tally;
    }

    private static string Letter(Dimension dimension) => dimension switch
    {
        Dimension.All => "*",
        Dimension.Channel => "c",
        Dimension.Tier => "t",
        Dimension.Stage => "s",
        Dimension.Product => "p",
        Dimension.Aspect => "a",
        _ => throw new ArgumentOutOfRangeException(nameof(dimension), dimension, "Not a dimension."),
    };

    private static Dimension DimensionOf(char letter) => letter switch
    {
        '*' => Dimension.All,
        'c' => Dimension.Channel,
        't' => Dimension.Tier,
        's' => Dimension.Stage,
        'p' => Dimension.Product,
        'a' => Dimension.Aspect,
        _ => throw LedgerMapping.Corrupt("tally"),
    };
}

[JsonSerializable(typeof(TallyDocument))]
internal sealed partial class TallyJson : JsonSerializerContext;

/// <summary>Short names of long ones.</summary>
internal static class ShortHash
{
    /// <summary>22 characters of <c>A-Z a-z 0-9 _ -</c>: 128 bits of SHA-256.</summary>
    public static string Of(string text)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(text), hash);
        return Base64Url.EncodeToString(hash[..16]);
    }
}
