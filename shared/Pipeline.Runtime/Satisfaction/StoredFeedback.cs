using Pipeline.Domain;
using Pipeline.Runtime.Ports;
using Pipeline.Runtime.Satisfaction.Storage;

namespace Pipeline.Runtime.Satisfaction;

/// <summary>A feedback with what was understood and decided of it.</summary>
/// <param name="Analysis">Of the comment; null without one.</param>
/// <param name="Case">The case that it opened, or that it follows up.</param>
public sealed record StoredFeedback(
    Feedback Feedback, TextAnalysis? Analysis, Placing Placing, CaseId? Case, bool OpensCase)
{
    internal CommentSense? Sense => FeedbackMapping.SenseOf(Analysis);

    /// <summary>What it adds to the counts: worked out from what is stored alone.</summary>
    internal SatisfactionTally Tally => SatisfactionTally.Of(Feedback, Sense, Placing, OpensCase);
}
