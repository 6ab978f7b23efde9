namespace Pipeline.Domain.Tests;

/// <summary>Feedback with literal answers.</summary>
internal static class Answering
{
    public static Feedback Feedback(
        string id, int? csat = null, int? nps = null, int? ces = null, string? comment = null, string? customer = "ann",
        DateTimeOffset? at = null, string? channel = "email") => new(
            new FeedbackId(id), customer is null ? null : new CustomerId(customer), null, at ?? Shop.Start, at ?? Shop.Start,
            channel, null, new Answers(csat, nps, ces), comment);

    public static CommentSense Sense(Feeling label, double confidence = 0.9, params AspectSense[] aspects) =>
        new(label, confidence, IsAbstention: false, [.. aspects]);

    public static SatisfactionCounts Count(params IEnumerable<(Answers Answers, Feeling? Label)> given)
    {
        var counts = new SatisfactionCounts();
        foreach (var (answers, label) in given)
            counts.Add(SatisfactionCounts.OfFeedback(answers, label));
        return counts;
    }

    public static SatisfactionCounts CountNps(params int[] answers) =>
        Count(answers.Select(static answer => (new Answers(null, answer, null), (Feeling?)null)));

    public static SatisfactionCounts CountCsat(params int[] answers) =>
        Count(answers.Select(static answer => (new Answers(answer, null, null), (Feeling?)null)));

    public static SatisfactionCounts CountCes(params int[] answers) =>
        Count(answers.Select(static answer => (new Answers(null, null, answer), (Feeling?)null)));
}
