using System.Globalization;
using System.Numerics;

namespace Pipeline.Domain;

/// <summary>
/// Points with all their decimals: <c>Units / 10^Scale</c>. A rate has six decimals, a factor six, a currency at most four, so
/// that everything an award is computed from is a decimal fraction, and nothing is rounded before the award as a whole.
/// </summary>
internal readonly record struct ExactPoints : IComparable<ExactPoints>
{
    internal static readonly ExactPoints Zero = new(0, 0);

    private const int RateDecimals = 6;

    /// <summary>What a <see cref="decimal"/> holds in any case.</summary>
    private const int ShownDecimalsMax = 27;

    private readonly BigInteger units;
    private readonly int scale;

    private ExactPoints(BigInteger units, int scale) => (this.units, this.scale) = (units, scale);

    internal static ExactPoints Of(long points) => new(points, 0);

    /// <summary>The points of an amount at a rate a major unit.</summary>
    internal static ExactPoints Of(long minorUnits, Currency currency, ExactRate rate) =>
        new(new BigInteger(minorUnits) * rate.Millionths, currency.Exponent + RateDecimals);

    internal ExactPoints Times(ExactRate factor) => new(units * factor.Millionths, scale + RateDecimals);

    internal ExactPoints Times(long factor) => new(units * factor, scale);

    /// <summary>Down, towards minus infinity.</summary>
    internal BigInteger Floor => FloorOf(units, BigInteger.Pow(10, scale));

    /// <summary>The whole part of so many times the points, down.</summary>
    internal BigInteger FloorTimes(long factor) => FloorOf(units * factor, BigInteger.Pow(10, scale));

    internal BigInteger Round(Rounding rounding)
    {
        var one = BigInteger.Pow(10, scale);
        var whole = FloorOf(units, one);
        var rest = units - (whole * one);
        var half = (rest * 2).CompareTo(one);
        var up = !rest.IsZero && rounding switch
        {
            Rounding.Floor => false,
            Rounding.Ceiling => true,
            Rounding.HalfUp => half >= 0,
            Rounding.HalfEven => half > 0 || (half == 0 && !whole.IsEven),
            _ => throw new ArgumentOutOfRangeException(nameof(rounding), rounding, "Not a rounding."),
        };
        return up ? whole + 1 : whole;
    }

    /// <summary>To 27 decimals, which is exact unless more than three factors of six decimals each were multiplied.</summary>
    internal decimal ToDecimal()
    {
        var (shown, decimals) = (units, scale);
        while (decimals > 0 && (decimals > ShownDecimalsMax || (shown % 10).IsZero))
            (shown, decimals) = (FloorOf(shown, 10), decimals - 1);
        var (whole, rest) = BigInteger.DivRem(shown, BigInteger.Pow(10, decimals));
        return (decimal)whole + ((decimal)rest / (decimal)BigInteger.Pow(10, decimals));
    }

    public int CompareTo(ExactPoints other)
    {
        var (a, b) = Aligned(this, other);
        return a.CompareTo(b);
    }

    public override string ToString() => ToDecimal().ToString("0.############################", CultureInfo.InvariantCulture);

    public static ExactPoints operator +(ExactPoints left, ExactPoints right)
    {
        var (a, b) = Aligned(left, right);
        return new(a + b, Math.Max(left.scale, right.scale));
    }

    public static ExactPoints operator -(ExactPoints left, ExactPoints right)
    {
        var (a, b) = Aligned(left, right);
        return new(a - b, Math.Max(left.scale, right.scale));
    }

    private static BigInteger FloorOf(BigInteger units, BigInteger one)
    {
        var whole = BigInteger.DivRem(units, one, out var rest);
        return rest.Sign < 0 ? whole - 1 : whole;
    }

    private static (BigInteger A, BigInteger B) Aligned(ExactPoints left, ExactPoints right) =>
        left.scale == right.scale ? (left.units, right.units)
        : left.scale < right.scale ? (left.units * BigInteger.Pow(10, right.scale - left.scale), right.units)
        : (left.units, right.units * BigInteger.Pow(10, left.scale - right.scale));
}
