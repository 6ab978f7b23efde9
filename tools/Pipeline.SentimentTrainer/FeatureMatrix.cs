using Pipeline.Sentiment.Features;

namespace Pipeline.SentimentTrainer;

/// <summary>The features of many texts, row by row in one array.</summary>
internal sealed class FeatureMatrix
{
    private readonly int[] buckets;
    private readonly int[] starts;
    private readonly float[] wordNorms;
    private readonly float[] gramNorms;

    public FeatureMatrix(IReadOnlyList<string> texts, ModelLanguage language)
    {
        var all = new List<int>();
        starts = new int[texts.Count + 1];
        wordNorms = new float[texts.Count];
        gramNorms = new float[texts.Count];
        var reader = new FeatureReader();
        for (var row = 0; row < texts.Count; row++)
        {
            var features = reader.Read(texts[row], language);
            all.AddRange(features.Buckets);
            wordNorms[row] = 1 / MathF.Sqrt(Math.Max(1, features.Words));
            gramNorms[row] = 1 / MathF.Sqrt(Math.Max(1, features.Grams));
            starts[row + 1] = all.Count;
        }

        buckets = [.. all];
    }

    public int Rows => wordNorms.Length;

    public ReadOnlySpan<int> Row(int row) => buckets.AsSpan(starts[row], starts[row + 1] - starts[row]);

    public float WordNorm(int row) => wordNorms[row];

    public float GramNorm(int row) => gramNorms[row];

    /// <summary>The product of a row with <paramref name="weights"/>.</summary>
    public double Dot(int row, float[] weights)
    {
        double words = 0, grams = 0;
        foreach (var bucket in Row(row))
            if (FeatureSet.IsGram(bucket))
                grams += weights[bucket];
            else
                words += weights[bucket];
        return (words * wordNorms[row]) + (grams * gramNorms[row]);
    }
}
