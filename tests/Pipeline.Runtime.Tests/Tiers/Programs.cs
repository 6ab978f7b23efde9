using System.Collections.Immutable;
using Pipeline.Domain;

namespace Pipeline.Runtime.Tests.Tiers;

/// <summary>Basic from 0, Silver from 100, Gold from 300 points; a cup is a point.</summary>
internal static class Programs
{
    private static readonly ImmutableArray<TierLevel> Levels =
    [
        new TierLevel("Basic", 0, TierBenefits.None),
        new TierLevel("Silver", 100, new TierBenefits
        {
            Multiplier = ExactRate.Of(1.25m),
            FreeShipping = true,
            Attributes = new Dictionary<string, string> { ["lounge"] = "yes" },
            Redemption = Currency.TryParse("GBP", out var gbp)
                ? new Dictionary<Currency, PointValue> { [gbp] = new PointValue(100, 150) }
                : throw new InvalidOperationException(),
        }),
        new TierLevel("Gold", 300, TierBenefits.None),
    ];

    public static TierRules Calendar { get; } = Rules(new TierPeriod.CalendarYear());

    public static TierRules Membership { get; } = Rules(new TierPeriod.Anniversary());

    public static TierRules Rolling { get; } = Rules(new TierPeriod.Rolling(12));

    public static LoyaltyProgram WithTiers(TierRules? rules = null, NoticeRules? notices = null) =>
        LoyaltyProgram.Default with { Tiers = rules ?? Calendar, Notices = notices };

    private static TierRules Rules(TierPeriod period) =>
        new(TierMeasure.EarnedPoints, null, period, TierDowngrade.ToQualification, 0, Levels);
}
