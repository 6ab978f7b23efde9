namespace Pipeline.Runtime.Ports;

/// <summary>Understands comments: how they feel, and about what. The embedded model and the cloud's are behind it.</summary>
public interface ITextAnalyser
{
    /// <summary>One analysis for each text, in their order.</summary>
    /// <exception cref="AnalyserUnavailableException">It cannot answer now: ours to repeat, or another's to answer.</exception>
    ValueTask<IReadOnlyList<TextAnalysis>> AnalyseAsync(
        IReadOnlyList<CommentText> comments, CancellationToken cancellation);
}

/// <param name="Locale">What the sender says of its language (<c>en-GB</c>, <c>zh</c>); a hint, the text decides.</param>
public readonly record struct CommentText(string Text, string? Locale = null);

public enum SentimentLabel
{
    Neutral,
    Positive,
    Negative,

    /// <summary>Positive and negative sentences, each clear by itself.</summary>
    Mixed,
}

/// <summary>Calibrated probabilities; they add up to 1.</summary>
public readonly record struct SentimentScores(double Positive, double Neutral, double Negative);

/// <param name="Confidence">0 to 1, calibrated: of the answers at 0.8 four in five are right.</param>
/// <param name="IsAbstention">Too unsure to act on: the label is the likeliest, and nobody should rely on it.</param>
/// <param name="Language"><c>en</c>, <c>zh</c>, or <c>und</c> where it is neither.</param>
/// <param name="Analyser">Who answered, with the version of the model: <c>embedded/en-3</c>.</param>
public sealed record TextAnalysis(
    SentimentLabel Label,
    double Confidence,
    SentimentScores Scores,
    bool IsAbstention,
    string Language,
    string Analyser,
    IReadOnlyList<SentenceAnalysis> Sentences,
    IReadOnlyList<AspectMention> Aspects)
{
    /// <summary>Why another analyser, which was to be asked, has not answered; null where it was not to be, or has.</summary>
    public FallbackReason? Fallback { get; init; }
}

public enum FallbackReason
{
    /// <summary>The month's budget is used up.</summary>
    Budget,

    /// <summary>It was out of reach, too slow, or refused everything.</summary>
    Unavailable,

    /// <summary>It refused this comment.</summary>
    Refused,

    /// <summary>It answered with what is no answer.</summary>
    Malformed,
}

/// <param name="Offset">In UTF-16 code units, as <paramref name="Length"/>.</param>
public sealed record SentenceAnalysis(
    int Offset, int Length, SentimentLabel Label, double Confidence, SentimentScores Scores);

/// <param name="Aspect">A name of the taxonomy: <c>delivery</c>.</param>
/// <param name="Text">The words of the comment that say it.</param>
/// <param name="Offset">In UTF-16 code units, as <paramref name="Length"/>.</param>
public sealed record AspectMention(string Aspect, SentimentLabel Label, string Text, int Offset, int Length);

/// <summary>The analyser is too busy or out of reach.</summary>
public sealed class AnalyserUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
