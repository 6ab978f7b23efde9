using Pipeline.Runtime.Ports;
using Pipeline.Sentiment.Features;
using Pipeline.Sentiment.Model;

namespace Pipeline.SentimentTrainer;

/// <summary>Trains the linear models and makes them as small as they will be shipped.</summary>
internal static class Trainer
{
    /// <summary>
    /// Three models, one for each label against the rest, become two: their differences are all that the probabilities
    /// depend on.
    /// </summary>
    public static Weights Train(TrainingSet set, int[] rows, Recipe recipe, int seed)
    {
        var positive = Fit(set, SentimentLabel.Positive, rows, recipe, seed);
        var neutral = Fit(set, SentimentLabel.Neutral, rows, recipe, seed);
        var negative = Fit(set, SentimentLabel.Negative, rows, recipe, seed);
        var polarity = new float[positive.Length];
        var neutrality = new float[positive.Length];
        for (var bucket = 0; bucket < polarity.Length; bucket++)
        {
            polarity[bucket] = positive[bucket] - negative[bucket];
            neutrality[bucket] = neutral[bucket] - positive[bucket] - negative[bucket];
        }

        var frequencies = Frequencies(set, rows);
        return new Weights(
            Small(polarity, frequencies, recipe.PolarityWeights), Small(neutrality, frequencies, recipe.NeutralityWeights));
    }

    private static float[] Fit(TrainingSet set, SentimentLabel label, int[] rows, Recipe recipe, int seed)
    {
        var task = set.Against(label, rows, recipe);
        return LogisticRegression.Train(
            set.Matrix, task.Rows, task.Signs, task.Costs, Association.Stretch(set, task, recipe), recipe.Epochs, seed);
    }

    /// <summary>Keeps the weights that move the most texts the most, and rounds them to a byte.</summary>
    private static WeightTable Small(float[] weights, int[] frequencies, int kept)
    {
        var chosen = Enumerable.Range(0, weights.Length)
            .Where(bucket => weights[bucket] != 0)
            .OrderByDescending(bucket => Math.Abs(weights[bucket]) * Math.Sqrt(frequencies[bucket]))
            .ThenBy(bucket => bucket)
            .Take(kept)
            .Order()
            .ToArray();
        // The few largest are cut off, or the many small ones would round to nothing.
        var sizes = chosen.Select(bucket => Math.Abs(weights[bucket])).Order().ToArray();
        var largest = sizes.Length == 0 ? 1 : sizes[(int)((sizes.Length - 1) * 0.9995)];
        var scale = largest / sbyte.MaxValue;
        return new WeightTable(scale, [.. chosen
            .Select(bucket => (bucket, (sbyte)Math.Clamp(MathF.Round(weights[bucket] / scale), -sbyte.MaxValue, sbyte.MaxValue)))
            .Where(entry => entry.Item2 != 0)]);
    }

    private static int[] Frequencies(TrainingSet set, int[] rows)
    {
        var frequencies = new int[FeatureSet.BucketCount];
        foreach (var row in rows.Concat(set.LexiconRows))
            foreach (var bucket in set.Matrix.Row(row))
                frequencies[bucket]++;
        return frequencies;
    }
}

/// <summary>A model without its calibration.</summary>
internal sealed record Weights(WeightTable Polarity, WeightTable Neutrality)
{
    /// <summary>As the shipped model scores them.</summary>
    public RawScores[] Score(TrainingSet set, int[] rows)
    {
        var polarity = Dense(Polarity);
        var neutrality = Dense(Neutrality);
        return Array.ConvertAll(rows, row => new RawScores(
            set.Matrix.Dot(row, polarity), set.Matrix.Dot(row, neutrality)));
    }

    private static float[] Dense(WeightTable table)
    {
        var dense = new float[FeatureSet.BucketCount];
        foreach (var (bucket, weight) in table.Weights)
            dense[bucket] = weight * table.Scale;
        return dense;
    }
}
