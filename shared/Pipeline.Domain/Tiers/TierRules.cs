using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Pipeline.Domain;

/// <summary>A named level of the program, and what it gives.</summary>
/// <param name="Name">Unique in the program, 1 to 40 characters.</param>
/// <param name="Threshold">
/// What qualifies: points, orders, or minor units of the qualifying currency, in one period. Levels rise with it; 0 is where
/// everybody begins.
/// </param>
public sealed record TierLevel(string Name, long Threshold, TierBenefits Benefits)
{
    public const int NameCharactersMax = 40;

    public const long ThresholdMax = 1_000_000_000_000_000;
}

/// <summary>What a level gives beside its name.</summary>
public sealed record TierBenefits
{
    public const int MultiplierMax = 100;

    public const int AttributesMax = 20;

    public const int AttributeNameCharactersMax = 40;

    public const int AttributeCharactersMax = 200;

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
    public const int MonthsMax = 36;

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
    ImmutableArray<TierLevel> Levels)
{
    /// <summary>So many, that what a customer's account keeps is bounded whatever a program says.</summary>
    public const int LevelsMax = 10;

    public const int GraceDaysMax = 366;

    /// <summary>What an account has to count for these rules. Other levels need no other count.</summary>
    public TierShape Shape { get; } = new(Measure, Currency, Period);

    /// <summary>The place of the highest level that a total qualifies for; 0 is the first.</summary>
    public int RankOf(long total)
    {
        var rank = 0;
        while (rank + 1 < Levels.Length && total >= Levels[rank + 1].Threshold)
            rank++;
        return rank;
    }

    /// <summary>The place of a level by its name; null where the program has none of it.</summary>
    public int? RankOf(string name)
    {
        for (var i = 0; i < Levels.Length; i++)
            if (Levels[i].Name == name)
                return i;
        return null;
    }
}
