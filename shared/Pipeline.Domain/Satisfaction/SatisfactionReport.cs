using System.Collections.Immutable;
using System.Globalization;

namespace Pipeline.Domain;

/// <summary>By what a report is grouped.</summary>
public enum ReportBy
{
    Nothing,
    Day,
    Week,
    Month,
    Channel,
    Tier,
    Stage,
    Product,
    Aspect,
}

/// <summary>The metrics of one group, and how each compares with all other feedback of the report.</summary>
/// <param name="ResponseRate">Null where links have no such group.</param>
public sealed record ReportGroup(
    string Key,
    long Responses,
    Metric Nps,
    Metric Csat,
    Metric Ces,
    Metric CesMean,
    Metric Sentiment,
    Metric? ResponseRate,
    GroupVerdicts? Verdicts);

/// <summary>Each is null where the group or the rest has no such answer.</summary>
public readonly record struct GroupVerdicts(
    Verdict? Nps, Verdict? Csat, Verdict? Ces, Verdict? CesMean, Verdict? Sentiment);

/// <summary>The cases that were opened in range, as they stand now.</summary>
/// <param name="AnswerSeconds">The mean time to the first answer; null without one.</param>
/// <param name="ResolutionSeconds">The mean time to the first resolution; null without one.</param>
public readonly record struct ReportedCases(
    long Opened, long Answered, long? AnswerSeconds, long Resolved, long? ResolutionSeconds);

/// <summary>Satisfaction over a range of days, worked out from their tallies alone.</summary>
/// <param name="GroupsLeftOut">Groups beyond <see cref="GroupsMax"/>: those with the fewest responses.</param>
public sealed record SatisfactionReport(
    ImmutableArray<ReportGroup> Groups, ReportedCases Cases, int GroupsLeftOut)
{
    public const int GroupsMax = 2_000;
    public const string AllKey = "all";

    /// <param name="days">Tallies with their days, in any order; a day may come in several parts.</param>
    public static SatisfactionReport Of(IEnumerable<(DateOnly Day, SatisfactionTally Tally)> days, ReportBy by)
    {
        var sum = new SatisfactionSum(by);
        foreach (var (day, tally) in days)
            sum.Add(day, tally);
        return sum.ToReport();
    }
}

/// <summary>A report in the making: takes tallies one after another and keeps only their sums.</summary>
public sealed class SatisfactionSum
{
    private readonly ReportBy by;
    private readonly SatisfactionCounts total = new();
    private readonly Dictionary<string, SatisfactionCounts> groups = new(StringComparer.Ordinal);

    public SatisfactionSum(ReportBy by)
    {
        this.by = by;
        if (by == ReportBy.Nothing)
            groups.Add(SatisfactionReport.AllKey, total);
    }

    public void Add(DateOnly day, SatisfactionTally tally)
    {
        foreach (var (key, counts) in tally.Groups)
        {
            if (key.Dimension == Dimension.All)
                total.Add(counts);
            if (by != ReportBy.Nothing && KeyOf(by, day, key) is { } group)
                Counts(groups, group).Add(counts);
        }
    }

    public SatisfactionReport ToReport()
    {
        var kept = groups.Count <= SatisfactionReport.GroupsMax
            ? groups.AsEnumerable()
            : groups
                .OrderByDescending(static group => group.Value.Responses)
                .ThenBy(static group => group.Key, StringComparer.Ordinal)
                .Take(SatisfactionReport.GroupsMax);
        return new SatisfactionReport(
            GroupsOf([.. kept.OrderBy(static group => group.Key, StringComparer.Ordinal)], total, by),
            CasesOf(total),
            Math.Max(0, groups.Count - SatisfactionReport.GroupsMax));
    }

    private static ImmutableArray<ReportGroup> GroupsOf(
        KeyValuePair<string, SatisfactionCounts>[] groups, SatisfactionCounts total, ReportBy by)
    {
        var labels = new SatisfactionCounts();
        foreach (var (_, counts) in groups)
            labels.Add(counts);
        var verdicts = by == ReportBy.Nothing ? null : new VerdictsOf(groups);
        var hasLinks = by is ReportBy.Nothing or ReportBy.Day or ReportBy.Week or ReportBy.Month;
        return
        [
            .. groups.Select(group => new ReportGroup(
                group.Key,
                group.Value.Responses,
                Metrics.Nps(group.Value),
                Metrics.Csat(group.Value),
                Metrics.Ces(group.Value),
                Metrics.CesMean(group.Value),
                Metrics.Sentiment(group.Value),
                hasLinks ? Metrics.ResponseRate(group.Value) : null,
                verdicts?.Of(group.Value, RestOf(group.Value)))),
        ];

        // A comment has a label of its own for each aspect: what it says of one is compared with what is said of others.
        SatisfactionCounts RestOf(SatisfactionCounts group) => by == ReportBy.Aspect
            ? total.Without(group).WithLabelsOf(labels.Without(group))
            : total.Without(group);
    }

    private static SatisfactionCounts Counts(Dictionary<string, SatisfactionCounts> groups, string key)
    {
        if (!groups.TryGetValue(key, out var counts))
            groups.Add(key, counts = new SatisfactionCounts());
        return counts;
    }

    private static string? KeyOf(ReportBy by, DateOnly day, TallyKey key) => (by, key.Dimension) switch
    {
        (ReportBy.Day, Dimension.All) => Text(day, "yyyy-MM-dd"),
        (ReportBy.Month, Dimension.All) => Text(day, "yyyy-MM"),
        (ReportBy.Week, Dimension.All) => WeekOf(day),
        (ReportBy.Channel, Dimension.Channel) or (ReportBy.Tier, Dimension.Tier) or (ReportBy.Stage, Dimension.Stage)
            or (ReportBy.Product, Dimension.Product) or (ReportBy.Aspect, Dimension.Aspect) => key.Value,
        _ => null,
    };

    /// <summary>The week of ISO 8601, as <c>2026-W09</c>: from Monday, of the year that has its Thursday.</summary>
    private static string WeekOf(DateOnly day)
    {
        var at = day.ToDateTime(TimeOnly.MinValue);
        return string.Create(CultureInfo.InvariantCulture, $"{ISOWeek.GetYear(at):D4}-W{ISOWeek.GetWeekOfYear(at):D2}");
    }

    private static string Text(DateOnly day, string format) => day.ToString(format, CultureInfo.InvariantCulture);

    private static ReportedCases CasesOf(SatisfactionCounts total) => new(
        total.CasesOpened,
        total.Answered.Cases, Mean(total.Answered),
        total.Resolved.Cases, Mean(total.Resolved));

    private static long? Mean((long Cases, long Seconds) times) =>
        times.Cases == 0 ? null : (long)Math.Round((decimal)times.Seconds / times.Cases, MidpointRounding.AwayFromZero);

    /// <summary>Compares groups; how far a difference must go depends on how many have an answer to the question.</summary>
    private sealed class VerdictsOf(KeyValuePair<string, SatisfactionCounts>[] groups)
    {
        private readonly double nps = ZOf(groups, static counts => Metrics.NpsParts(counts).N);
        private readonly double csat = ZOf(groups, static counts => Metrics.CsatParts(counts).N);
        private readonly double ces = ZOf(groups, static counts => Metrics.CesParts(counts).N);
        private readonly double sentiment = ZOf(groups, static counts => counts.Positive + counts.Negative);
        private readonly double cesMean = UpperOf(groups, static counts => Metrics.CesParts(counts).N);

        public GroupVerdicts Of(SatisfactionCounts group, SatisfactionCounts rest) => new(
            Comparison.Nps(group, rest, nps),
            Comparison.Csat(group, rest, csat),
            Comparison.Ces(group, rest, ces),
            Comparison.CesMean(group, rest, cesMean),
            Comparison.Sentiment(group, rest, sentiment));

        private static double ZOf(
            KeyValuePair<string, SatisfactionCounts>[] groups, Func<SatisfactionCounts, long> answers) =>
            Quantiles.Normal(UpperOf(groups, answers));

        private static double UpperOf(
            KeyValuePair<string, SatisfactionCounts>[] groups, Func<SatisfactionCounts, long> answers) =>
            Comparison.UpperOf(groups.Count(group => answers(group.Value) > 0));
    }
}
