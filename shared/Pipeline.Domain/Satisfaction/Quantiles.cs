namespace Pipeline.Domain;

/// <summary>
/// Quantiles of the normal distribution and of Student's, found by bisection of their upper tails: slow (microseconds),
/// and right to 12 digits, which the tests hold against published tables.
/// </summary>
internal static class Quantiles
{
    /// <summary>The normal quantile of 0.975, for every 95 % interval.</summary>
    public const double Normal975 = 1.959963984540054;

    private const int HalvingsMax = 200;

    /// <summary>Lanczos' coefficients for g = 7 (P. Godfrey, "A note on the computation of the convergent Lanczos
    /// complex Gamma approximation", 2001).</summary>
    private static readonly double[] Lanczos =
    [
        0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
        12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
    ];

    /// <param name="upper">The probability above the quantile: 0 to 0.5, both exclusive.</param>
    public static double Normal(double upper) => Bisect(upper, NormalTail, 0, 40);

    /// <param name="upper">The probability above the quantile: 0 to 0.5, both exclusive.</param>
    /// <param name="freedom">Degrees of freedom, above 0; need not be whole.</param>
    public static double Student(double upper, double freedom) => Bisect(upper, t => StudentTail(t, freedom), 0, 1e9);

    /// <summary>
    /// Q(z) for z of 0 or more: the continued fraction of Abramowitz and Stegun, 26.2.14; below 1 the series 26.2.10.
    /// </summary>
    private static double NormalTail(double z)
    {
        var density = Math.Exp(-z * z / 2) / Math.Sqrt(2 * Math.PI);
        if (z < 1)
        {
            var (term, sum) = (z, z);
            for (var k = 1; k < 60; k++)
            {
                term *= z * z / ((2 * k) + 1);
                sum += term;
            }

            return 0.5 - (density * sum);
        }

        var fraction = z;
        for (var k = 400; k >= 1; k--)
            fraction = z + (k / fraction);
        return density / fraction;
    }

    /// <summary>Half of I(x; freedom/2, 1/2) at x = freedom / (freedom + t²): Abramowitz and Stegun, 26.7.1.</summary>
    private static double StudentTail(double t, double freedom) =>
        IncompleteBeta(freedom / (freedom + (t * t)), t * t / (freedom + (t * t)), freedom / 2, 0.5) / 2;

    /// <summary>The regularised incomplete beta function by its continued fraction (Abramowitz and Stegun, 26.5.8).</summary>
    /// <param name="y">1 - x, which the caller knows without cancellation.</param>
    private static double IncompleteBeta(double x, double y, double a, double b)
    {
        if (x <= 0)
            return 0;
        if (y <= 0)
            return 1;
        var front = Math.Exp(
            LogGamma(a + b) - LogGamma(a) - LogGamma(b) + (a * Math.Log(x)) + (b * Math.Log(y)));
        return x < (a + 1) / (a + b + 2)
            ? front * BetaFraction(x, a, b) / a
            : 1 - (front * BetaFraction(y, b, a) / b);
    }

    /// <summary>Lentz's method, which evaluates a continued fraction from its front.</summary>
    private static double BetaFraction(double x, double a, double b)
    {
        const double Tiny = 1e-300;
        var (c, d) = (1.0, 1 / NotZero(1 - ((a + b) * x / (a + 1)), Tiny));
        var value = d;
        for (var m = 1; m <= 500; m++)
        {
            var even = m * (b - m) * x / ((a + (2 * m) - 1) * (a + (2 * m)));
            d = 1 / NotZero(1 + (even * d), Tiny);
            c = NotZero(1 + (even / c), Tiny);
            value *= d * c;
            var odd = -(a + m) * (a + b + m) * x / ((a + (2 * m)) * (a + (2 * m) + 1));
            d = 1 / NotZero(1 + (odd * d), Tiny);
            c = NotZero(1 + (odd / c), Tiny);
            value *= d * c;
            if (Math.Abs((d * c) - 1) < 1e-16)
                break;
        }

        return value;
    }

    private static double NotZero(double value, double tiny) => Math.Abs(value) < tiny ? tiny : value;

    private static double LogGamma(double x)
    {
        if (x < 0.5)
            return Math.Log(Math.PI / Math.Sin(Math.PI * x)) - LogGamma(1 - x);
        x -= 1;
        var sum = Lanczos[0];
        for (var i = 1; i < Lanczos.Length; i++)
            sum += Lanczos[i] / (x + i);
        var t = x + 7.5;
        return (0.5 * Math.Log(2 * Math.PI)) + ((x + 0.5) * Math.Log(t)) - t + Math.Log(sum);
    }

    /// <summary>Where a falling tail passes a probability.</summary>
    private static double Bisect(double upper, Func<double, double> tail, double low, double high)
    {
        for (var i = 0; i < HalvingsMax; i++)
        {
            var middle = low + ((high - low) / 2);
            if (middle <= low || middle >= high)
                break;
            if (tail(middle) > upper)
                low = middle;
            else
                high = middle;
        }

        return low;
    }
}
