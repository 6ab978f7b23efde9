namespace Pipeline.Domain;

/// <summary>
/// An exact decimal with at most six decimal places, 0 to 1,000,000: points a major unit, or a share. It is
/// kept as whole millionths, so that points are computed in integers and never in floating point.
/// </summary>
public readonly record struct ExactRate
{
    /// <summary>How many millionths make one.</summary>
    public const long One = 1_000_000;

    /// <summary>The largest rate, in millionths: 1,000,000 as a number.</summary>
    public const long MillionthsMax = 1_000_000 * One;

    private ExactRate(long millionths) => Millionths = millionths;

    /// <summary>The rate times 1,000,000.</summary>
    public long Millionths { get; }

    /// <exception cref="ArgumentOutOfRangeException">
    /// Below 0, above 1,000,000, or with more than six decimals.
    /// </exception>
    public static ExactRate Of(decimal value)
    {
        if (value is < 0 or > 1_000_000 || decimal.Round(value, 6) != value)
            throw new ArgumentOutOfRangeException(
                nameof(value), value, "A rate is 0 to 1,000,000 with at most 6 decimals.");
        return new ExactRate((long)(value * One));
    }

    /// <exception cref="ArgumentOutOfRangeException">
    /// Below 0 or above <see cref="MillionthsMax"/>.
    /// </exception>
    public static ExactRate OfMillionths(long millionths)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(millionths);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(millionths, MillionthsMax);
        return new ExactRate(millionths);
    }

    /// <summary>The shortest decimal: <c>1</c>, <c>1.5</c>, <c>0.000001</c>.</summary>
    public override string ToString()
    {
        var (whole, rest) = Math.DivRem(Millionths, One);
        return rest == 0 ? whole.ToString() : $"{whole}.{rest:D6}".TrimEnd('0');
    }
}
