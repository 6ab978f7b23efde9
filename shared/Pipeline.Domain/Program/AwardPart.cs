namespace Pipeline.Domain;

/// <summary>One reason for points.</summary>
/// <param name="Rule">
/// The rule's name: <see cref="Earning.BaseRule"/> for the program's rate, <c>base:sku:…</c>, <c>base:category:…</c> and
/// <c>base:channel:…</c> for rates of their own, <c>tier:…</c>, <c>campaign:…</c>.
/// </param>
/// <param name="Basis">Minor units on which the rule was computed.</param>
/// <param name="Reason">A sentence for people that shows the calculation.</param>
public sealed record AwardPart(string Rule, long Basis, long Points, string Reason)
{
    internal const string BasePrefix = "base:";
    internal const string CampaignPrefix = "campaign:";
    internal const string TierPrefix = "tier:";

    /// <summary>The points a major unit of a base rule, the factor of a level or a campaign; null where it has none.</summary>
    public ExactRate? Multiplier { get; init; }

    /// <summary>Null: nothing was cut.</summary>
    public AwardCap? Cap { get; init; }

    /// <summary>
    /// What the rule gives exactly, after its cap, less <see cref="Points"/>: the fraction that was left off, below zero where
    /// the part took up whole points of the others' fractions.
    /// </summary>
    public decimal Remainder { get; init; }

    /// <summary>Whether the points count towards a level: those of base rules do, bonuses never.</summary>
    public bool CountsForTier => Rule == Earning.BaseRule || Rule.StartsWith(BasePrefix, StringComparison.Ordinal);

    /// <summary>The campaign that gave it; null: none did.</summary>
    public string? Campaign =>
        Rule.StartsWith(CampaignPrefix, StringComparison.Ordinal) ? Rule[CampaignPrefix.Length..] : null;
}

/// <summary>Whose cap was the tightest, and what it cut: whole points before and after.</summary>
public sealed record AwardCap(CapKind By, long From, long To);

public enum CapKind
{
    Order,
    Customer,
    CustomerDay,
    Budget,
}
