using System.Collections.Immutable;

namespace Pipeline.Domain;

/// <summary>A row to learn from.</summary>
/// <param name="Features">As they are; the fit scales them.</param>
public readonly record struct LogisticRow(double[] Features, bool Outcome);

/// <summary>
/// Logistic regression: log-odds = intercept + Σ weight · (feature - mean) / deviation, so that the intercept is the
/// log-odds of an average customer and each term is what one feature adds to it.
/// </summary>
public sealed record LogisticModel(
    double Intercept, ImmutableArray<double> Weights, ImmutableArray<double> Means, ImmutableArray<double> Deviations)
{
    private const int StepsMax = 50;
    private const double StepMin = 1e-8;
    private const double DeviationMin = 1e-9;

    public double Contribution(int feature, double value) =>
        Weights[feature] * (value - Means[feature]) / Deviations[feature];

    public double LogOdds(ReadOnlySpan<double> features)
    {
        var sum = Intercept;
        for (var i = 0; i < features.Length; i++)
            sum += Contribution(i, features[i]);
        return sum;
    }

    public static double Probability(double logOdds) => 1 / (1 + Math.Exp(-logOdds));

    public static double LogOddsOf(double probability) => Math.Log(probability / (1 - probability));

    /// <summary>
    /// Maximum likelihood less penalty/2 · Σ weight², by Newton's method (Hoerl and Kennard's ridge, as le Cessie and van
    /// Houwelingen put it on logistic regression, Applied Statistics 41, 1992). Deterministic.
    /// </summary>
    public static LogisticModel Fit(IReadOnlyList<LogisticRow> rows, double penalty)
    {
        var n = rows[0].Features.Length;
        var (means, deviations) = Scale(rows, n);
        var scaled = new double[rows.Count * (n + 1)];
        for (var r = 0; r < rows.Count; r++)
        {
            scaled[r * (n + 1)] = 1;
            for (var i = 0; i < n; i++)
                scaled[(r * (n + 1)) + i + 1] = (rows[r].Features[i] - means[i]) / deviations[i];
        }

        var at = new double[n + 1];
        for (var step = 0; step < StepsMax; step++)
        {
            var moved = NewtonStep(rows, scaled, at, penalty);
            var longest = 0.0;
            for (var i = 0; i <= n; i++)
            {
                at[i] -= moved[i];
                longest = Math.Max(longest, Math.Abs(moved[i]));
            }

            if (longest < StepMin)
                break;
        }

        return new LogisticModel(at[0], [.. at.AsSpan(1)], [.. means], [.. deviations]);
    }

    private static (double[] Means, double[] Deviations) Scale(IReadOnlyList<LogisticRow> rows, int n)
    {
        var means = new double[n];
        var deviations = new double[n];
        foreach (var row in rows)
            for (var i = 0; i < n; i++)
                means[i] += row.Features[i] / rows.Count;
        foreach (var row in rows)
            for (var i = 0; i < n; i++)
                deviations[i] += (row.Features[i] - means[i]) * (row.Features[i] - means[i]) / rows.Count;
        for (var i = 0; i < n; i++)
            deviations[i] = Math.Max(DeviationMin, Math.Sqrt(deviations[i]));
        return (means, deviations);
    }

    /// <summary>The inverse Hessian times the gradient of the cost.</summary>
    private static double[] NewtonStep(IReadOnlyList<LogisticRow> rows, double[] scaled, double[] at, double penalty)
    {
        var n = at.Length;
        var gradient = new double[n];
        var hessian = new double[n, n];
        for (var r = 0; r < rows.Count; r++)
        {
            var x = scaled.AsSpan(r * n, n);
            var logOdds = 0.0;
            for (var i = 0; i < n; i++)
                logOdds += at[i] * x[i];
            var p = Probability(logOdds);
            var error = p - (rows[r].Outcome ? 1 : 0);
            var spread = p * (1 - p);
            for (var i = 0; i < n; i++)
            {
                gradient[i] += error * x[i];
                for (var j = 0; j <= i; j++)
                    hessian[i, j] += spread * x[i] * x[j];
            }
        }

        for (var i = 1; i < n; i++)
        {
            gradient[i] += penalty * at[i];
            hessian[i, i] += penalty;
        }

        return Solve(hessian, gradient);
    }

    /// <summary>By Cholesky's decomposition of the lower triangle.</summary>
    private static double[] Solve(double[,] a, double[] b)
    {
        var n = b.Length;
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                var sum = a[i, j];
                for (var k = 0; k < j; k++)
                    sum -= a[i, k] * a[j, k];
                a[i, j] = i == j ? Math.Sqrt(Math.Max(sum, DeviationMin)) : sum / a[j, j];
            }
        }

        var x = (double[])b.Clone();
        for (var i = 0; i < n; i++)
        {
            for (var k = 0; k < i; k++)
                x[i] -= a[i, k] * x[k];
            x[i] /= a[i, i];
        }

        for (var i = n - 1; i >= 0; i--)
        {
            for (var k = i + 1; k < n; k++)
                x[i] -= a[k, i] * x[k];
            x[i] /= a[i, i];
        }

        return x;
    }
}
