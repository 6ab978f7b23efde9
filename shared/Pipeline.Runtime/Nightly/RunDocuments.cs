using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Pipeline.Domain;
using Pipeline.Runtime.Insight;
using Pipeline.Runtime.Ports;

namespace Pipeline.Runtime.Nightly;

/// <summary>A run: what is to be done up to where, and, in the end, what came of it.</summary>
internal sealed class RunDocument
{
    public required string Kind { get; init; }

    public required DateOnly Slot { get; init; }

    public long CutMs { get; init; }

    /// <summary>The stamp of everything that the run writes, so that doing a page again writes the same.</summary>
    public long PlannedAtMs { get; init; }

    public int Shards { get; init; }

    /// <summary>The models that the night scores with; null: it was planned before there were any.</summary>
    public string? Model { get; init; }

    /// <summary>Whether the night fits those models first, and then looks at every customer and not at those due alone.</summary>
    public bool Fits { get; init; }

    public long? FinishedAtMs { get; init; }

    public PartialDocument? Report { get; init; }

    /// <summary>Everything that lapsed at or before this instant is due.</summary>
    [JsonIgnore]
    public DateTimeOffset Cut => DateTimeOffset.FromUnixTimeMilliseconds(CutMs);

    [JsonIgnore]
    public DateTimeOffset PlannedAt => DateTimeOffset.FromUnixTimeMilliseconds(PlannedAtMs);

    [JsonIgnore]
    public string Id => $"{Kind}:{Slot.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}";

    public RunDocument Finished(DateTimeOffset at, PartialDocument report) => new()
    {
        Kind = Kind,
        Slot = Slot,
        CutMs = CutMs,
        PlannedAtMs = PlannedAtMs,
        Shards = Shards,
        Model = Model,
        Fits = Fits,
        FinishedAtMs = at.ToUnixTimeMilliseconds(),
        Report = report,
    };
}

/// <summary>
/// A page of a run: first the plan (whose customers, where the next page begins), then with its partial result. The plan
/// is written before the work, so that a page that is done again after a crash is the same page.
/// </summary>
internal sealed class PageDocument
{
    public required string[] Customers { get; init; }

    /// <summary>Where the next page begins; null on the shard's last.</summary>
    public string? Next { get; init; }

    public PartialDocument? Partial { get; init; }

    [JsonIgnore]
    public bool IsWorked => Partial is not null;

    public PageDocument Worked(PartialDocument partial) =>
        new() { Customers = Customers, Next = Next, Partial = partial };

    public static string IdOf(int shard, int page) =>
        string.Create(CultureInfo.InvariantCulture, $"{shard:D6}:{page:D9}");
}

/// <summary>Of a page only how far it is; its customers and what it did are passed over.</summary>
internal sealed class PageEndDocument
{
    public string? Next { get; set; }

    public PageResultDocument? Partial { get; set; }

    [JsonIgnore]
    public bool IsWorked => Partial is not null;
}

/// <summary>That there is a result.</summary>
internal sealed class PageResultDocument;

/// <summary>What a page did, and, added up, what a run did.</summary>
internal sealed class PartialDocument
{
    public static readonly PartialDocument Nothing = new();

    public long Customers { get; init; }

    /// <summary>Of one customer they fit 64 bits, of all together they need not.</summary>
    public decimal ExpiredPoints { get; init; }

    public long Lots { get; init; }

    public long Failed { get; init; }

    /// <summary>Customers whose insight was looked at, and those of whom something new is told.</summary>
    public long Scored { get; init; }

    public long Changed { get; init; }

    /// <summary>What that changes in the counts over all customers.</summary>
    public SortedDictionary<string, long>? Changes { get; init; }

    public SortedDictionary<string, long>? Moves { get; init; }

    public PartialDocument With(PageCounters counters) => new()
    {
        Customers = Customers,
        ExpiredPoints = ExpiredPoints,
        Lots = Lots,
        Failed = Failed,
        Scored = counters.Scored,
        Changed = counters.Changed,
        Changes = counters.Changes is { Count: > 0 } changes ? changes : null,
        Moves = counters.Moves is { Count: > 0 } moves ? moves : null,
    };

    public PartialDocument Plus(PartialDocument other) => new()
    {
        Scored = Scored + other.Scored,
        Changed = Changed + other.Changed,
        Changes = Sum(Changes, other.Changes),
        Moves = Sum(Moves, other.Moves),
        Customers = Customers + other.Customers,
        ExpiredPoints = ExpiredPoints + other.ExpiredPoints,
        Lots = Lots + other.Lots,
        Failed = Failed + other.Failed,
    };

    private static SortedDictionary<string, long>? Sum(
        SortedDictionary<string, long>? a, SortedDictionary<string, long>? b)
    {
        if (a is null || b is null)
            return a ?? b;
        var sum = new SortedDictionary<string, long>(a, StringComparer.Ordinal);
        InsightCounters.Add(sum, b);
        return sum;
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(RunDocument))]
[JsonSerializable(typeof(PageDocument))]
[JsonSerializable(typeof(PageEndDocument))]
[JsonSerializable(typeof(PageMessage))]
internal sealed partial class RunJson : JsonSerializerContext
{
    public static ReadOnlyMemory<byte> Write(RunDocument run) =>
        JsonSerializer.SerializeToUtf8Bytes(run, Default.RunDocument);

    public static ReadOnlyMemory<byte> Write(PageDocument page) =>
        JsonSerializer.SerializeToUtf8Bytes(page, Default.PageDocument);

    public static RunDocument ReadRun(Document document) =>
        JsonSerializer.Deserialize(document.Body.Span, Default.RunDocument)
        ?? throw new InvalidDataException("A stored run cannot be read.");

    public static PageDocument ReadPage(Document document) =>
        JsonSerializer.Deserialize(document.Body.Span, Default.PageDocument)
        ?? throw new InvalidDataException("A stored page cannot be read.");

    public static PageEndDocument ReadPageEnd(Document document) =>
        JsonSerializer.Deserialize(document.Body.Span, Default.PageEndDocument)
        ?? throw new InvalidDataException("A stored page cannot be read.");
}
