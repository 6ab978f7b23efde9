using Pipeline.Runtime.Ports;
using Pipeline.Sentiment.Model;

namespace Pipeline.SentimentTrainer;

/// <param name="Raw">By a model that has not seen the text.</param>
internal readonly record struct Scored(RawScores Raw, SentimentLabel Label);

/// <summary>Fits the calibration by maximum likelihood, with Newton's method.</summary>
internal static class Platt
{
    private const int Size = 4;
    private const int StepsMax = 100;
    private const double Ridge = 1e-6;
    private const double Still = 1e-9;

    private static readonly SentimentLabel[] Labels =
        [SentimentLabel.Positive, SentimentLabel.Neutral, SentimentLabel.Negative];

    public static Calibration Fit(IReadOnlyList<Scored> scored)
    {
        var items = scored.Where(item => item.Label != SentimentLabel.Mixed).ToArray();
        var found = new double[Size];
        var loss = Loss(items, found);
        for (var step = 0; step < StepsMax; step++)
        {
            var gradient = new double[Size];
            var curvature = new double[Size, Size];
            foreach (var item in items)
                Add(item, Of(found), gradient, curvature);
            var change = Solve(curvature, gradient);
            // A full step may overshoot where the scores are large.
            double[] next;
            double nextLoss;
            for (var length = 1.0; ; length /= 2)
            {
                next = [.. found.Zip(change, (value, by) => value + (length * by))];
                nextLoss = Loss(items, next);
                if (nextLoss <= loss || length < Still)
                    break;
            }

            var gain = loss - nextLoss;
            (found, loss) = (next, nextLoss);
            if (gain < Still)
                break;
        }

        return Of(found);
    }

    /// <summary>The mean negative logarithm of the right label's probability.</summary>
    private static double Loss(Scored[] items, double[] values)
    {
        var calibration = Of(values);
        return items.Average(item =>
        {
            var scores = calibration.Scores(item.Raw);
            return -Math.Log(Math.Max(double.Epsilon, item.Label switch
            {
                SentimentLabel.Positive => scores.Positive,
                SentimentLabel.Negative => scores.Negative,
                _ => scores.Neutral,
            }));
        });
    }

    private static Calibration Of(double[] values) =>
        new((float)values[0], (float)values[1], (float)values[2], (float)values[3]);

    /// <summary>What each coefficient is multiplied with in the log-odds of a label.</summary>
    private static double[] Inputs(RawScores raw, SentimentLabel label) => label switch
    {
        SentimentLabel.Positive => [raw.Polarity, 1, 0, 0],
        SentimentLabel.Negative => [-raw.Polarity, 0, 1, 0],
        _ => [0, 0, 0, raw.Neutrality],
    };

    private static void Add(Scored item, Calibration calibration, double[] gradient, double[,] curvature)
    {
        var scores = calibration.Scores(item.Raw);
        double[] probabilities = [scores.Positive, scores.Neutral, scores.Negative];
        var inputs = Array.ConvertAll(Labels, label => Inputs(item.Raw, label));
        var mean = new double[Size];
        for (var label = 0; label < Labels.Length; label++)
            for (var i = 0; i < Size; i++)
                mean[i] += probabilities[label] * inputs[label][i];
        for (var label = 0; label < Labels.Length; label++)
            for (var i = 0; i < Size; i++)
            {
                if (Labels[label] == item.Label)
                    gradient[i] += inputs[label][i] - mean[i];
                for (var k = 0; k < Size; k++)
                    curvature[i, k] += probabilities[label] * (inputs[label][i] - mean[i]) * (inputs[label][k] - mean[k]);
            }
    }

    /// <summary>Gauss's elimination; the matrix is positive definite.</summary>
    private static double[] Solve(double[,] matrix, double[] right)
    {
        for (var i = 0; i < Size; i++)
            matrix[i, i] += Ridge;
        for (var i = 0; i < Size; i++)
            for (var row = i + 1; row < Size; row++)
            {
                var factor = matrix[row, i] / matrix[i, i];
                for (var k = i; k < Size; k++)
                    matrix[row, k] -= factor * matrix[i, k];
                right[row] -= factor * right[i];
            }

        var solution = new double[Size];
        for (var i = Size - 1; i >= 0; i--)
        {
            solution[i] = right[i];
            for (var k = i + 1; k < Size; k++)
                solution[i] -= matrix[i, k] * solution[k];
            solution[i] /= matrix[i, i];
        }

        return solution;
    }
}
