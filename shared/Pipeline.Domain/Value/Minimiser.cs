namespace Pipeline.Domain;

/// <summary>The value of a function at a point; its gradient goes into the second span.</summary>
internal delegate double Differentiable(ReadOnlySpan<double> at, Span<double> gradient);

/// <param name="HasConverged">Whether the gradient vanished; where not, the point is the best one found.</param>
internal sealed record Minimum(double[] At, double Value, bool HasConverged, int Evaluations);

/// <summary>
/// Finds a minimum near a start by the method of Broyden, Fletcher, Goldfarb and Shanno, with a line search that meets
/// Wolfe's conditions (Nocedal and Wright, Numerical Optimization, 2nd ed., algorithms 6.1 and 3.5). For a handful of
/// dimensions and smooth functions. Deterministic.
/// </summary>
internal static class Minimiser
{
    private const int StepsMax = 200;
    private const int SearchMax = 40;
    private const double Decrease = 1e-4;
    private const double Curvature = 0.9;

    /// <summary>What a value of many terms may be off by, as a share of it: a decrease below that cannot be seen.</summary>
    private const double Rounding = 1e-12;

    /// <param name="gradientMax">Converged where no partial derivative is larger.</param>
    public static Minimum Find(Differentiable function, ReadOnlySpan<double> start, double gradientMax)
    {
        var n = start.Length;
        var x = start.ToArray();
        var gradient = new double[n];
        var value = function(x, gradient);
        var evaluations = 1;
        var inverse = Identity(n, 1 / Math.Max(1, Norm(gradient)));
        for (var step = 0; step < StepsMax; step++)
        {
            if (Largest(gradient) <= gradientMax)
                return new Minimum(x, value, true, evaluations);
            var direction = Downhill(inverse, gradient);
            if (Dot(direction, gradient) >= 0)
            {
                inverse = Identity(n, 1 / Math.Max(1, Norm(gradient)));
                direction = Downhill(inverse, gradient);
            }

            if (Search(function, x, value, gradient, direction, gradientMax, ref evaluations) is not { } next)
                return new Minimum(x, value, false, evaluations);
            Update(inverse, Difference(next.At, x), Difference(next.Gradient, gradient), isFirst: step == 0);
            (x, value, gradient) = (next.At, next.Value, next.Gradient);
        }

        return new Minimum(x, value, Largest(gradient) <= gradientMax, evaluations);
    }

    private static Point? Search(
        Differentiable function, double[] from, double value, double[] gradient, double[] direction, double gradientMax,
        ref int evaluations)
    {
        var slope = Dot(direction, gradient);
        double low = 0, high = double.PositiveInfinity, length = 1;
        Point? best = null;
        for (var i = 0; i < SearchMax; i++)
        {
            var at = new double[from.Length];
            for (var j = 0; j < at.Length; j++)
                at[j] = from[j] + (length * direction[j]);
            var there = new double[from.Length];
            var valueThere = function(at, there);
            evaluations++;
            // At the bottom values differ by their rounding alone, and the gradient knows better.
            if (Largest(there) <= gradientMax && valueThere <= value + (Rounding * Math.Abs(value)))
                return new Point(at, valueThere, there);
            if (!(valueThere <= value + (Decrease * length * slope)))
            {
                high = length;
            }
            else
            {
                best = new Point(at, valueThere, there);
                if (Dot(direction, there) >= Curvature * slope)
                    return best;
                low = length;
            }

            length = double.IsInfinity(high) ? 2 * length : 0.5 * (low + high);
        }

        return best;
    }

    /// <summary>Adds what a step has taught of the curvature to the inverse Hessian.</summary>
    private static void Update(double[,] inverse, double[] moved, double[] turned, bool isFirst)
    {
        var along = Dot(moved, turned);
        if (along <= 1e-12 * Norm(moved) * Norm(turned))
            return;
        var n = moved.Length;
        if (isFirst)
        {
            var scale = along / Dot(turned, turned);
            for (var i = 0; i < n; i++)
                inverse[i, i] = scale;
        }

        var mapped = new double[n];
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < n; j++)
                mapped[i] += inverse[i, j] * turned[j];
        }

        var weight = (1 + (Dot(turned, mapped) / along)) / along;
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < n; j++)
                inverse[i, j] += (weight * moved[i] * moved[j]) - (((mapped[i] * moved[j]) + (moved[i] * mapped[j])) / along);
        }
    }

    private static double[] Downhill(double[,] inverse, double[] gradient)
    {
        var direction = new double[gradient.Length];
        for (var i = 0; i < direction.Length; i++)
        {
            for (var j = 0; j < direction.Length; j++)
                direction[i] -= inverse[i, j] * gradient[j];
        }

        return direction;
    }

    private static double[,] Identity(int n, double scale)
    {
        var matrix = new double[n, n];
        for (var i = 0; i < n; i++)
            matrix[i, i] = scale;
        return matrix;
    }

    private static double[] Difference(double[] a, double[] b)
    {
        var difference = new double[a.Length];
        for (var i = 0; i < a.Length; i++)
            difference[i] = a[i] - b[i];
        return difference;
    }

    private static double Dot(double[] a, double[] b)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++)
            sum += a[i] * b[i];
        return sum;
    }

    private static double Norm(double[] a) => Math.Sqrt(Dot(a, a));

    private static double Largest(double[] a)
    {
        var largest = 0.0;
        foreach (var component in a)
            largest = double.IsNaN(component) ? double.PositiveInfinity : Math.Max(largest, Math.Abs(component));
        return largest;
    }

    private sealed record Point(double[] At, double Value, double[] Gradient);
}
