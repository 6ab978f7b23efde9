using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Pipeline.Domain;

/// <summary>A named level of the program, and what it gives.</summary>
/// <param name="Name">Unique in the program, 1 to 40 characters.</param>
/// <param name="Threshold">
/// What qualifies: points, orders, or minor units of the qualifying currency, in one period. Levels rise with it; 0 is where
/// everybody begins.
/// </param>
public sealed record TierLevel(string Name, long Threshold, TierBenefits Benefits);

/// <summary>What a level gives beside its name.</summary>
public sealed record TierBenefits
{
    public static readonly TierBenefits None = new();

    /// <summary>On base points; 1 is none.</summary>
    public ExactRate Multiplier { get; init; } = ExactRate.Of(1);

    /// <summary>In place of the program's; null leaves it.</summary>
    public int? PendingDays { get; init; }

    /// <summary>In place of the program's value of points, by currency; empty leaves it.</summary>
    public IReadOnlyDictionary<Currency, PointValue> Redemption { get; init; } = FrozenDictionary<Currency, PointValue>.Empty;

    public bool FreeShipping { get; init; }

    /// <summary>Whatever else the shop grants, for its own systems to read.</summary>
    public IReadOnlyDictionary<string, string> Attributes { get; init; } = FrozenDictionary<string, string>.Empty;
}

/// <summary>What is counted towards a level.</summary>
public enum TierMeasure
{
    /// <summary>Points that purchases earned by base rules, less what refunds took back; bonuses do not count.</summary>
    EarnedPoints,

    /// <summary>Minor units paid for goods in the qualifying currency, net of refunds.</summary>
    Spend,

    /// <summary>Purchases that were not wholly returned.</summary>
    Orders,
}

/// <summary>The time in which it is counted.</summary>
public abstract record TierPeriod
{
    private TierPeriod()
    {
    }

    /// <summary>1 January to 31 December in the program's zone.</summary>
    public sealed record CalendarYear : TierPeriod;

    /// <summary>A year from the day of the first purchase; who began on 29 February begins again on 1 March where there is none.</summary>
    public sealed record Anniversary : TierPeriod;

    /// <summary>The month and the ones before it, counted in whole calendar months.</summary>
    public sealed record Rolling(int Months) : TierPeriod;
}

public enum TierDowngrade
{
    /// <summary>To the level that the ended period qualifies for.</summary>
    ToQualification,

    /// <summary>One level at a time.</summary>
    OneLevel,
}

/// <summary>The levels of a program and how they are reached, kept and lost.</summary>
/// <param name="Currency">What <see cref="TierMeasure.Spend"/> counts; null for the other measures.</param>
/// <param name="GraceDays">Whole days after a period's end before a level is lost.</param>
/// <param name="Levels">By rising threshold; the first has threshold 0.</param>
public sealed record TierRules(
    TierMeasure Measure,
    Currency? Currency,
    TierPeriod Period,
    TierDowngrade Downgrade,
    int GraceDays,
    ImmutableArray<TierLevel> Levels);
