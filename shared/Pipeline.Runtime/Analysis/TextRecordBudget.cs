using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Pipeline.Runtime.Loyalty;
using Pipeline.Runtime.Loyalty.Storage;
using Pipeline.Runtime.Ports;

namespace Pipeline.Runtime.Analysis;

/// <summary>What a call may cost, already booked. What is not given back is spent, whatever becomes of the call.</summary>
/// <param name="Documents">How many, from the first on, are paid for.</param>
internal sealed record Reservation(int Documents, IReadOnlyList<ReservedPart> Parts);

internal readonly record struct ReservedPart(DocumentKey Counter, int Records);

/// <summary>
/// The month's text records of all instances. A call books its records before it is made, each counter at the version that it
/// was read at: so no crash, no repetition and no other instance lets the month pass its budget. Each of the counters has its
/// share, so that instances seldom meet.
/// </summary>
internal sealed class TextRecordBudget(
    IDocumentStore store, IProgramSource programs, TimeProvider clock, long recordsPerMonth)
{
    /// <summary>Stored in the names of partitions: it never changes, or a month would have two budgets.</summary>
    public const int Counters = 16;

    private const string Kind = "language-budget";
    private const string Id = "records";
    private const int RoundsMax = 4;
    private const int ReturnAttemptsMax = 4;

    private Month month = new("");
    private int turn;

    /// <summary>Books as many of the documents, from the first on, as the month has room for.</summary>
    /// <param name="records">What each document costs.</param>
    /// <exception cref="StoreUnavailableException">Something may be booked and is lost; nothing may be asked.</exception>
    public async ValueTask<Reservation> ReserveAsync(IReadOnlyList<int> records, CancellationToken cancellation)
    {
        var now = MonthNow();
        var parts = new List<ReservedPart>();
        var paid = 0;
        var first = (Interlocked.Increment(ref turn) & int.MaxValue) % Counters;
        for (var attempt = 0; attempt < RoundsMax * Counters && paid < records.Count; attempt++)
        {
            var counter = (first + attempt) % Counters;
            if (ShareOf(counter) - now.Used[counter] < records[paid])
                continue;
            var (documents, part) = await TakeAsync(now, counter, records, paid, cancellation);
            if (documents == 0)
                continue;
            paid += documents;
            parts.Add(part);
        }

        return new Reservation(paid, parts);
    }

    /// <summary>For a call of which the service says that it was not worked. Where it cannot be written it stays booked.</summary>
    public async ValueTask ReturnAsync(Reservation reservation, CancellationToken cancellation)
    {
        try
        {
            foreach (var part in reservation.Parts)
                await ReturnAsync(part, cancellation);
            // Counters that were seen full have room again.
            Volatile.Write(ref month, new Month(""));
        }
        catch (StoreUnavailableException)
        {
        }
    }

    private async ValueTask<(int Documents, ReservedPart Part)> TakeAsync(
        Month now, int counter, IReadOnlyList<int> records, int from, CancellationToken cancellation)
    {
        var key = new DocumentKey(
            string.Create(CultureInfo.InvariantCulture, $"~language:{now.Name}:{counter:D2}"), Kind, Id);
        var known = await store.ReadAsync(key, cancellation);
        var used = known is null ? 0 : BudgetDocument.Read(known);
        now.Used[counter] = used;
        var (documents, taken) = (0, 0);
        while (from + documents < records.Count && used + taken + records[from + documents] <= ShareOf(counter))
            taken += records[from + documents++];
        if (documents == 0 || !await WriteAsync(key, known, used + taken, cancellation))
            return default;
        now.Used[counter] = used + taken;
        return (documents, new ReservedPart(key, taken));
    }

    private async ValueTask ReturnAsync(ReservedPart part, CancellationToken cancellation)
    {
        for (var attempt = 0; attempt < ReturnAttemptsMax; attempt++)
            if (await store.ReadAsync(part.Counter, cancellation) is not { } known
                || await WriteAsync(part.Counter, known, BudgetDocument.Read(known) - part.Records, cancellation))
                return;
    }

    private async ValueTask<bool> WriteAsync(
        DocumentKey key, Document? known, long used, CancellationToken cancellation)
    {
        var body = BudgetDocument.Write(used);
        Write write = known is null
            ? new Write.Create(key.Kind, key.Id, body)
            : new Write.Replace(key.Kind, key.Id, known.Version, body);
        return (await store.CommitAsync(key.Partition, [write], cancellation)).Committed;
    }

    private long ShareOf(int counter) =>
        (recordsPerMonth / Counters) + (counter < recordsPerMonth % Counters ? 1 : 0);

    private Month MonthNow()
    {
        var name = programs.Current.Calendar.DayOf(clock.GetUtcNow())
            .ToString("yyyy-MM", CultureInfo.InvariantCulture);
        var known = Volatile.Read(ref month);
        if (known.Name == name)
            return known;
        var begun = new Month(name);
        Volatile.Write(ref month, begun);
        return begun;
    }

    /// <summary>What each counter had when it was last seen: a full one is not read again. Too low a figure costs a read.</summary>
    private sealed class Month(string name)
    {
        public string Name => name;

        public long[] Used { get; } = new long[Counters];
    }
}

/// <summary>A counter of a month: kind <c>language-budget</c>, in the partition <c>~language:2026-11:07</c>.</summary>
internal sealed class BudgetDocument
{
    [JsonPropertyName("n")]
    public long Records { get; init; }

    public static byte[] Write(long records) =>
        StoredJson.Write(new BudgetDocument { Records = records }, BudgetJson.Default.BudgetDocument);

    public static long Read(Document document) =>
        (JsonSerializer.Deserialize(document.Body.Span, BudgetJson.Default.BudgetDocument)
            ?? throw LedgerMapping.Corrupt("language budget")).Records;
}

[JsonSerializable(typeof(BudgetDocument))]
internal sealed partial class BudgetJson : JsonSerializerContext;
