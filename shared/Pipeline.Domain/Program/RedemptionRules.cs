using System.Collections.Frozen;

namespace Pipeline.Domain;

/// <summary>What points are worth in one currency: so many points are so many minor units.</summary>
/// <param name="Points">1 to 1,000,000,000.</param>
/// <param name="MinorUnits">1 to 1,000,000,000 in a document; minor units of the currency.</param>
public sealed record PointValue(long Points, long MinorUnits)
{
    public const long PointsMax = 1_000_000_000;

    public const long MinorUnitsMax = 1_000_000_000;
}

/// <summary>
/// What points are worth in a currency that is not listed. It speaks in major units, because one number of
/// minor units would mean different values in JPY (no decimals), GBP (two) and KWD (three).
/// </summary>
/// <param name="Points">1 to 1,000,000,000.</param>
/// <param name="MajorUnits">1 to 1,000,000.</param>
public sealed record MajorPointValue(long Points, long MajorUnits)
{
    public const long MajorUnitsMax = 1_000_000;

    /// <summary>The same value in the minor units of a currency.</summary>
    public PointValue In(Currency currency) => new(Points, MajorUnits * currency.MinorUnitsPerMajor);
}

/// <summary>What points are worth.</summary>
/// <param name="Default">
/// The value in a currency that is not listed; null where points cannot be redeemed in it.
/// </param>
public sealed record PointValues(MajorPointValue? Default, IReadOnlyDictionary<Currency, PointValue> ByCurrency)
{
    /// <summary>The value in a currency; null where points cannot be redeemed in it.</summary>
    public PointValue? For(Currency currency) =>
        ByCurrency.Count > 0 && ByCurrency.TryGetValue(currency, out var value) ? value : Default?.In(currency);
}

/// <summary>How points pay.</summary>
/// <param name="MinimumPoints">The fewest points of one redemption, 1 or more.</param>
/// <param name="StepPoints">Points are redeemed in multiples of this, 1 or more.</param>
/// <param name="LargestShare">
/// The largest share of a basket (net, shipping and tax) that points may pay, 0 to 1.
/// </param>
public sealed record RedemptionRules(PointValues Value, long MinimumPoints, long StepPoints, ExactRate LargestShare)
{
    public const long MinimumPointsMax = 1_000_000_000_000;

    public const long StepPointsMax = 1_000_000_000;

    /// <summary>
    /// 100 points are 1 major unit, so that a point is a hundredth of it: GBP 0.01, KWD 0.010. Where a
    /// currency has no decimals, 100 points are JPY 1, and a quote offers multiples of 100 points, each worth
    /// a whole number of minor units.
    /// </summary>
    public static RedemptionRules Default { get; } = new(
        new PointValues(new MajorPointValue(100, 1), FrozenDictionary<Currency, PointValue>.Empty),
        MinimumPoints: 1, StepPoints: 1, LargestShare: ExactRate.Of(1));
}
