using Pipeline.Runtime.Ports;

namespace Pipeline.Runtime.Satisfaction;

/// <summary>Stands in where a host registers no analyser: understands nothing, and says so.</summary>
internal sealed class UnreadComments : ITextAnalyser
{
    private static readonly TextAnalysis Nothing = new(
        SentimentLabel.Neutral, 0, new SentimentScores(0, 1, 0), IsAbstention: true, "und", "none", [], []);

    public ValueTask<IReadOnlyList<TextAnalysis>> AnalyseAsync(
        IReadOnlyList<CommentText> comments, CancellationToken cancellation) =>
        new([.. comments.Select(static _ => Nothing)]);
}
