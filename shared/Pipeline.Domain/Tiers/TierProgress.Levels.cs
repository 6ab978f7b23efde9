namespace Pipeline.Domain;

/// <content>Which level the counts make.</content>
public sealed partial record TierProgress
{
    /// <summary>
    /// The level on a day, were nothing to happen from the last fact to it. It is the highest of what each period holds up:
    /// the most that its window ever had (reached at once, and kept to the period's end and the grace), and what it ended
    /// with (kept through the next period and the grace). From there on, one level is lost a period, or all of them.
    /// </summary>
    /// <param name="rules">Of this shape.</param>
    public TierLevel LevelAt(TierRules rules, DateOnly day) => rules.Levels[RankAt(rules, day)];

    /// <summary>The place of the level of a day in the rules; 0 is where everybody begins.</summary>
    internal int RankAt(TierRules rules, DateOnly day)
    {
        if (rules.Shape != Shape)
            throw new ArgumentException("The rules count something else than this progress does.", nameof(rules));
        if (Totals.IsEmpty)
            return 0;
        var running = NumberOf(day);
        var best = 0;
        for (var period = running; period > running - Shape.PeriodsThatHold && best < rules.Levels.Length - 1; period--)
        {
            var total = WindowAt(period);
            var most = Math.Max(total, AmountOf(Peaks, period) ?? 0);
            best = Math.Max(best, Held(rules, rules.RankOf(most), period + 1, day));
            if (period < running)
                best = Math.Max(best, Held(rules, rules.RankOf(total), period + 2, day));
        }

        return best;
    }

    /// <summary>What is left of a level that is lost with the grace of a period's start, where nothing holds it up.</summary>
    private int Held(TierRules rules, int rank, int lostWith, DateOnly day)
    {
        while (rank > 0 && day >= LostOn(rules, lostWith))
        {
            rank = rules.Downgrade == TierDowngrade.OneLevel ? rank - 1 : 0;
            lostWith++;
        }

        return rank;
    }

    private DateOnly LostOn(TierRules rules, int period) => StartOf(period).PlusDays(rules.GraceDays);

    /// <summary>The day on which the level of a day is lost if nothing is bought until then; null: never.</summary>
    internal DateOnly? LostOn(TierRules rules, DateOnly day) =>
        NextLoss(rules, day) is { } loss ? LostOn(rules, loss) : null;

    /// <summary>The period with whose start and grace the level goes. Without facts levels only fall, and only then.</summary>
    private int? NextLoss(TierRules rules, DateOnly day)
    {
        var rank = RankAt(rules, day);
        if (rank == 0)
            return null;
        var running = NumberOf(day);
        for (var period = running - Shape.PeriodsThatHold; period <= running + Shape.PeriodsThatHold + Shape.Window; period++)
            if (LostOn(rules, period) is var lost && lost > day && lost < DateOnly.MaxValue && RankAt(rules, lost) < rank)
                return period;
        return null;
    }
}

public static class TierExtensions
{
    /// <summary>
    /// The level of an account at an instant, on what is known of it now; null where the program has no tiers, or the account
    /// is not counted for them yet.
    /// </summary>
    public static TierLevel? LevelAt(this Account account, LoyaltyProgram program, DateTimeOffset instant) =>
        program.Tiers is { } rules && account.Tiers is { } progress && progress.Shape == rules.Shape
            ? progress.LevelAt(rules, program.DayOf(instant))
            : null;
}
