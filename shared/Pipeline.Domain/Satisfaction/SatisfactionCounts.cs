namespace Pipeline.Domain;

/// <summary>
/// How often each answer was given, and what became of links and cases: whole numbers that add up, in any order and any
/// grouping, to the same. Every metric is a function of them, so a report over partial counts equals a recount.
/// </summary>
public sealed class SatisfactionCounts
{
    // The places are stored: new ones are added at the end.
    private const int ResponsesAt = 0;
    private const int CsatAt = 1;
    private const int NpsAt = CsatAt + Answers.CsatMax;
    private const int CesAt = NpsAt + Answers.NpsMax + 1;
    private const int PositiveAt = CesAt + Answers.CesMax;
    private const int NeutralAt = PositiveAt + 1;
    private const int NegativeAt = PositiveAt + 2;
    private const int MixedAt = PositiveAt + 3;
    private const int LinksMadeAt = PositiveAt + 4;
    private const int LinksUsedAt = PositiveAt + 5;
    private const int CasesOpenedAt = PositiveAt + 6;
    private const int CasesAnsweredAt = PositiveAt + 7;
    private const int AnswerSecondsAt = PositiveAt + 8;
    private const int CasesResolvedAt = PositiveAt + 9;
    private const int ResolutionSecondsAt = PositiveAt + 10;
    private const int Places = PositiveAt + 11;

    private readonly long[] counts = new long[Places];

    /// <summary>Feedback of any kind.</summary>
    public long Responses => counts[ResponsesAt];

    public long Positive => counts[PositiveAt];

    public long Neutral => counts[NeutralAt];

    public long Negative => counts[NegativeAt];

    public long Mixed => counts[MixedAt];

    public long LinksMade => counts[LinksMadeAt];

    public long LinksUsed => counts[LinksUsedAt];

    public long CasesOpened => counts[CasesOpenedAt];

    /// <summary>Cases whose customer was answered, and how long that took in all.</summary>
    public (long Cases, long Seconds) Answered => (counts[CasesAnsweredAt], counts[AnswerSecondsAt]);

    /// <summary>Cases that were resolved, and how long the first resolution took in all.</summary>
    public (long Cases, long Seconds) Resolved => (counts[CasesResolvedAt], counts[ResolutionSecondsAt]);

    /// <summary>1 to 5.</summary>
    public long Csat(int answer) => counts[CsatAt + answer - Answers.CsatMin];

    /// <summary>0 to 10.</summary>
    public long Nps(int answer) => counts[NpsAt + answer - Answers.NpsMin];

    /// <summary>1 to 7.</summary>
    public long Ces(int answer) => counts[CesAt + answer - Answers.CesMin];

    /// <summary>One feedback.</summary>
    /// <param name="label">Of its comment, or of what the comment says of one aspect; null without a comment.</param>
    public static SatisfactionCounts OfFeedback(Answers answers, Feeling? label)
    {
        var one = new SatisfactionCounts();
        one.counts[ResponsesAt] = 1;
        if (answers.Csat is { } csat)
            one.counts[CsatAt + csat - Answers.CsatMin] = 1;
        if (answers.Nps is { } nps)
            one.counts[NpsAt + nps - Answers.NpsMin] = 1;
        if (answers.Ces is { } ces)
            one.counts[CesAt + ces - Answers.CesMin] = 1;
        if (label is { } feeling)
            one.counts[PlaceOf(feeling)] = 1;
        return one;
    }

    public static SatisfactionCounts OfLinkMade() => Of((LinksMadeAt, 1));

    public static SatisfactionCounts OfLinkUsed() => Of((LinksUsedAt, 1));

    public static SatisfactionCounts OfCaseOpened() => Of((CasesOpenedAt, 1));

    public static SatisfactionCounts OfCaseAnswered(long seconds) => Of((CasesAnsweredAt, 1), (AnswerSecondsAt, seconds));

    public static SatisfactionCounts OfCaseResolved(long seconds) =>
        Of((CasesResolvedAt, 1), (ResolutionSecondsAt, seconds));

    public void Add(SatisfactionCounts other)
    {
        for (var i = 0; i < counts.Length; i++)
            counts[i] += other.counts[i];
    }

    /// <summary>What is in this and not in a part of it.</summary>
    public SatisfactionCounts Without(SatisfactionCounts part)
    {
        var rest = new SatisfactionCounts();
        for (var i = 0; i < counts.Length; i++)
            rest.counts[i] = counts[i] - part.counts[i];
        return rest;
    }

    /// <summary>The same, but with the labels of another.</summary>
    public SatisfactionCounts WithLabelsOf(SatisfactionCounts other)
    {
        var mixed = new SatisfactionCounts();
        counts.CopyTo(mixed.counts, 0);
        other.counts.AsSpan(PositiveAt, 4).CopyTo(mixed.counts.AsSpan(PositiveAt));
        return mixed;
    }

    /// <summary>The same, but without how long cases took.</summary>
    public SatisfactionCounts WithoutCaseTimes()
    {
        var rest = new SatisfactionCounts();
        counts.CopyTo(rest.counts, 0);
        foreach (var place in (ReadOnlySpan<int>)[CasesAnsweredAt, AnswerSecondsAt, CasesResolvedAt, ResolutionSecondsAt])
            rest.counts[place] = 0;
        return rest;
    }

    /// <summary>Place, count, place, count …: only what was counted at all.</summary>
    public long[] ToPairs()
    {
        var pairs = new List<long>();
        for (var i = 0; i < counts.Length; i++)
            if (counts[i] != 0)
                pairs.AddRange([i, counts[i]]);
        return [.. pairs];
    }

    /// <exception cref="FormatException">They are not pairs, or name a place that is not known here.</exception>
    public static SatisfactionCounts OfPairs(ReadOnlySpan<long> pairs)
    {
        var read = new SatisfactionCounts();
        if (pairs.Length % 2 != 0)
            throw new FormatException("Counts are pairs of a place and a count.");
        for (var i = 0; i < pairs.Length; i += 2)
            read.counts[pairs[i] is >= 0 and < Places and var place
                ? place
                : throw new FormatException($"Counts have no place {pairs[i]}.")] += pairs[i + 1];
        return read;
    }

    private static SatisfactionCounts Of(params ReadOnlySpan<(int Place, long Count)> places)
    {
        var counted = new SatisfactionCounts();
        foreach (var (place, count) in places)
            counted.counts[place] = count;
        return counted;
    }

    private static int PlaceOf(Feeling feeling) => feeling switch
    {
        Feeling.Positive => PositiveAt,
        Feeling.Neutral => NeutralAt,
        Feeling.Negative => NegativeAt,
        Feeling.Mixed => MixedAt,
        _ => throw new ArgumentOutOfRangeException(nameof(feeling), feeling, "Not a feeling."),
    };
}
