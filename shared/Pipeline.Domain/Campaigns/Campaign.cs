using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Pipeline.Domain;

/// <summary>Points beside the program's rates: what they are given for, to whom, when, and how many at most.</summary>
/// <param name="Id">
/// Unique in the program. A campaign of the same id in another version of the program is the same campaign: its caps and its
/// budget go on.
/// </param>
/// <param name="Name">For people; it stands in the sentence of every award.</param>
public sealed record Campaign(
    string Id,
    string Name,
    CampaignEffect Effect,
    CampaignConditions When,
    CampaignWindow Window,
    CampaignCaps Caps,
    CampaignStacking Stacking)
{
    public const int IdCharactersMax = 64;

    public const int NameCharactersMax = 200;

    /// <summary>The most campaigns of a program.</summary>
    public const int CountMax = 200;

    /// <summary>
    /// The most campaigns of a program with a cap for each customer: what each customer had of one is a document of its own
    /// that is written with the purchase.
    /// </summary>
    public const int CustomerCappedMax = 32;

    public const long PointsMax = 1_000_000_000_000;

    /// <summary>What an award's part of this campaign is named.</summary>
    public string Rule => AwardPart.CampaignPrefix + Id;
}

/// <summary>What a campaign gives.</summary>
public abstract record CampaignEffect
{
    private CampaignEffect()
    {
    }

    /// <summary>So many times the base points of the matching lines; what is above one time is the campaign's.</summary>
    public sealed record Multiplier(ExactRate Factor) : CampaignEffect
    {
        public const int FactorMax = 1_000;
    }

    /// <summary>So many points for the order.</summary>
    public sealed record Bonus(long Points) : CampaignEffect;

    /// <summary>Points for each full amount spent on matching lines: 300 give 50, 650 give 100.</summary>
    /// <param name="Amount">Minor units.</param>
    public sealed record EverySpend(Currency Currency, long Amount, long Points) : CampaignEffect;

    /// <summary>Points once, for the highest step that the matching lines reach.</summary>
    /// <param name="Steps">By rising amount.</param>
    public sealed record SpendSteps(Currency Currency, ImmutableArray<SpendStep> Steps) : CampaignEffect
    {
        public const int StepsMax = 50;
    }
}

/// <param name="From">Minor units; at least 1.</param>
public readonly record struct SpendStep(long From, long Points);

/// <summary>Whom and what a campaign is for. All that is given must hold; an empty list asks for nothing.</summary>
public sealed record CampaignConditions
{
    public const int OrderMax = 1_000_000;

    public const int NewCustomerDaysMax = 3_650;

    /// <summary>The most texts of one list.</summary>
    public const int TextsMax = 10_000;

    public static readonly CampaignConditions None = new();

    public IReadOnlySet<Currency> Currencies { get; init; } = FrozenSet<Currency>.Empty;

    public IReadOnlySet<string> Channels { get; init; } = FrozenSet<string>.Empty;

    /// <summary>With <see cref="Skus"/>, which lines match: those of a category or a SKU of either list.</summary>
    public IReadOnlySet<string> Categories { get; init; } = FrozenSet<string>.Empty;

    public IReadOnlySet<string> Skus { get; init; } = FrozenSet<string>.Empty;

    /// <summary>Minor units that matching lines cost at least; a currency that is not listed does not match.</summary>
    public IReadOnlyDictionary<Currency, long> MinimumSpend { get; init; } = FrozenDictionary<Currency, long>.Empty;

    public bool FirstPurchase { get; init; }

    /// <summary>The customer's so-manieth order; null: any.</summary>
    public int? Order { get; init; }

    /// <summary>Every so-manieth order; null: any.</summary>
    public int? EveryOrders { get; init; }

    /// <summary>The first purchase is fewer days ago than this, or is this one; null: any.</summary>
    public int? NewCustomerDays { get; init; }

    public bool BirthdayMonth { get; init; }

    public IReadOnlySet<string> Tiers { get; init; } = FrozenSet<string>.Empty;

    public IReadOnlySet<LifecycleStage> Stages { get; init; } = FrozenSet<LifecycleStage>.Empty;

    public IReadOnlySet<Segment> Segments { get; init; } = FrozenSet<Segment>.Empty;

    /// <summary>Whether the customer's insight has to be known.</summary>
    public bool NeedsStanding => Stages.Count > 0 || Segments.Count > 0;

    internal bool SelectsLines => Categories.Count > 0 || Skus.Count > 0;

    internal bool NeedsOrders => FirstPurchase || Order is not null || EveryOrders is not null || NewCustomerDays is not null;

    internal bool Selects(BasketLine line) =>
        !SelectsLines || Skus.Contains(line.Sku) || (line.Category is { } category && Categories.Contains(category));
}

/// <summary>The most points that a campaign gives. Null: no such cap.</summary>
/// <param name="Budget">Of all customers together. What refunds take back does not fill it again.</param>
public sealed record CampaignCaps(long? PerOrder, long? PerCustomer, long? PerCustomerDay, long? Budget)
{
    public static readonly CampaignCaps None = new(null, null, null, null);

    /// <summary>Whether it has to be known what the customer had before.</summary>
    public bool CountsCustomers => PerCustomer is not null || PerCustomerDay is not null;
}

/// <summary>What becomes of several campaigns of one group that match one purchase. Groups add up.</summary>
public enum StackingMode
{
    /// <summary>All give.</summary>
    Additive,

    /// <summary>Factors multiply, line by line: 2 times and 3 times is 6 times.</summary>
    Multiplicative,

    /// <summary>The one that gives most, as far as its caps for orders and customers let it; of equals the first by id.</summary>
    BestOf,

    /// <summary>The one of the highest priority, of equals the first by id.</summary>
    Exclusive,
}

/// <param name="Group">Empty: the campaign is alone, and adds to whatever else matches.</param>
/// <param name="Priority">Of <see cref="StackingMode.Exclusive"/>; the higher goes first.</param>
public sealed record CampaignStacking(string Group, StackingMode Mode, int Priority)
{
    public const int PriorityMax = 1_000_000;

    public static readonly CampaignStacking Alone = new("", StackingMode.Additive, 0);
}
