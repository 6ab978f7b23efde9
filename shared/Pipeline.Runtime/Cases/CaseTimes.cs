using Pipeline.Domain;
using Pipeline.Runtime.Satisfaction;

namespace Pipeline.Runtime.Cases;

/// <summary>How long a case took, as it is counted: each time once, on the day on which the case was opened.</summary>
internal static class CaseTimes
{
    public static IEnumerable<Counted> Of(CaseFile file, LoyaltyProgram program)
    {
        var day = program.DayOf(file.OpenedAt);
        if (file.FirstAnswerAt is { } answered)
            yield return CountedOf($"case-answered:{file.Id}", SatisfactionCounts.OfCaseAnswered(Seconds(answered)));
        if (file.FirstResolvedAt is { } resolved)
            yield return CountedOf($"case-resolved:{file.Id}", SatisfactionCounts.OfCaseResolved(Seconds(resolved)));

        long Seconds(DateTimeOffset at) => Math.Max(0, (long)(at - file.OpenedAt).TotalSeconds);

        Counted CountedOf(string once, SatisfactionCounts counts)
        {
            var tally = new SatisfactionTally();
            tally.Add(TallyKey.All, counts);
            return new Counted(once, day, tally);
        }
    }
}
