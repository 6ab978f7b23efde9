using System.Collections.Frozen;

namespace Pipeline.Domain;

/// <summary>
/// What becomes of a fraction of a point. It is applied once, to the points of the whole purchase.
/// </summary>
public enum Rounding
{
    /// <summary>Down: 15.99 points are 15.</summary>
    Floor,

    /// <summary>To the nearest; a half goes up: 15.5 points are 16.</summary>
    HalfUp,

    /// <summary>
    /// To the nearest; a half goes to the even neighbour: 14.5 points are 14, 15.5 points are 16.
    /// </summary>
    HalfEven,

    /// <summary>Up: 15.01 points are 16.</summary>
    Ceiling,
}

/// <summary>How purchases earn points.</summary>
/// <param name="Rates">Points a major unit, for each currency.</param>
/// <param name="Rounding">Applied once, over the whole purchase.</param>
/// <param name="ShippingEarns">Whether shipping is part of the basis.</param>
/// <param name="TaxEarns">Whether tax is part of the basis.</param>
/// <param name="ExcludedSkus">Lines that earn nothing; compared exactly, case matters.</param>
/// <param name="ExcludedCategories">Categories that earn nothing; compared exactly, case matters.</param>
/// <param name="PendingDays">
/// Calendar days in the program's zone before points become spendable; 0 is at once.
/// </param>
public sealed record EarningRules(
    EarnRates Rates,
    Rounding Rounding,
    bool ShippingEarns,
    bool TaxEarns,
    IReadOnlySet<string> ExcludedSkus,
    IReadOnlySet<string> ExcludedCategories,
    int PendingDays)
{
    public const int PendingDaysMax = 3_650;

    /// <summary>The most excluded SKUs, and the most excluded categories.</summary>
    public const int ExclusionsMax = 10_000;

    /// <summary>The most characters (UTF-16 code units) of an excluded SKU or category.</summary>
    public const int ExclusionCharactersMax = 200;

    /// <summary>
    /// 1 point a major unit in every currency, floored, at once; shipping and tax do not earn; nothing is
    /// excluded.
    /// </summary>
    public static EarningRules Default { get; } = new(
        new EarnRates(ExactRate.Of(1), FrozenDictionary<Currency, ExactRate>.Empty),
        Rounding.Floor, false, false, FrozenSet<string>.Empty, FrozenSet<string>.Empty, 0);

    /// <summary>Rates of SKUs, categories and channels in place of the currency's.</summary>
    public LineRates Own { get; init; } = LineRates.None;

    internal bool Excludes(BasketLine line) =>
        (ExcludedSkus.Count > 0 && ExcludedSkus.Contains(line.Sku))
        || (ExcludedCategories.Count > 0 && line.Category is { } category && ExcludedCategories.Contains(category));
}

/// <summary>Points a major unit.</summary>
/// <param name="Default">
/// The rate of a currency that is not listed; null where such a currency is not accepted.
/// </param>
/// <param name="ByCurrency">The rates of the listed currencies.</param>
public sealed record EarnRates(ExactRate? Default, IReadOnlyDictionary<Currency, ExactRate> ByCurrency)
{
    /// <summary>The rate of a currency; null where the program does not accept it.</summary>
    public ExactRate? For(Currency currency) =>
        ByCurrency.Count > 0 && ByCurrency.TryGetValue(currency, out var rate) ? rate : Default;
}
