namespace Pipeline.Domain;

/// <summary>Why a customer cannot have a reward now. Each is a stable problem type on the wire.</summary>
public enum RewardProblem
{
    NotYet,
    Ended,
    NotForTier,
    LimitReached,
    DayLimitReached,
    PointsRefused,
    InsufficientPoints,
    SoldOut,
}

/// <summary>How often a customer redeemed one reward; cancelled and lapsed reservations do not count.</summary>
/// <param name="Day">The last day on which it was redeemed.</param>
/// <param name="OnDay">How often on that day.</param>
public readonly record struct RewardCount(long Total, DateOnly Day, int OnDay)
{
    public RewardCount Plus(DateOnly day) => new(Total + 1, day, day == Day ? OnDay + 1 : 1);

    public RewardCount Minus(DateOnly day) => new(Total - 1, Day, day == Day ? OnDay - 1 : OnDay);
}

/// <summary>What is known of a customer who asks for a reward.</summary>
/// <param name="Level">The name of the tier; null: none.</param>
public readonly record struct RewardAsk(DateTimeOffset At, long Spendable, string? Level, RewardCount Count);

/// <summary>Who may have which reward, and for what.</summary>
public static class RewardRules
{
    /// <summary>All that stands against it but the stock, which others draw from too; in the order in which it is told.</summary>
    /// <param name="points">How many the customer wants to pay; null: the whole price.</param>
    public static IEnumerable<RewardProblem> Check(Reward reward, LoyaltyProgram program, RewardAsk ask, long? points)
    {
        var today = program.DayOf(ask.At);
        if (today < reward.From)
            yield return RewardProblem.NotYet;
        if (today > reward.To)
            yield return RewardProblem.Ended;
        if (!reward.Tiers.IsEmpty && (ask.Level is null || !reward.Tiers.Contains(ask.Level)))
            yield return RewardProblem.NotForTier;
        if (ask.Count.Total >= reward.PerCustomer)
            yield return RewardProblem.LimitReached;
        if (ask.Count.Day == today && ask.Count.OnDay >= reward.PerDay)
            yield return RewardProblem.DayLimitReached;
        if (points is { } offered && (offered > reward.Points || offered < FewestPoints(reward)))
            yield return RewardProblem.PointsRefused;
        if ((points ?? reward.Points) > ask.Spendable)
            yield return RewardProblem.InsufficientPoints;
    }

    /// <summary>The money for the points that are missing from the price; null where none is.</summary>
    public static RewardMoney? MoneyFor(Reward reward, long points) =>
        reward.PartMoney is { } part && points < reward.Points
            ? new RewardMoney(part.Currency, part.For(reward.Points - points))
            : null;

    public static long FewestPoints(Reward reward) => reward.PartMoney?.MinPoints ?? reward.Points;
}
