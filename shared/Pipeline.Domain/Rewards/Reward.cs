using System.Collections.Immutable;

namespace Pipeline.Domain;

public enum RewardKind
{
    Discount,
    Gift,
    Voucher,
    FreeShipping,
    Charity,
}

/// <summary>What a reward takes off a purchase, or is worth.</summary>
public abstract record RewardValue
{
    private RewardValue()
    {
    }

    public sealed record Amount(Currency Currency, long MinorUnits) : RewardValue;

    /// <param name="Share">Of 100: 12.5 is an eighth.</param>
    public sealed record Percent(ExactRate Share) : RewardValue;
}

/// <summary>What the customer shows to get the reward.</summary>
public abstract record RewardCode
{
    private RewardCode()
    {
    }

    public sealed record None : RewardCode;

    /// <summary>Made by us when the reward is issued.</summary>
    public sealed record Generated : RewardCode;

    /// <summary>One of those that were uploaded to a pool; several rewards may share one.</summary>
    public sealed record Pool(string Name) : RewardCode;
}

/// <summary>Money in place of some of the points: each missing point costs its part of a price, rounded up once.</summary>
/// <param name="MinPoints">The fewest points that are taken.</param>
/// <param name="Points">So many missing points cost <paramref name="MinorUnits"/>.</param>
public sealed record PartMoney(long MinPoints, Currency Currency, long Points, long MinorUnits)
{
    /// <summary>Minor units for so many missing points.</summary>
    public long For(long missing) =>
        checked((long)((((Int128)missing * MinorUnits) + Points - 1) / Points));
}

/// <summary>Money that the shop takes beside the points, before it issues the reward.</summary>
public readonly record struct RewardMoney(Currency Currency, long Amount);

/// <summary>A reward of the catalogue.</summary>
/// <param name="Points">Its price; 0 is a present.</param>
public sealed record Reward(RewardId Id, string Name, RewardKind Kind, long Points)
{
    public const int NameCharactersMax = 200;
    public const int RewardsMax = 1_000;
    public const int ReserveSecondsMax = 7 * 24 * 3_600;

    /// <summary>Null: points only.</summary>
    public PartMoney? PartMoney { get; init; }

    /// <summary>Null: the shop knows.</summary>
    public RewardValue? Value { get; init; }

    public RewardCode Code { get; init; } = new RewardCode.None();

    /// <summary>How many there are, all customers and all time together. Null: no limit.</summary>
    public long? Stock { get; init; }

    /// <summary>How many a customer may ever have. Null: no limit.</summary>
    public int? PerCustomer { get; init; }

    /// <summary>How many a customer may have on one day of the program's zone. Null: no limit.</summary>
    public int? PerDay { get; init; }

    /// <summary>The first day on which it can be redeemed.</summary>
    public DateOnly? From { get; init; }

    /// <summary>The last day on which it can be redeemed.</summary>
    public DateOnly? To { get; init; }

    /// <summary>For how many days after its own an issued reward can be used. Null: for ever.</summary>
    public int? ValidDays { get; init; }

    /// <summary>How long a reservation lasts by itself.</summary>
    public int ReserveSeconds { get; init; } = 1_800;

    /// <summary>The tiers that may have it. Empty: everybody.</summary>
    public ImmutableArray<string> Tiers { get; init; } = [];

    public bool IsCounted => PerCustomer is not null || PerDay is not null;

    /// <summary>The first instant at which what is issued at <paramref name="at"/> can no longer be used.</summary>
    public DateTimeOffset? UsableUntil(LoyaltyProgram program, DateTimeOffset at) =>
        ValidDays is { } days ? program.StartOfDay(program.DayOf(at).AddDays(days + 1)) : null;
}

public static class RewardExtensions
{
    public static Reward? FindReward(this LoyaltyProgram program, RewardId id)
    {
        foreach (var reward in program.Rewards)
            if (reward.Id == id)
                return reward;
        return null;
    }
}
