using System.Collections.Immutable;

namespace Pipeline.Domain;

/// <summary>What was answered; a question that was dismissed is null, never zero.</summary>
/// <param name="Csat">Customer satisfaction, 1 to 5.</param>
/// <param name="Nps">Likelihood to recommend, 0 to 10.</param>
/// <param name="Ces">Customer effort score 2.0, "made it easy", 1 to 7.</param>
public readonly record struct Answers(int? Csat, int? Nps, int? Ces)
{
    public const int CsatMin = 1, CsatMax = 5, NpsMin = 0, NpsMax = 10, CesMin = 1, CesMax = 7;

    public bool IsEmpty => Csat is null && Nps is null && Ces is null;
}

/// <summary>A feedback as it was sent.</summary>
/// <param name="Customer">Null: anonymous.</param>
/// <param name="ReceivedAt">When intake stamped it.</param>
/// <param name="Comment">Personal data, never logged.</param>
/// <param name="FollowsUp">The case after whose resolution it was asked for.</param>
public sealed record Feedback(
    FeedbackId Id,
    CustomerId? Customer,
    PurchaseId? Purchase,
    DateTimeOffset SubmittedAt,
    DateTimeOffset ReceivedAt,
    string? Channel,
    string? Locale,
    Answers Answers,
    string? Comment,
    CaseId? FollowsUp = null);

/// <summary>How a comment, or what it says of one aspect, feels.</summary>
public enum Feeling
{
    Neutral,
    Positive,
    Negative,
    Mixed,
}

/// <summary>What was understood of a comment, as far as decisions need it.</summary>
/// <param name="Confidence">0 to 1.</param>
/// <param name="IsAbstention">Too unsure to act on.</param>
/// <param name="Aspects">Each aspect once.</param>
public sealed record CommentSense(
    Feeling Label, double Confidence, bool IsAbstention, ImmutableArray<AspectSense> Aspects);

public readonly record struct AspectSense(string Aspect, Feeling Label)
{
    /// <summary>
    /// One label an aspect: where mentions disagree, positive and negative together are mixed, and either outweighs
    /// neutral.
    /// </summary>
    public static ImmutableArray<AspectSense> OfMentions(IEnumerable<(string Aspect, Feeling Label)> mentions) =>
    [
        .. mentions
            .GroupBy(static mention => mention.Aspect, static mention => mention.Label, StringComparer.Ordinal)
            .OrderBy(static group => group.Key, StringComparer.Ordinal)
            .Select(static group => new AspectSense(group.Key, group.Aggregate(Together))),
    ];

    private static Feeling Together(Feeling a, Feeling b) => (a, b) switch
    {
        _ when a == b => a,
        (Feeling.Neutral, _) => b,
        (_, Feeling.Neutral) => a,
        _ => Feeling.Mixed,
    };
}

/// <summary>What the shop knew of the customer when the feedback was worked.</summary>
/// <param name="Tier">"none" without one.</param>
/// <param name="Stage">Of the customer's life; "unknown" without one.</param>
public readonly record struct Standing(string Tier, string Stage, bool IsHighValue)
{
    public const string NoTier = "none";
    public const string NoStage = "unknown";

    public static Standing Unknown { get; } = new(NoTier, NoStage, IsHighValue: false);
}

/// <summary>
/// Where a feedback is counted. It is written down with the feedback, so that counting it anew, after the zone, the tier
/// or the purchase has changed, counts it in the same place.
/// </summary>
/// <param name="Day">Of <see cref="Feedback.SubmittedAt"/>, in the program's zone.</param>
/// <param name="Products">SKUs of its purchase, each once; none where the purchase is not known.</param>
public sealed record Placing(DateOnly Day, string Tier, string Stage, ImmutableArray<string> Products)
{
    /// <summary>The first so many different SKUs of the purchase count.</summary>
    public const int ProductsMax = 100;

    public static Placing Of(Feedback feedback, Standing standing, Fact.Purchased? purchase, ZoneCalendar zone) => new(
        zone.DayOf(feedback.SubmittedAt),
        standing.Tier,
        standing.Stage,
        purchase is null
            ? []
            : [.. purchase.Lines.Select(static line => line.Sku).Distinct(StringComparer.Ordinal).Take(ProductsMax)]);
}
