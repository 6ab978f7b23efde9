using System.Text.Json;
using System.Text.Json.Serialization;
using Pipeline.Runtime.Loyalty.Storage;
using Pipeline.Runtime.Ports;

namespace Pipeline.Runtime.Insight;

/// <summary>
/// Where insight is kept: what is known of a customer in the customer's partition, and beside the customers the models, the
/// totals and the reports.
/// </summary>
internal static class InsightKinds
{
    public const string Insight = "insight";
    public const string InsightId = "insight";

    public const string OpenWarning = "warning";
    public const string ClosedWarning = "warned";

    /// <summary>What is told outside, and never changes; its id is its type and its day.</summary>
    public const string Signal = "signal";
    public const string WarningRaised = "warning-raised";
    public const string WarningClosed = "warning-closed";
    public const string StageChanged = "stage-changed";

    public const string Partition = "~insight";

    /// <summary>Versions of the parameters, by the day they were fitted for.</summary>
    public const string Model = "model";
    public const string Totals = "totals";
    public const string TotalsId = "latest";
    public const string Report = "report";

    /// <summary>Pages of a run that measure customers, in the run's partition.</summary>
    public const string Measure = "measure";

    /// <summary>Signals and entries of a customer have different ids.</summary>
    public static bool IsSignal(string id) =>
        id.StartsWith(WarningRaised, StringComparison.Ordinal) || id.StartsWith(WarningClosed, StringComparison.Ordinal)
        || id.StartsWith(StageChanged, StringComparison.Ordinal);

    public static DocumentKey InsightOf(string customer) => new(customer, Insight, InsightId);
}

/// <summary>
/// What a night knew of a customer, and what the night before it that wrote said: so that a page that is done again after a
/// crash makes the same difference.
/// </summary>
internal sealed class InsightDocument
{
    /// <summary>The slot that wrote it, as a day number.</summary>
    [JsonPropertyName("slot")]
    public int Slot { get; set; }

    [JsonPropertyName("now")]
    public InsightRow Now { get; set; } = new();

    [JsonPropertyName("before")]
    public InsightRow? Before { get; set; }

    /// <summary>The slot since which the stage holds.</summary>
    [JsonPropertyName("since")]
    public int Since { get; set; }

    /// <summary>Why it does.</summary>
    [JsonPropertyName("why")]
    public string? Why { get; set; }

    /// <summary>The model that scored.</summary>
    [JsonPropertyName("model")]
    public string? Model { get; set; }

    /// <summary>How staff ended the last warning; the next night counts it.</summary>
    [JsonPropertyName("ended")]
    public EndedRow? Ended { get; set; }

    public InsightDocument With(EndedRow ended) => new()
    {
        Slot = Slot,
        Now = Now,
        Before = Before,
        Since = Since,
        Why = Why,
        Model = Model,
        Ended = ended,
    };
}

/// <param name="OpenedOn">Which warning, by the day number of its opening.</param>
internal sealed record EndedRow(
    [property: JsonPropertyName("of")] int OpenedOn, [property: JsonPropertyName("as")] string Outcome);

internal sealed class InsightRow
{
    [JsonPropertyName("s")]
    public string Stage { get; set; } = "";

    [JsonPropertyName("co")]
    public int Cohort { get; set; }

    /// <summary>Recency, frequency, monetary: 543.</summary>
    [JsonPropertyName("r")]
    public int Rfm { get; set; }

    [JsonPropertyName("cur")]
    public string? Currency { get; set; }

    [JsonPropertyName("a")]
    public double Alive { get; set; }

    [JsonPropertyName("x")]
    public double Expected { get; set; }

    [JsonPropertyName("v")]
    public long YearMinor { get; set; }

    [JsonPropertyName("c")]
    public double? Churn { get; set; }

    [JsonPropertyName("p")]
    public long[]? Points { get; set; }

    [JsonPropertyName("w")]
    public WarningRow? Warning { get; set; }
}

internal sealed class WarningRow
{
    [JsonPropertyName("on")]
    public int OpenedOn { get; set; }

    [JsonPropertyName("c")]
    public double Score { get; set; }

    [JsonPropertyName("held")]
    public bool IsHeldOut { get; set; }

    [JsonPropertyName("end")]
    public int ClosedOn { get; set; }

    [JsonPropertyName("as")]
    public string? Outcome { get; set; }
}

/// <summary>A warning: open under one kind, and under another once it is closed.</summary>
internal sealed class WarningDocument
{
    public DateOnly OpenedOn { get; set; }

    public double Score { get; set; }

    public int HorizonDays { get; set; }

    public double Base { get; set; }

    public required ContributionRow[] Contributions { get; init; }

    public required string Cause { get; init; }

    public required string Action { get; init; }

    public required string Currency { get; init; }

    public long BudgetMinor { get; set; }

    public bool IsHeldOut { get; set; }

    public required EvidenceRow[] Evidence { get; init; }

    public string? Model { get; set; }

    /// <summary>The case that was opened for it.</summary>
    public string? Case { get; set; }

    public DateOnly? ClosedOn { get; set; }

    public string? Outcome { get; set; }

    public WarningDocument Closed(DateOnly on, string outcome) => new()
    {
        OpenedOn = OpenedOn,
        Score = Score,
        HorizonDays = HorizonDays,
        Base = Base,
        Contributions = Contributions,
        Cause = Cause,
        Action = Action,
        Currency = Currency,
        BudgetMinor = BudgetMinor,
        IsHeldOut = IsHeldOut,
        Evidence = Evidence,
        Model = Model,
        Case = Case,
        ClosedOn = on,
        Outcome = outcome,
    };
}

internal sealed class SignalDocument
{
    public required string Type { get; init; }

    /// <summary>When the run that found it was planned.</summary>
    public long AtMs { get; set; }

    public WarningDocument? Warning { get; set; }

    public StageChange? Stage { get; set; }
}

/// <summary>A customer who came to another stage, and why.</summary>
internal sealed record StageChange(DateOnly On, string From, string To, string Reason);

internal sealed record ContributionRow(string Name, double LogOdds, string Detail);

internal sealed record EvidenceRow(DateOnly Day, string What);

/// <summary>A page of customers, measured.</summary>
internal sealed class MeasureDocument
{
    public string? Next { get; set; }

    public required TallyDocument Tally { get; init; }

    /// <summary>Customers whose account cannot be read.</summary>
    public long Failed { get; set; }
}

/// <summary>Of a measured page only where it ends; the tally is passed over.</summary>
internal sealed class MeasuredDocument
{
    public string? Next { get; set; }
}

/// <summary>A tally in columns.</summary>
internal sealed class TallyDocument
{
    public long Customers { get; set; }

    public long GapDays { get; set; }

    public long Gaps { get; set; }

    public required SortedDictionary<int, long> Silence { get; init; }

    public required SortedDictionary<int, long> Days { get; init; }

    public required SortedDictionary<string, SortedDictionary<int, long>> Net { get; init; }

    public required SortedDictionary<string, SortedDictionary<int, long>> MeanDay { get; init; }

    /// <summary>Repeats, silence, age, customers, repeats …</summary>
    public required long[] Purchases { get; init; }

    public required string[] SpendCurrencies { get; init; }

    /// <summary>Purchase days, bin, customers, purchase days …</summary>
    public required long[] Spend { get; init; }

    public required string[] SampleIds { get; init; }

    public required RhythmDocument[] Sample { get; init; }
}

/// <summary>All parameters of one fit.</summary>
internal sealed class ModelDocument
{
    public int Day { get; set; }

    public long Customers { get; set; }

    public PurchaseParameters? Purchases { get; set; }

    public required SortedDictionary<string, SpendParameters> Spend { get; init; }

    public double MeanGap { get; set; }

    public required SortedDictionary<string, double> TypicalDay { get; init; }

    public required long[] SilenceCuts { get; init; }

    public required long[] DaysCuts { get; init; }

    public required SortedDictionary<string, long[]> NetCuts { get; init; }

    public int HorizonDays { get; set; }

    public int Rows { get; set; }

    public ChurnParameters? Churn { get; set; }
}

internal sealed record PurchaseParameters(
    string Rule, double R, double Alpha, double A, double B, double LogLikelihood, long Customers);

internal sealed record SpendParameters(
    double P, double Q, double V, double LogLikelihood, long Customers, double Correlation);

/// <param name="Features">In the order of the weights.</param>
internal sealed record ChurnParameters(
    double Intercept, string[] Features, double[] Weights, double[] Means, double[] Deviations);

/// <summary>Counts over all customers, as the last applied night left them.</summary>
internal sealed class TotalsDocument
{
    public required SortedDictionary<string, long> Counters { get; init; }
}

/// <summary>What a night reports.</summary>
internal sealed class ReportDocument
{
    public DateOnly Slot { get; set; }

    public string? Model { get; set; }

    /// <summary>Of all customers.</summary>
    public required SortedDictionary<string, long> Totals { get; init; }

    /// <summary>What the night changed of them.</summary>
    public required SortedDictionary<string, long> Changes { get; init; }

    /// <summary>How customers moved between stages.</summary>
    public required SortedDictionary<string, long> Moves { get; init; }

    /// <summary>Of the days before the slot; null: no such report was made.</summary>
    public SatisfactionRow[]? Satisfaction { get; set; }

    /// <summary>Customers who were looked at, and those of whom something new is told.</summary>
    public long Scored { get; set; }

    public long Changed { get; set; }
}

/// <summary>One measure of satisfaction over the days before a night.</summary>
internal sealed record SatisfactionRow(string Definition, decimal? Value, long N, decimal? Low, decimal? High);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(InsightDocument))]
[JsonSerializable(typeof(MeasureDocument))]
[JsonSerializable(typeof(MeasuredDocument))]
[JsonSerializable(typeof(WarningDocument))]
[JsonSerializable(typeof(SignalDocument))]
[JsonSerializable(typeof(ModelDocument))]
[JsonSerializable(typeof(TotalsDocument))]
[JsonSerializable(typeof(ReportDocument))]
internal sealed partial class InsightJson : JsonSerializerContext
{
    public static InsightDocument ReadInsight(Document document) => StoredInsightReader.All.Read(document.Body.Span);

    /// <summary>As a night reads it: what was said before is there only where the same slot wrote it.</summary>
    public static InsightDocument ReadInsight(Document document, int slot) =>
        new StoredInsightReader(slot).Read(document.Body.Span);

    public static T Read<T>(Document document, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type) =>
        JsonSerializer.Deserialize(document.Body.Span, type)
        ?? throw LedgerMapping.Corrupt(document.Key.Kind);
}
