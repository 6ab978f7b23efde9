namespace Pipeline.Domain;

/// <summary>
/// What an award looks at beside the basket: the customer as they are known when the purchase is worked. What is decided on it
/// stays in the fact, and folding the ledger asks for none of it again.
/// </summary>
public sealed record EarningContext
{
    /// <summary>When the purchase occurred.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Null: the program has no tiers, or the customer none yet.</summary>
    public TierLevel? Tier { get; init; }

    /// <summary>Purchases of value that were worked before, those that were returned since among them.</summary>
    public int OrdersBefore { get; init; }

    /// <summary>The day of the first of them, in the program's zone; null: there is none.</summary>
    public DateOnly? FirstOrder { get; init; }

    public DateOnly? Birthday { get; init; }

    /// <summary>What the last night knew of the customer. Null: it was not looked up.</summary>
    public CampaignStanding? Standing { get; init; }

    /// <summary>What the customer had of campaigns that count it, by id. Null: it was not looked up.</summary>
    public IReadOnlyDictionary<string, CampaignUse>? Uses { get; init; }

    /// <summary>What budgets have granted this purchase, by campaign. Null: they were not asked, and do not limit.</summary>
    public IReadOnlyDictionary<string, long>? Granted { get; init; }

    /// <summary>One of whom nothing is known, as a quote sees an unknown customer.</summary>
    public static EarningContext NewCustomer(DateTimeOffset at) => new()
    {
        At = at,
        Standing = CampaignStanding.Unknown,
        Uses = new Dictionary<string, CampaignUse>(),
    };
}

/// <param name="Stage">Null: no night has looked at the customer.</param>
/// <param name="Segment">Null: has never bought, or no night has looked.</param>
public sealed record CampaignStanding(LifecycleStage? Stage, Segment? Segment)
{
    public static readonly CampaignStanding Unknown = new(null, null);
}
