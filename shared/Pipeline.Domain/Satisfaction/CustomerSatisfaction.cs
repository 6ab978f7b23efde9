namespace Pipeline.Domain;

/// <summary>The answers of one customer to one question: mean and the last one.</summary>
/// <param name="At">When the last was submitted.</param>
public sealed record RatingSummary(long N, long Sum, int Last, DateTimeOffset At, FeedbackId From)
{
    public decimal Mean => decimal.Round((decimal)Sum / N, Metrics.Decimals, MidpointRounding.AwayFromZero);

    internal static RatingSummary? With(RatingSummary? known, int? answer, Feedback feedback)
    {
        if (answer is not { } given)
            return known;
        if (known is null)
            return new RatingSummary(1, given, given, feedback.SubmittedAt, feedback.Id);
        var more = known with { N = known.N + 1, Sum = known.Sum + given };
        return CustomerSatisfaction.IsLater(feedback.SubmittedAt, feedback.Id, known.At, known.From)
            ? more with { Last = given, At = feedback.SubmittedAt, From = feedback.Id }
            : more;
    }
}

/// <summary>
/// A customer's satisfaction: a fold over the feedback, the same in every order, since sums commute and "last" goes by
/// the day of the answer and then by its id, not by arrival.
/// </summary>
public sealed record CustomerSatisfaction
{
    public static readonly CustomerSatisfaction New = new();

    public long Responses { get; init; }

    public RatingSummary? Csat { get; init; }

    public RatingSummary? Nps { get; init; }

    public RatingSummary? Ces { get; init; }

    public long Positive { get; init; }

    public long Neutral { get; init; }

    public long Negative { get; init; }

    public long Mixed { get; init; }

    /// <summary>When the last feedback was submitted, and which it is; null before the first.</summary>
    public (DateTimeOffset At, FeedbackId Id)? Last { get; init; }

    /// <summary>How the last comment felt; null before the first.</summary>
    public (Feeling Label, DateTimeOffset At, FeedbackId Id)? LastComment { get; init; }

    public CustomerSatisfaction With(Feedback feedback, Feeling? label) => this with
    {
        Responses = Responses + 1,
        Csat = RatingSummary.With(Csat, feedback.Answers.Csat, feedback),
        Nps = RatingSummary.With(Nps, feedback.Answers.Nps, feedback),
        Ces = RatingSummary.With(Ces, feedback.Answers.Ces, feedback),
        Positive = Positive + (label == Feeling.Positive ? 1 : 0),
        Neutral = Neutral + (label == Feeling.Neutral ? 1 : 0),
        Negative = Negative + (label == Feeling.Negative ? 1 : 0),
        Mixed = Mixed + (label == Feeling.Mixed ? 1 : 0),
        Last = Last is { } last && !IsLater(feedback.SubmittedAt, feedback.Id, last.At, last.Id)
            ? last
            : (feedback.SubmittedAt, feedback.Id),
        LastComment = label is not { } felt
            || (LastComment is { } comment && !IsLater(feedback.SubmittedAt, feedback.Id, comment.At, comment.Id))
                ? LastComment
                : (felt, feedback.SubmittedAt, feedback.Id),
    };

    internal static bool IsLater(DateTimeOffset at, FeedbackId id, DateTimeOffset than, FeedbackId thanId) =>
        at > than || (at == than && string.CompareOrdinal(id.Value, thanId.Value) > 0);
}
