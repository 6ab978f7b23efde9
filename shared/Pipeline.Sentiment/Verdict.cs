using Pipeline.Runtime.Ports;

namespace Pipeline.Sentiment;

/// <param name="Confidence">The probability of the label.</param>
internal readonly record struct Verdict(SentimentLabel Label, double Confidence)
{
    /// <summary>From here on a sentence is clear by itself.</summary>
    private const double ClearFrom = 0.8;

    /// <summary>A side that fewer of the clear sentences' characters take is an aside, and does not make a text mixed.</summary>
    private const double ShareMin = 1.0 / 3;

    public static Verdict Of(SentimentScores scores) =>
        scores.Positive >= scores.Negative && scores.Positive >= scores.Neutral
            ? new Verdict(SentimentLabel.Positive, scores.Positive)
        : scores.Negative >= scores.Neutral ? new Verdict(SentimentLabel.Negative, scores.Negative)
        : new Verdict(SentimentLabel.Neutral, scores.Neutral);

    /// <summary>
    /// Mixed, where clear sentences take both sides, neither as an aside, and that both are read rightly is likelier than
    /// the label of the whole. That likelihood is then the confidence.
    /// </summary>
    public static Verdict Of(SentimentScores whole, IReadOnlyList<SentenceAnalysis> sentences)
    {
        var (positive, positiveUnits) = Clearest(sentences, SentimentLabel.Positive);
        var (negative, negativeUnits) = Clearest(sentences, SentimentLabel.Negative);
        var verdict = Of(whole);
        var isOnBothSides = Math.Min(positiveUnits, negativeUnits) > 0
            && Math.Min(positiveUnits, negativeUnits) >= ShareMin * (positiveUnits + negativeUnits);
        return isOnBothSides && positive * negative > verdict.Confidence
            ? new Verdict(SentimentLabel.Mixed, positive * negative) : verdict;
    }

    private static (double Confidence, int Units) Clearest(
        IReadOnlyList<SentenceAnalysis> sentences, SentimentLabel label)
    {
        var confidence = 0.0;
        var units = 0;
        foreach (var sentence in sentences)
        {
            if (sentence.Label != label || sentence.Confidence < ClearFrom)
                continue;
            confidence = Math.Max(confidence, sentence.Confidence);
            units += sentence.Length;
        }

        return (confidence, units);
    }
}
