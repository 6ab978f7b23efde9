namespace Pipeline.Domain;

/// <summary>The few special functions of the models, for positive arguments.</summary>
internal static class SpecialFunctions
{
    private const int AsymptoticFrom = 10;
    private const int TermsMax = 10_000;
    private const double Precision = 1e-13;

    private static readonly double HalfLogTwoPi = 0.5 * Math.Log(2 * Math.PI);

    /// <summary>ln Γ(x): Stirling's series after a shift upwards. NIST DLMF 5.11.1.</summary>
    public static double LogGamma(double x)
    {
        var shift = 0.0;
        for (; x < AsymptoticFrom; x++)
            shift += Math.Log(x);
        var inverse = 1 / x;
        var square = inverse * inverse;
        var series = inverse * ((1 / 12.0) - (square * ((1 / 360.0) - (square * ((1 / 1260.0) - (square * (1 / 1680.0)))))));
        return ((x - 0.5) * Math.Log(x)) - x + HalfLogTwoPi + series - shift;
    }

    /// <summary>ψ(x), the derivative of ln Γ. NIST DLMF 5.11.2.</summary>
    public static double Digamma(double x)
    {
        var shift = 0.0;
        for (; x < AsymptoticFrom; x++)
            shift += 1 / x;
        var inverse = 1 / x;
        var square = inverse * inverse;
        var series = square * ((1 / 12.0) - (square * ((1 / 120.0) - (square * ((1 / 252.0) - (square * (1 / 240.0)))))));
        return Math.Log(x) - (0.5 * inverse) - series - shift;
    }

    /// <summary>₂F₁(a, b; c; z) for 0 ≤ z &lt; 1 by its series. NIST DLMF 15.2.1.</summary>
    public static double Hypergeometric(double a, double b, double c, double z)
    {
        var term = 1.0;
        var sum = 1.0;
        for (var n = 0; n < TermsMax; n++)
        {
            term *= (a + n) * (b + n) / ((c + n) * (n + 1)) * z;
            sum += term;
            // Signs can change only while a + n or b + n is below zero.
            if (Math.Abs(term) <= Precision * Math.Abs(sum) && a + n > 0 && b + n > 0)
                break;
        }

        return sum;
    }
}
