using System.Collections.Immutable;

namespace Pipeline.Domain;

/// <summary>What a night finds to tell a customer.</summary>
/// <param name="Notices">Some may have been told by an earlier night; their ids show it.</param>
/// <param name="Mark">The level that is told with it.</param>
/// <param name="DueAt">When a night has something to tell next, were nothing to happen until then; null: never.</param>
public sealed record NightNotices(ImmutableArray<Notice> Notices, TierMark? Mark, DateTimeOffset? DueAt)
{
    /// <summary>Looks at an account as a night of a day does: at the day's first instant.</summary>
    /// <param name="progress">The account's, counted as the program's tiers want it; null where it has none.</param>
    public static NightNotices Of(Account account, TierProgress? progress, LoyaltyProgram program, DateOnly day)
    {
        var notices = ImmutableArray.CreateBuilder<Notice>();
        DateTimeOffset? due = null;
        var mark = account.TierMark;
        // A slot before the last news, done late, knows nothing newer.
        if (program.Tiers is { } rules && progress is not null && !(mark?.Since > day))
            mark = OfTier(notices, progress.StandingAt(rules, day, account.TierMark), mark, program, day, ref due);
        if (program.Notices is { PointsExpiringDays: { IsEmpty: false } before })
            OfPoints(notices, account, before, program, day, ref due);
        return new NightNotices(notices.DrainToImmutable(), mark, due);
    }

    private static TierMark? OfTier(
        ImmutableArray<Notice>.Builder notices, TierStanding standing, TierMark? mark, LoyaltyProgram program, DateOnly day,
        ref DateTimeOffset? due)
    {
        var rules = standing.Rules;
        var rank = rules.RankOf(standing.Level.Name)!.Value;
        var told = mark is { } known ? rules.RankOf(known.Level) : null;
        if (told > rank)
            notices.Add(new Notice.TierDropped(mark!.Value.Level, standing.Level.Name, rank) { On = day });
        else if (rank > (told ?? 0))
            notices.Add(new Notice.TierReached(mark?.Level, standing.Level.Name, rank) { On = day });
        if (standing.Until is { } until)
        {
            Sooner(ref due, program.StartOfDay(until));
            if (program.Notices?.TierWillDropDays is { } days)
            {
                if (day >= until.AddDays(-days))
                    notices.Add(
                        new Notice.TierWillDrop(standing.Level.Name, rank, until, standing.After!.Name, standing.Keep)
                        {
                            On = day,
                        });
                else
                    Sooner(ref due, program.StartOfDay(until.AddDays(-days)));
            }
        }

        return told == rank ? mark : new TierMark(standing.Level.Name, day);
    }

    /// <summary>Of each day's points the nearest notice that has come: who was away for the first is not told both.</summary>
    private static void OfPoints(
        ImmutableArray<Notice>.Builder notices, Account account, ImmutableArray<int> before, LoyaltyProgram program,
        DateOnly day, ref DateTimeOffset? due)
    {
        foreach (var (expires, (points, at)) in Expiring(account, program, day))
        {
            int? reached = null;
            foreach (var days in before)
                if (day >= expires.AddDays(-days))
                    reached = reached < days ? reached : days;
                else
                    Sooner(ref due, program.StartOfDay(expires.AddDays(-days)));
            if (reached is { } nearest)
                notices.Add(new Notice.PointsExpiring(nearest, points, expires, at) { On = day });
        }
    }

    private static SortedDictionary<DateOnly, (long Points, DateTimeOffset At)> Expiring(
        Account account, LoyaltyProgram program, DateOnly day)
    {
        var expiring = new SortedDictionary<DateOnly, (long Points, DateTimeOffset At)>();
        var start = program.StartOfDay(day);
        foreach (var lot in account.BalanceAt(start).Lots)
            if (lot.Lot.ExpiresAt is { } end && end > start)
                expiring[program.DayOf(end)] = expiring.TryGetValue(program.DayOf(end), out var same)
                    ? (same.Points + lot.Points, same.At)
                    : (lot.Points, end);
        return expiring;
    }

    private static void Sooner(ref DateTimeOffset? due, DateTimeOffset at) => due = due < at ? due : at;
}
