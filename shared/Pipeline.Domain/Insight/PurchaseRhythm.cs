using System.Collections.Immutable;

namespace Pipeline.Domain;

/// <summary>What was bought on one day, net of what of it came back since.</summary>
/// <param name="Day">As <see cref="DateOnly.DayNumber"/>, in the program's zone.</param>
/// <param name="Net">Minor units; meant for comparison only where the customer has one currency.</param>
/// <param name="Lines">Order lines: how broad the baskets were.</param>
/// <param name="Units">Pieces.</param>
public readonly record struct PurchaseDay(int Day, long Net, int Lines, long Units);

/// <summary>All that was bought in one currency, net of refunds.</summary>
/// <param name="Net">Minor units.</param>
public readonly record struct SpendTotal(Currency Currency, int Purchases, long Net);

/// <param name="Purchases">Purchases with a line of it.</param>
public readonly record struct CategoryCount(string Category, int Purchases);

/// <summary>
/// When and how a customer buys: a few hundred bytes of the account, folded from the same facts. Two purchases on one day
/// are one purchase day. A purchase counts where its goods cost something; one of value zero leaves no trace here. A refund
/// takes back money, never the day: to return goods is to be a customer still.
/// </summary>
/// <remarks>
/// Purchases may be folded in any order as far as <see cref="TakesInAnyOrder"/> says so; everything here is then a sum, a
/// minimum or the greatest of a set. Sums of money wrap around instead of failing, so that they commute too: no shop comes
/// near 64 bits of pennies.
/// </remarks>
public sealed record PurchaseRhythm
{
    /// <summary>Days that are kept one by one; of those before only the sums are.</summary>
    public const int DaysKeptMax = 12;

    public const int CategoriesMax = 6;

    /// <summary>Longer names are cut.</summary>
    public const int CategoryCharactersMax = 24;

    public static readonly PurchaseRhythm None = new();

    private static readonly SortedSet<string> NoCategories = new(StringComparer.Ordinal);

    /// <summary>Distinct purchase days.</summary>
    public int Days { get; init; }

    /// <summary>0: has never bought.</summary>
    public int FirstDay { get; init; }

    /// <summary>The last purchase days, oldest first.</summary>
    public ImmutableArray<PurchaseDay> Recent { get; init; } = [];

    public long Lines { get; init; }

    public long Units { get; init; }

    /// <summary>By currency code.</summary>
    public ImmutableArray<SpendTotal> Spend { get; init; } = [];

    /// <summary>
    /// The categories bought most, by name. Exact until there were more than fit; then as Metwally, Agrawal and El Abbadi's
    /// Space-Saving (ICDT 2005) keeps them: a newcomer takes the place, and the count, of the rarest.
    /// </summary>
    public ImmutableArray<CategoryCount> Categories { get; init; } = [];

    /// <summary>Whether a category was dropped; from then on their order matters.</summary>
    public bool HasDroppedCategory { get; init; }

    /// <summary>The day on which goods first came back; 0: never.</summary>
    public int FirstReturnDay { get; init; }

    public int Redemptions { get; init; }

    /// <summary>0: never.</summary>
    public int LastRedemptionDay { get; init; }

    public bool HasBought => Days > 0;

    /// <summary>0: has never bought.</summary>
    public int LastDay => Recent.IsEmpty ? 0 : Recent[^1].Day;

    /// <summary>Purchase days after the first.</summary>
    public int Repeats => Math.Max(0, Days - 1);

    /// <summary>The currency of most purchases, ties by code; null: has never bought.</summary>
    public SpendTotal? Main
    {
        get
        {
            SpendTotal? main = null;
            foreach (var total in Spend)
                if (main is null || total.Purchases > main.Value.Purchases)
                    main = total;
            return main;
        }
    }

    /// <summary>
    /// Mean value of a purchase day in minor units of the main currency: what a purchase in it brought, times the purchases
    /// of a day. 0 where all was returned.
    /// </summary>
    public double MeanDay => Main is { } main && Days > 0
        ? Math.Max(0, main.Net) / (double)main.Purchases * (Purchases / (double)Days)
        : 0;

    /// <summary>Purchases of value, also those that were returned since.</summary>
    public int Purchases
    {
        get
        {
            var count = 0;
            foreach (var total in Spend)
                count += total.Purchases;
            return count;
        }
    }

    /// <summary>
    /// Whether a purchase may be folded after facts of a later time and end in the same: the day is known to be counted or
    /// not, and no category gives way to another.
    /// </summary>
    public bool TakesInAnyOrder(Fact.Purchased bought, int day)
    {
        if (!Counts(bought))
            return true;
        var isDayKnown = Recent.Length < DaysKeptMax || day >= Recent[0].Day || day <= FirstDay;
        return isDayKnown && !HasDroppedCategory && !Counted(bought).Dropped;
    }

    public PurchaseRhythm Bought(Fact.Purchased bought, int day)
    {
        if (!Counts(bought))
            return this;
        var (categories, dropped) = Counted(bought);
        var added = new PurchaseDay(day, bought.Net, bought.Lines.Length, UnitsOf(bought));
        var (recent, isNew) = With(added);
        unchecked
        {
            return this with
            {
                Days = isNew ? Days + 1 : Days,
                FirstDay = FirstDay == 0 ? day : Math.Min(FirstDay, day),
                Recent = recent,
                Lines = Lines + added.Lines,
                Units = Units + added.Units,
                Spend = With(bought.Terms.Currency, 1, bought.Net),
                Categories = categories,
                HasDroppedCategory = HasDroppedCategory || dropped,
            };
        }
    }

    /// <param name="boughtOn">The day of the purchase.</param>
    /// <param name="amount">Minor units returned for goods.</param>
    public PurchaseRhythm Returned(Fact.Purchased bought, int boughtOn, long amount, int day)
    {
        if (amount == 0)
            return this;
        var recent = Recent;
        for (var i = 0; i < recent.Length; i++)
            if (recent[i].Day == boughtOn)
                recent = recent.SetItem(i, recent[i] with { Net = unchecked(recent[i].Net - amount) });
        return this with
        {
            Recent = recent,
            Spend = With(bought.Terms.Currency, 0, unchecked(-amount)),
            FirstReturnDay = FirstReturnDay == 0 ? day : Math.Min(FirstReturnDay, day),
        };
    }

    public PurchaseRhythm Redeemed(int day) => this with
    {
        Redemptions = Redemptions + 1,
        LastRedemptionDay = Math.Max(LastRedemptionDay, day),
    };

    public bool Equals(PurchaseRhythm? other) =>
        other is not null && Days == other.Days && FirstDay == other.FirstDay && Lines == other.Lines
        && Units == other.Units && HasDroppedCategory == other.HasDroppedCategory
        && FirstReturnDay == other.FirstReturnDay && Redemptions == other.Redemptions
        && LastRedemptionDay == other.LastRedemptionDay
        && Recent.AsSpan().SequenceEqual(other.Recent.AsSpan())
        && Spend.AsSpan().SequenceEqual(other.Spend.AsSpan())
        && Categories.AsSpan().SequenceEqual(other.Categories.AsSpan());

    public override int GetHashCode() => HashCode.Combine(Days, FirstDay, LastDay, Lines, Units);

    private static bool Counts(Fact.Purchased bought) => bought.Rejection is null && bought.Net > 0;

    private static long UnitsOf(Fact.Purchased bought)
    {
        long units = 0;
        foreach (var line in bought.Lines)
            units = unchecked(units + line.Quantity);
        return units;
    }

    private (ImmutableArray<PurchaseDay> Recent, bool IsNew) With(PurchaseDay added)
    {
        var at = Recent.Length;
        while (at > 0 && Recent[at - 1].Day > added.Day)
            at--;
        if (at > 0 && Recent[at - 1] is { } same && same.Day == added.Day)
        {
            var both = unchecked(new PurchaseDay(
                same.Day, same.Net + added.Net, same.Lines + added.Lines, same.Units + added.Units));
            return (Recent.SetItem(at - 1, both), false);
        }

        if (Recent.Length < DaysKeptMax)
            return (Recent.Insert(at, added), true);
        // A day before those that are kept: on the first day it is counted already.
        if (at == 0)
            return (Recent, added.Day != FirstDay);
        var kept = ImmutableArray.CreateBuilder<PurchaseDay>(DaysKeptMax);
        kept.AddRange(Recent.AsSpan(1, at - 1));
        kept.Add(added);
        kept.AddRange(Recent.AsSpan(at, Recent.Length - at));
        return (kept.MoveToImmutable(), true);
    }

    private ImmutableArray<SpendTotal> With(Currency currency, int purchases, long net)
    {
        var at = 0;
        while (at < Spend.Length && string.CompareOrdinal(Spend[at].Currency.Code, currency.Code) < 0)
            at++;
        if (at < Spend.Length && Spend[at].Currency == currency)
            return Spend.SetItem(at, unchecked(
                new SpendTotal(currency, Spend[at].Purchases + purchases, Spend[at].Net + net)));
        return Spend.Insert(at, new SpendTotal(currency, purchases, net));
    }

    private (ImmutableArray<CategoryCount> Categories, bool Dropped) Counted(Fact.Purchased bought)
    {
        var categories = Categories;
        var dropped = false;
        foreach (var category in CategoriesOf(bought))
        {
            var at = 0;
            while (at < categories.Length && string.CompareOrdinal(categories[at].Category, category) < 0)
                at++;
            if (at < categories.Length && categories[at].Category == category)
            {
                categories = categories.SetItem(at, new CategoryCount(category, categories[at].Purchases + 1));
            }
            else if (categories.Length < CategoriesMax)
            {
                categories = categories.Insert(at, new CategoryCount(category, 1));
            }
            else
            {
                var rarest = Rarest(categories);
                var count = categories[rarest].Purchases + 1;
                categories = categories.Insert(at, new CategoryCount(category, count));
                categories = categories.RemoveAt(rarest < at ? rarest : rarest + 1);
                dropped = true;
            }
        }

        return (categories, dropped);
    }

    private static int Rarest(ImmutableArray<CategoryCount> categories)
    {
        var rarest = 0;
        for (var i = 1; i < categories.Length; i++)
            if (categories[i].Purchases < categories[rarest].Purchases)
                rarest = i;
        return rarest;
    }

    private static SortedSet<string> CategoriesOf(Fact.Purchased bought)
    {
        SortedSet<string>? found = null;
        foreach (var line in bought.Lines)
            if (line.Category is { Length: > 0 } name)
                (found ??= new SortedSet<string>(StringComparer.Ordinal)).Add(Cut(name));
        return found ?? NoCategories;
    }

    private static string Cut(string name) =>
        name.Length <= CategoryCharactersMax ? name
        : char.IsHighSurrogate(name[CategoryCharactersMax - 1]) ? name[..(CategoryCharactersMax - 1)]
        : name[..CategoryCharactersMax];
}
