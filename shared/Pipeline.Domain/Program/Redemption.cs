namespace Pipeline.Domain;

/// <summary>How many points may pay for a basket.</summary>
/// <param name="MaxPoints">The most points; 0 where none may.</param>
/// <param name="Value">What MaxPoints pay, in minor units of the basket's currency; exact.</param>
public sealed record RedemptionQuote(long MaxPoints, long Value);

/// <summary>Why the program refuses a hold.</summary>
public enum HoldProblem
{
    /// <summary>Fewer points than the smallest redemption.</summary>
    BelowMinimum,

    /// <summary>Not a multiple of the step.</summary>
    NotAStep,

    /// <summary>More points than one hold may have.</summary>
    AboveHoldLimit,

    /// <summary>The customer has as many open holds as there may be.</summary>
    TooManyOpenHolds,

    /// <summary>Longer than a hold may last.</summary>
    LastsTooLong,
}

/// <summary>What points pay, and which holds the program allows.</summary>
public static class Redemption
{
    /// <summary>
    /// The most points the customer may redeem on a basket: within the largest share of net, shipping and
    /// tax; not above what is spendable or what one hold may have; at least the minimum; a multiple of the
    /// step; and such a number that its value is a whole number of minor units (with 100 points for JPY 1, a
    /// multiple of 100).
    /// </summary>
    /// <param name="spendable">The customer's points; below zero counts as none.</param>
    /// <param name="tier">The customer's level, whose value of points stands in place of the program's; null: of none.</param>
    public static RedemptionQuote Quote(
        LoyaltyProgram program, PricedBasket basket, long spendable, TierLevel? tier = null)
    {
        var rules = program.Redemption;
        if (ValueFor(program, basket.Basket.Currency, tier) is not { } value)
            return new RedemptionQuote(0, 0);

        var (points, minorUnits) = Reduced(value);
        var mayPay = (Int128)basket.Payable * rules.LargestShare.Millionths / ExactRate.One;
        var most = Int128.Min(mayPay * points / minorUnits, Math.Min(spendable, program.Holds.PointsMax));
        var step = (Int128)rules.StepPoints / GreatestCommonDivisor(rules.StepPoints, points) * points;
        var max = most <= 0 ? 0 : most - (most % step);
        return max < rules.MinimumPoints
            ? new RedemptionQuote(0, 0)
            : new RedemptionQuote((long)max, (long)(max * minorUnits / points));
    }

    /// <summary>
    /// What points are worth in a currency, in minor units, rounded down; 0 where they cannot be redeemed in
    /// it. Liability and receipts use it; a quote does too, where no level of the customer's gives another value.
    /// </summary>
    /// <exception cref="OverflowException">The value passes 64 bits.</exception>
    public static long ValueOf(LoyaltyProgram program, Currency currency, long points)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(points);
        return program.Redemption.Value.For(currency) is { } value
            ? checked((long)((Int128)points * value.MinorUnits / value.Points))
            : 0;
    }

    /// <summary>
    /// Whether the program allows a hold; null if it does. The balance is not its concern. Of several
    /// problems the first in the order of <see cref="HoldProblem"/> is told.
    /// </summary>
    /// <param name="openHolds">The customer's open holds without this one.</param>
    /// <param name="seconds">How long it is to last; 0 where that is not asked.</param>
    public static HoldProblem? CheckHold(LoyaltyProgram program, long points, int openHolds, long seconds = 0) =>
        points < program.Redemption.MinimumPoints ? HoldProblem.BelowMinimum
        : points % program.Redemption.StepPoints != 0 ? HoldProblem.NotAStep
        : points > program.Holds.PointsMax ? HoldProblem.AboveHoldLimit
        : openHolds >= program.Holds.OpenMax ? HoldProblem.TooManyOpenHolds
        : seconds > program.Holds.SecondsMax ? HoldProblem.LastsTooLong
        : null;

    private static PointValue? ValueFor(LoyaltyProgram program, Currency currency, TierLevel? tier) =>
        tier is not null && tier.Benefits.Redemption.TryGetValue(currency, out var own)
            ? own
            : program.Redemption.Value.For(currency);

    private static (long Points, long MinorUnits) Reduced(PointValue value)
    {
        var divisor = GreatestCommonDivisor(value.Points, value.MinorUnits);
        return (value.Points / divisor, value.MinorUnits / divisor);
    }

    private static long GreatestCommonDivisor(long a, long b)
    {
        while (b != 0)
            (a, b) = (b, a % b);
        return a;
    }
}
