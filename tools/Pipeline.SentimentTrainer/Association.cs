using Pipeline.Sentiment.Features;

namespace Pipeline.SentimentTrainer;

/// <summary>
/// How far each feature's weight may go: further where the feature goes with one label in source after source. It is the
/// idea of NB-SVM (Wang and Manning 2012, "Baselines and bigrams") with the log-odds pooled over sources, so that what
/// only one source says does not count as much as what all say.
/// </summary>
internal static class Association
{
    private const double Smoothing = 0.5;
    private const double Floor = 0.05;
    private const double LogOddsMax = 3;

    /// <summary>The variance between sources, added to that of the counts.</summary>
    private const double BetweenSources = 0.3;

    /// <summary>The weight of the belief that a feature says nothing.</summary>
    private const double Prior = 0.2;

    public static float[] Stretch(TrainingSet set, OneAgainstRest task, Recipe recipe)
    {
        var weighted = new double[FeatureSet.BucketCount];
        var weight = new double[FeatureSet.BucketCount];
        foreach (var source in Enumerable.Range(0, task.TextCount).GroupBy(i => set[task.Rows[i]].Source))
            Add(set, task, [.. source], weighted, weight);
        var stretch = new float[FeatureSet.BucketCount];
        for (var bucket = 0; bucket < stretch.Length; bucket++)
        {
            var odds = Math.Min(LogOddsMax, Math.Abs(weighted[bucket] / (weight[bucket] + Prior)));
            // A feature of the lexicon alone is as free as one of middling association.
            stretch[bucket] = weight[bucket] == 0 ? 1 : (float)Math.Pow(Floor + odds, recipe.Stretch);
        }

        return stretch;
    }

    private static void Add(TrainingSet set, OneAgainstRest task, int[] items, double[] weighted, double[] weight)
    {
        var positive = new int[FeatureSet.BucketCount];
        var negative = new int[FeatureSet.BucketCount];
        int positives = 0, negatives = 0;
        foreach (var i in items)
        {
            var isPositive = task.Signs[i] > 0;
            positives += isPositive ? 1 : 0;
            negatives += isPositive ? 0 : 1;
            var counts = isPositive ? positive : negative;
            foreach (var bucket in set.Matrix.Row(task.Rows[i]))
                counts[bucket]++;
        }

        var prior = Math.Log((negatives + (2 * Smoothing)) / (positives + (2 * Smoothing)));
        for (var bucket = 0; bucket < weighted.Length; bucket++)
        {
            if (positive[bucket] + negative[bucket] == 0)
                continue;
            var p = positive[bucket] + Smoothing;
            var n = negative[bucket] + Smoothing;
            var precision = 1 / ((1 / p) + (1 / n) + BetweenSources);
            weighted[bucket] += precision * (Math.Log(p / n) + prior);
            weight[bucket] += precision;
        }
    }
}
