using System.Globalization;
using Pipeline.Domain;
using Pipeline.Runtime.Ports;

namespace Pipeline.Runtime.Satisfaction;

/// <summary>The tallies of all days, once as they are kept and once counted anew.</summary>
internal sealed class SatisfactionRecount
{
    private readonly SortedDictionary<DateOnly, SatisfactionTally> kept = [];
    private readonly SortedDictionary<DateOnly, SatisfactionTally> recounted = [];

    /// <summary>In all: on which day a case was opened depends on the zone that the program had then.</summary>
    private readonly SatisfactionCounts times = new();

    public long Feedback { get; private set; }

    public long Uncounted { get; private set; }

    public long Days => kept.Count;

    public void Add(StoredFeedback stored, bool isCounted)
    {
        if (isCounted)
            DayOf(recounted, stored.Placing.Day).Add(stored.Tally);
        Feedback += isCounted ? 1 : 0;
        Uncounted += isCounted ? 0 : 1;
    }

    public void AddLink(LinkDocument link)
    {
        var day = DayOf(recounted, SurveyLinks.DayOf(link));
        day.Add(TallyKey.All, SatisfactionCounts.OfLinkMade());
        if (link.UsedWith is not null)
            day.Add(TallyKey.All, SatisfactionCounts.OfLinkUsed());
    }

    public void AddTimes(Counted counted) => times.Add(counted.Tally.Groups[TallyKey.All]);

    /// <summary>A part of a day as it is kept.</summary>
    public void Take(Document tally) => DayOf(kept, SatisfactionBook.DayOf(tally)).Add(TallyDocument.Read(tally));

    public SatisfactionAuditFailure? FirstBroken()
    {
        foreach (var day in kept.Keys.Union(recounted.Keys).Order())
            foreach (var key in DayOf(kept, day).Groups.Keys.Union(DayOf(recounted, day).Groups.Keys)
                .OrderBy(static key => key.Dimension).ThenBy(static key => key.Value, StringComparer.Ordinal))
                if (Difference(CountsOf(kept, day, key), CountsOf(recounted, day, key)) is { } difference)
                    return new SatisfactionAuditFailure(null, "tally", $"{Name(day, key)}: {difference}");
        var keptTimes = new SatisfactionCounts();
        foreach (var tally in kept.Values)
            if (tally.Groups.TryGetValue(TallyKey.All, out var counts))
                keptTimes.Add(counts);
        return (keptTimes.Answered, keptTimes.Resolved) == (times.Answered, times.Resolved)
            ? null
            : new SatisfactionAuditFailure(
                null, "cases", $"{Text(keptTimes)} are counted, the stored cases have {Text(times)}");
    }

    /// <summary>Of all but the cases' times.</summary>
    private static string? Difference(SatisfactionCounts kept, SatisfactionCounts recounted) =>
        kept.Responses != recounted.Responses ? $"{kept.Responses} responses are counted, {recounted.Responses} are stored"
        : (kept.LinksMade, kept.LinksUsed) != (recounted.LinksMade, recounted.LinksUsed)
            ? $"{kept.LinksUsed} of {kept.LinksMade} links are counted, {recounted.LinksUsed} of {recounted.LinksMade} are stored"
        : kept.WithoutCaseTimes().ToPairs().SequenceEqual(recounted.WithoutCaseTimes().ToPairs()) ? null
        : "the counts are not those of the stored feedback";

    private static string Text(SatisfactionCounts counts)
    {
        var (answered, resolved) = (counts.Answered, counts.Resolved);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{answered.Cases} answered in {answered.Seconds} s and {resolved.Cases} resolved in {resolved.Seconds} s");
    }

    private static string Name(DateOnly day, TallyKey key)
    {
        var group = key.Dimension == Dimension.All ? "all" : $"{key.Dimension.ToString().ToLowerInvariant()} '{key.Value}'";
        return string.Create(CultureInfo.InvariantCulture, $"{day:yyyy-MM-dd}, {group}");
    }

    private static SatisfactionCounts CountsOf(
        SortedDictionary<DateOnly, SatisfactionTally> days, DateOnly day, TallyKey key) =>
        days.TryGetValue(day, out var tally) && tally.Groups.TryGetValue(key, out var counts) ? counts : new();

    private static SatisfactionTally DayOf(SortedDictionary<DateOnly, SatisfactionTally> days, DateOnly day)
    {
        if (!days.TryGetValue(day, out var tally))
            days.Add(day, tally = new SatisfactionTally());
        return tally;
    }
}
