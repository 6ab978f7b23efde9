namespace Pipeline.Domain;

/// <summary>What a commit that brings a customer up has to tell. A fall is left to the night that finds it.</summary>
public static class TierNews
{
    /// <param name="day">The day of the commit, not of what it brings: a purchase of last year may reach nothing now.</param>
    public static (TierMark? Mark, Notice? Reached) Of(Account account, LoyaltyProgram program, DateOnly day)
    {
        var mark = account.TierMark;
        if (program.Tiers is not { } rules || account.Tiers is not { } progress || progress.Shape != rules.Shape)
            return (mark, null);
        var rank = progress.RankAt(rules, day);
        var told = mark is { } known ? rules.RankOf(known.Level) : null;
        if (rank <= told)
            return (mark, null);
        var level = rules.Levels[rank].Name;
        return (
            new TierMark(level, day),
            rank > 0 ? new Notice.TierReached(mark?.Level, level, rank) { On = day } : null);
    }
}
