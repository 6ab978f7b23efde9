using System.Collections.Immutable;

namespace Pipeline.Domain;

/// <summary>
/// Which rewards a customer's points have reached: those whose dates and levels let the customer have them for points alone.
/// A present is not told, because no point reaches it; nor does the stock decide, from which others draw at the same moment.
/// </summary>
public static class RewardNews
{
    /// <summary>So many are told at once; a night tells the next ones.</summary>
    public const int AtOnceMax = 8;

    /// <summary>In the order in which they are told: the cheapest first.</summary>
    /// <param name="level">Null: none is known, and rewards of a level are left to the night.</param>
    public static ImmutableArray<Reward> Ready(
        Account account, LoyaltyProgram program, TierLevel? level, DateTimeOffset at)
    {
        var ask = new RewardAsk(at, account.BalanceAt(at).Spendable, level?.Name, default);
        return
        [
            .. program.Rewards
                .Where(reward => reward.Points > 0 && MayHave(reward, program, ask))
                .OrderBy(static reward => reward.Points).ThenBy(static reward => reward.Id.Value, StringComparer.Ordinal),
        ];
    }

    /// <summary>What a commit brought within reach, seen at one instant before and after it.</summary>
    public static ImmutableArray<Reward> Between(
        Account before, Account after, LoyaltyProgram program, DateTimeOffset at)
    {
        var ready = Ready(after, program, after.LevelAt(program, at), at);
        return ready.IsEmpty ? ready : ready.RemoveRange(Ready(before, program, before.LevelAt(program, at), at));
    }

    /// <summary>
    /// When time alone brings another reward within reach: pending points become active, a hold ends, or a reward's first day
    /// comes. Null: never.
    /// </summary>
    /// <param name="told">Rewards that are told already.</param>
    public static DateTimeOffset? NextAt(
        Account account, LoyaltyProgram program, TierLevel? level, DateTimeOffset at, IReadOnlySet<RewardId> told)
    {
        var moments = MomentsOf(account, at);
        var spendable = moments.ConvertAll(moment => account.BalanceAt(moment).Spendable);
        DateTimeOffset? next = null;
        foreach (var reward in program.Rewards)
        {
            if (reward.Points == 0 || told.Contains(reward.Id))
                continue;
            var begins = reward.From is { } first ? program.StartOfDay(first) : at;
            for (var i = 0; i < moments.Count && !(next <= moments[i]); i++)
            {
                var from = begins > moments[i] ? begins : moments[i];
                if ((i + 1 < moments.Count && from >= moments[i + 1])
                    || !MayHave(reward, program, new RewardAsk(from, spendable[i], level?.Name, default)))
                    continue;
                if (from > at && !(next <= from))
                    next = from;
                break;
            }
        }

        return next;
    }

    private static bool MayHave(Reward reward, LoyaltyProgram program, RewardAsk ask) =>
        !RewardRules.Check(reward, program, ask, points: null).Any();

    /// <summary>From now on, when the spendable points change by themselves.</summary>
    private static List<DateTimeOffset> MomentsOf(Account account, DateTimeOffset at)
    {
        var moments = new SortedSet<DateTimeOffset> { at };
        foreach (var lot in account.Lots)
        {
            moments.Add(lot.ActiveAt);
            if (lot.ExpiresAt is { } end)
                moments.Add(end);
        }

        foreach (var hold in account.Holds)
            moments.Add(hold.Until);
        return [.. moments.GetViewBetween(at, DateTimeOffset.MaxValue)];
    }
}
