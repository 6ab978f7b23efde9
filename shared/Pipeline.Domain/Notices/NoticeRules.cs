using System.Collections.Immutable;

namespace Pipeline.Domain;

/// <summary>
/// What is told beforehand. That a level was reached or lost is told by every program with tiers; this is the rest, and
/// nothing of it is told where it is not asked for.
/// </summary>
/// <param name="PointsExpiringDays">So many days before points expire; the most first, each once. Empty: not told.</param>
/// <param name="TierWillDropDays">So many days before a level is lost; null: not told.</param>
/// <param name="RewardReady">Whether it is told when the spendable points first reach the price of a reward that the customer may have.</param>
public sealed record NoticeRules(ImmutableArray<int> PointsExpiringDays, int? TierWillDropDays, bool RewardReady)
{
    public const int DaysMax = 366;

    /// <summary>So many notices of one expiry.</summary>
    public const int PointsExpiringMax = 5;
}
