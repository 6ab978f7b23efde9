using System.Globalization;
using System.Text.Json;

namespace Pipeline.Domain;

/// <summary>
/// Named counts over customers: what a report is made of. They add up in any order, and a customer whose insight changed
/// changes them by the difference.
/// </summary>
public static class InsightCounters
{
    public const string Customers = "customers";
    public const string Issued = "points:issued";
    public const string Redeemed = "points:redeemed";
    public const string Expired = "points:expired";
    public const string ClawedBack = "points:clawed-back";
    public const string StagePrefix = "stage:";
    public const string SegmentPrefix = "segment:";

    /// <summary>Followed by the segment and the currency: expected value of a year.</summary>
    public const string ValuePrefix = "value:";

    /// <summary>Followed by the lower edge of a tenth of the score.</summary>
    public const string ChurnPrefix = "churn:";

    /// <summary>Hundredths of customers who are expected not to buy again.</summary>
    public const string Leaving = "leaving";

    /// <summary>Followed by cohort, stage before and stage after: of one night.</summary>
    public const string MovePrefix = "move:";

    public const string WarningsOpen = "warnings:open";
    public const string WarningsRaised = "warnings:raised";

    /// <summary>Followed by whether somebody acted and the outcome: warnings that ended, of all time.</summary>
    public const string WarningsEndedPrefix = "warnings:ended:";

    private const int Hundred = 100;

    private static readonly string[] Stages = NamesOf<LifecycleStage>();
    private static readonly string[] Segments = NamesOf<Segment>();
    private static readonly string[] StageCounters = Array.ConvertAll(Stages, static name => StagePrefix + name);
    private static readonly string[] SegmentCounters = Array.ConvertAll(Segments, static name => SegmentPrefix + name);
    private static readonly string[] ChurnCounters =
        [.. Enumerable.Range(0, 10).Select(static tenth => $"{ChurnPrefix}0.{tenth}")];

    public static string NameOf(LifecycleStage stage) => Stages[(int)stage];

    public static string NameOf(Segment segment) => Segments[(int)segment];

    public static string CohortOf(int cohort) => cohort == 0 ? "-" : string.Create(
        CultureInfo.InvariantCulture, $"{cohort / 12:D4}-{(cohort % 12) + 1:D2}");

    /// <summary>Adds a customer as they are, or with -1 takes them away.</summary>
    public static void Add(IDictionary<string, long> counters, CustomerInsight? insight, int times)
    {
        if (insight is null)
            return;
        Count(counters, Customers, times);
        Count(counters, StageCounters[(int)insight.Stage], times);
        Count(counters, Issued, times * insight.Points.Issued);
        Count(counters, Redeemed, times * insight.Points.Redeemed);
        Count(counters, Expired, times * insight.Points.Expired);
        Count(counters, ClawedBack, times * insight.Points.ClawedBack);
        if (insight.Warning is { IsOpen: true })
            Count(counters, WarningsOpen, times);
        if (insight.Rfm is { } rfm)
        {
            Count(counters, SegmentCounters[(int)rfm.Segment], times);
            if (insight.Value is { } value)
                Count(counters, $"{ValuePrefix}{NameOf(rfm.Segment)}:{value.Currency.Code}", times * value.YearMinor);
        }

        if (insight.Churn is { } churn)
        {
            var hundredths = (int)Math.Round(churn * Hundred);
            Count(counters, Leaving, times * hundredths);
            Count(counters, ChurnCounters[Math.Min(9, hundredths / 10)], times);
        }
    }

    public static string NameOf(bool isHeldOut, WarningOutcome outcome) =>
        $"{WarningsEndedPrefix}{(isHeldOut ? "held-out" : "acted")}:{Kebab(outcome.ToString())}";

    /// <summary>What became of warnings this night; it is never taken away again.</summary>
    public static void AddWarning(IDictionary<string, long> counters, CustomerInsight? before, CustomerInsight now)
    {
        if (now.Warning is not { } warning || warning == before?.Warning)
            return;
        if (warning.OpenedOn != before?.Warning?.OpenedOn)
            Count(counters, WarningsRaised, 1);
        if (warning.Outcome is { } outcome)
            Count(counters, NameOf(warning.IsHeldOut, outcome), 1);
    }

    public static void AddMove(IDictionary<string, long> counters, CustomerInsight? before, CustomerInsight now)
    {
        if (before is not null && before.Stage != now.Stage)
            Count(counters, $"{MovePrefix}{CohortOf(now.Cohort)}:{NameOf(before.Stage)}:{NameOf(now.Stage)}", 1);
    }

    public static void Add(IDictionary<string, long> counters, IEnumerable<KeyValuePair<string, long>> more)
    {
        foreach (var (name, count) in more)
            Count(counters, name, count);
    }

    private static void Count(IDictionary<string, long> counters, string name, long by)
    {
        var sum = unchecked((counters.TryGetValue(name, out var before) ? before : 0) + by);
        if (sum == 0)
            counters.Remove(name);
        else
            counters[name] = sum;
    }

    /// <summary>By their numbers, which begin at 0.</summary>
    private static string[] NamesOf<TEnum>()
        where TEnum : struct, Enum =>
        Array.ConvertAll(Enum.GetNames<TEnum>(), Kebab);

    private static string Kebab(string name) => JsonNamingPolicy.KebabCaseLower.ConvertName(name);
}
