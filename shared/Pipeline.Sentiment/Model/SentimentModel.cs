using Pipeline.Sentiment.Features;

namespace Pipeline.Sentiment.Model;

/// <summary>
/// Two linear models over the same features: polarity and neutrality. Words and character runs are normalised each by
/// the root of their number, so that neither drowns the other and a long text is not surer than a short one.
/// </summary>
public sealed class SentimentModel
{
    // Both weights of a bucket side by side, so that one access of memory finds them.
    private readonly sbyte[] weights = new sbyte[FeatureSet.BucketCount * 2];
    private readonly double polarityScale;
    private readonly double neutralityScale;

    internal SentimentModel(ModelContent content)
    {
        Name = content.Name;
        Calibration = content.Calibration;
        polarityScale = content.Polarity.Scale;
        neutralityScale = content.Neutrality.Scale;
        foreach (var (bucket, weight) in content.Polarity.Weights)
            weights[bucket * 2] = weight;
        foreach (var (bucket, weight) in content.Neutrality.Weights)
            weights[(bucket * 2) + 1] = weight;
    }

    /// <summary>Language and version: <c>en-1</c>.</summary>
    public string Name { get; }

    public Calibration Calibration { get; }

    /// <summary>Allocates nothing.</summary>
    public RawScores Score(FeatureSet features)
    {
        int wordPolarity = 0, wordNeutrality = 0, gramPolarity = 0, gramNeutrality = 0;
        ReadOnlySpan<sbyte> table = weights;
        foreach (var bucket in features.Buckets)
        {
            var at = bucket * 2;
            if (FeatureSet.IsGram(bucket))
            {
                gramPolarity += table[at];
                gramNeutrality += table[at + 1];
            }
            else
            {
                wordPolarity += table[at];
                wordNeutrality += table[at + 1];
            }
        }

        var words = 1 / Math.Sqrt(Math.Max(1, features.Words));
        var grams = 1 / Math.Sqrt(Math.Max(1, features.Grams));
        return new RawScores(
            polarityScale * ((wordPolarity * words) + (gramPolarity * grams)),
            neutralityScale * ((wordNeutrality * words) + (gramNeutrality * grams)));
    }
}
