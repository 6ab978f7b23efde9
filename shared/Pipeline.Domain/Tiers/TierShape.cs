namespace Pipeline.Domain;

/// <summary>
/// What is counted for tiers: the part of the rules that an account's count depends on. Thresholds, levels, benefits, grace
/// and the way down may change without counting anew.
/// </summary>
/// <param name="Currency">Of <see cref="TierMeasure.Spend"/>; null for the other measures.</param>
public sealed record TierShape(TierMeasure Measure, Currency? Currency, TierPeriod Period)
{
    /// <summary>How many periods may still hold a level up: the longest grace, and one level lost in each.</summary>
    internal int PeriodsThatHold => Period is TierPeriod.Rolling ? 13 + 2 + TierRules.LevelsMax : 2 + 1 + TierRules.LevelsMax;

    /// <summary>How many periods one window has: the months of a rolling one, else the year itself.</summary>
    internal int Window => Period is TierPeriod.Rolling rolling ? rolling.Months : 1;

    /// <summary>What a purchase counts for.</summary>
    public long AmountOf(Fact.Purchased bought) => Measure switch
    {
        TierMeasure.EarnedPoints => QualifyingPoints(bought),
        TierMeasure.Spend => bought.Terms.Currency == Currency ? bought.Net : 0,
        TierMeasure.Orders => bought.Net > 0 ? 1 : 0,
        _ => throw new InvalidOperationException($"Unknown measure {Measure}."),
    };

    /// <summary>What of it a refund takes back.</summary>
    public long AmountOf(Fact.Purchased bought, ReturnedShare returned) => Measure switch
    {
        TierMeasure.EarnedPoints => returned.QualifyingPoints,
        TierMeasure.Spend => bought.Terms.Currency == Currency ? returned.Amount : 0,
        TierMeasure.Orders => bought.Net > 0 && returned.IsWhole ? 1 : 0,
        _ => throw new InvalidOperationException($"Unknown measure {Measure}."),
    };

    /// <summary>The points of a purchase that base rules earned: a bonus brings nobody a level.</summary>
    public static long QualifyingPoints(Fact.Purchased bought)
    {
        long points = 0;
        foreach (var part in bought.Awards)
            if (part.CountsForTier)
                points += part.Points;
        return Math.Min(points, bought.Points);
    }
}

/// <summary>What one refund returned, as tiers count it.</summary>
/// <param name="Amount">Minor units returned for goods.</param>
/// <param name="QualifyingPoints">
/// In proportion to the points clawed back, rounded over all refunds of the purchase, so that all of them together give
/// back exactly what the purchase counted for.
/// </param>
/// <param name="IsWhole">Whether with it nothing of the purchase is left.</param>
public readonly record struct ReturnedShare(long Amount, long QualifyingPoints, bool IsWhole)
{
    /// <param name="book">The purchase's refunds, worked out.</param>
    internal static ReturnedShare Of(RefundBook book, RefundId refund, Fact.Purchased bought)
    {
        long before = 0, after = 0, amount = 0;
        RefundId? last = null;
        var isFound = false;
        foreach (var record in book.Refunds)
        {
            if (record.Outcome is not RefundOutcome.Applied applied)
                continue;
            last = record.Id;
            if (isFound)
                continue;
            before = after;
            after += applied.Points;
            amount = applied.Amount;
            isFound = record.Id == refund;
        }

        var qualifying = TierShape.QualifyingPoints(bought);
        return new ReturnedShare(
            amount, Share(qualifying, after, bought.Points) - Share(qualifying, before, bought.Points),
            book.IsWhole && last == refund);
    }

    private static long Share(long qualifying, long part, long of) =>
        of == 0 ? 0 : (long)((Int128)qualifying * part / of);
}
