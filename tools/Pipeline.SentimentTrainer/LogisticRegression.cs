using Pipeline.Sentiment.Features;

namespace Pipeline.SentimentTrainer;

/// <summary>
/// L2-regularised logistic regression by dual coordinate descent (Yu, Huang and Lin 2011, "Dual coordinate descent
/// methods for logistic regression and maximum entropy models", algorithm 5).
/// </summary>
internal static class LogisticRegression
{
    private const int NewtonStepsMax = 100;
    private const double Shrink = 0.1;

    /// <param name="signs">+1 or -1 for each of <paramref name="rows"/>.</param>
    /// <param name="costs">How dear a mistake on it is.</param>
    /// <param name="stretch">For each bucket: how far its weight may go, against the others'.</param>
    /// <returns>A weight for each bucket, the stretch multiplied in.</returns>
    public static float[] Train(
        FeatureMatrix matrix, int[] rows, sbyte[] signs, float[] costs, float[] stretch, int epochs, int seed)
    {
        var weights = new float[FeatureSet.BucketCount];
        var squared = Array.ConvertAll(stretch, value => value * value);
        var duals = new double[rows.Length];
        var norms = new double[rows.Length];
        for (var i = 0; i < rows.Length; i++)
        {
            duals[i] = Math.Min(0.001 * costs[i], 1e-8);
            norms[i] = SquaredNorm(matrix, rows[i], squared);
            Add(matrix, rows[i], squared, weights, signs[i] * duals[i]);
        }

        var random = new Random(seed);
        var order = new int[rows.Length];
        for (var i = 0; i < order.Length; i++)
            order[i] = i;
        for (var epoch = 0; epoch < epochs; epoch++)
        {
            random.Shuffle(order);
            foreach (var i in order)
            {
                var step = Step(norms[i], signs[i] * matrix.Dot(rows[i], weights), costs[i], ref duals[i]);
                if (step != 0)
                    Add(matrix, rows[i], squared, weights, signs[i] * step);
            }
        }

        return weights;
    }

    /// <summary>Moves one dual variable to its optimum, the others held, and returns by how much it moved.</summary>
    private static double Step(double norm, double margin, double cost, ref double dual)
    {
        var other = cost - dual;
        var isFirst = (0.5 * norm * (other - dual)) + margin >= 0;
        var sign = isFirst ? 1 : -1;
        var old = isFirst ? dual : other;
        var z = old;
        if (cost - z < 0.5 * cost)
            z *= Shrink;
        var gradient = Gradient(z);
        var steps = 0;
        while (steps < NewtonStepsMax && Math.Abs(gradient) >= 1e-3)
        {
            var next = z - (gradient / (norm + (cost / ((cost - z) * z))));
            z = next <= 0 ? z * Shrink : next;
            gradient = Gradient(z);
            steps++;
        }

        if (steps == 0)
            return 0;
        dual = isFirst ? z : cost - z;
        return sign * (z - old);

        double Gradient(double at) => (norm * (at - old)) + (sign * margin) + Math.Log(at / (cost - at));
    }

    private static double SquaredNorm(FeatureMatrix matrix, int row, float[] squared)
    {
        double words = 0, grams = 0;
        foreach (var bucket in matrix.Row(row))
            if (FeatureSet.IsGram(bucket))
                grams += squared[bucket];
            else
                words += squared[bucket];
        return (words * matrix.WordNorm(row) * matrix.WordNorm(row)) + (grams * matrix.GramNorm(row) * matrix.GramNorm(row));
    }

    private static void Add(FeatureMatrix matrix, int row, float[] squared, float[] weights, double step)
    {
        var words = (float)(step * matrix.WordNorm(row));
        var grams = (float)(step * matrix.GramNorm(row));
        foreach (var bucket in matrix.Row(row))
            weights[bucket] += squared[bucket] * (FeatureSet.IsGram(bucket) ? grams : words);
    }
}
