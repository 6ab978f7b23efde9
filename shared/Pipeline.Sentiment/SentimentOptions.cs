using Pipeline.Sentiment.Features;

namespace Pipeline.Sentiment;

/// <summary>How the embedded analyser is to answer.</summary>
public sealed record SentimentOptions
{
    /// <summary>An answer that is less sure than this is marked as an abstention.</summary>
    public double AbstainBelow { get; init; } = 0.5;

    /// <summary>Reads every text as this language; null to look at the text.</summary>
    public ModelLanguage? Language { get; init; }

    /// <summary>A model of one's own in place of the embedded one (docs/sentiment.md).</summary>
    public string? EnglishModelFile { get; init; }

    /// <inheritdoc cref="EnglishModelFile"/>
    public string? ChineseModelFile { get; init; }
}
