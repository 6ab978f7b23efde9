namespace Pipeline.Domain;

/// <summary>The level that was last told to a customer, and since when it holds. Levels are known by their names.</summary>
public readonly record struct TierMark(string Level, DateOnly Since);

/// <summary>What is missing to a level.</summary>
/// <param name="From">The first day on which it helps; null: today.</param>
/// <param name="By">The last; null: any day.</param>
public readonly record struct TierMissing(string Name, long Missing, DateOnly? From, DateOnly? By);

/// <summary>What leaves a rolling window next, and on which day.</summary>
public readonly record struct TierFallsOut(long Amount, DateOnly At);

/// <summary>How a customer stands on a day.</summary>
/// <param name="Since">Null: it was not noted when this level began.</param>
/// <param name="Until">The day on which the level is lost if nothing is bought until then; null: never.</param>
/// <param name="After">The level from then on.</param>
/// <param name="Progress">What the running period counts, refunds taken off.</param>
/// <param name="PeriodEnds">The running period's last day; null: none has begun.</param>
/// <param name="Next">The level above; null at the top.</param>
/// <param name="Keep">What keeps the level beyond <paramref name="Until"/>; null where it cannot be lost.</param>
/// <param name="Projected">
/// The level that the running period qualifies for if its pace goes on: a year's total so far, divided by its days so far (30
/// at least, so that one purchase in January makes no pace) and multiplied by all its days. A rolling window's pace is its
/// own total.
/// </param>
/// <param name="FallsOut">Of a rolling window with anything in it.</param>
public sealed record TierStanding(
    TierRules Rules,
    TierLevel Level,
    DateOnly? Since,
    DateOnly? Until,
    TierLevel? After,
    long Progress,
    DateOnly? PeriodEnds,
    TierMissing? Next,
    TierMissing? Keep,
    TierLevel Projected,
    TierFallsOut? FallsOut);

/// <content>How the customer stands.</content>
public sealed partial record TierProgress
{
    private const int PaceDaysMin = 30;

    /// <param name="mark">Whose beginning is told where it is of the level that holds.</param>
    public TierStanding StandingAt(TierRules rules, DateOnly day, TierMark? mark)
    {
        var rank = RankAt(rules, day);
        var level = rules.Levels[rank];
        var hasPeriod = Shape.Period is not TierPeriod.Anniversary || FirstDay > 0;
        var running = hasPeriod ? NumberOf(day) : 0;
        var total = hasPeriod ? WindowAt(running) : 0;
        DateOnly? ends = hasPeriod ? StartOf(running + 1).AddDays(-1) : null;
        var fallsOut = FallsOutAfter(running);
        var until = LostOn(rules, day);
        return new TierStanding(
            rules, level,
            mark is { } told && told.Level == level.Name ? told.Since : null,
            until,
            until is { } lost ? LevelAt(rules, lost) : null,
            total,
            ends,
            rank + 1 < rules.Levels.Length
                ? Missing(rules.Levels[rank + 1], total, from: null, Shape.Period is TierPeriod.Rolling ? fallsOut?.At.AddDays(-1) : ends)
                : null,
            Keeps(rules, rank, day),
            rules.Levels[hasPeriod ? rules.RankOf(AtThisPace(running, total, day)) : 0],
            fallsOut);
    }

    private static TierMissing Missing(TierLevel level, long total, DateOnly? from, DateOnly? by) =>
        new(level.Name, Math.Max(0, level.Threshold - total), from, by);

    /// <summary>
    /// Either the period before the loss qualifies, which may not have begun, or, once it is over, the running one within the grace.
    /// </summary>
    private TierMissing? Keeps(TierRules rules, int rank, DateOnly day)
    {
        if (NextLoss(rules, day) is not { } loss)
            return null;
        var decides = Math.Max(loss - 1, NumberOf(day));
        var (end, lost) = (StartOf(decides + 1), LostOn(rules, loss));
        var begins = StartOf(decides - Shape.Window + 1);
        return Missing(
            rules.Levels[rank], WindowAt(decides), begins > day ? begins : null, (end < lost ? end : lost).AddDays(-1));
    }

    private TierFallsOut? FallsOutAfter(int running)
    {
        if (Shape.Period is TierPeriod.Rolling)
            foreach (var total in Totals)
                if (total.Amount > 0 && total.Period > running - Shape.Window && total.Period <= running)
                    return new TierFallsOut(total.Amount, StartOf(total.Period + Shape.Window));
        return null;
    }

    private long AtThisPace(int running, long total, DateOnly day)
    {
        if (Shape.Period is TierPeriod.Rolling || total <= 0)
            return total;
        var start = StartOf(running);
        var days = StartOf(running + 1).DayNumber - start.DayNumber;
        var soFar = Math.Max(PaceDaysMin, day.DayNumber - start.DayNumber + 1);
        return (long)Int128.Min((Int128)total * days / Math.Min(soFar, days), long.MaxValue);
    }
}
