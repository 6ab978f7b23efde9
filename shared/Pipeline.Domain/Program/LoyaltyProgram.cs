using System.Collections.Immutable;

namespace Pipeline.Domain;

/// <summary>
/// The rules of a loyalty program, as one immutable, versioned document (see <see cref="ProgramDocument"/>).
/// Two programs are equal when their documents are.
/// </summary>
public sealed record LoyaltyProgram
{
    public const int NameCharactersMax = 200;

    /// <exception cref="TimeZoneNotFoundException">The zone is not in the system's database.</exception>
    public LoyaltyProgram(
        int version,
        string name,
        string timeZone,
        EarningRules earning,
        ExpiryRule expiry,
        RefundRules refund,
        RedemptionRules redemption,
        HoldLimits holds)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(version, 1);
        Version = version;
        Name = name;
        Calendar = new ZoneCalendar(timeZone);
        Earning = earning;
        Expiry = expiry;
        Refund = refund;
        Redemption = redemption;
        Holds = holds;
    }

    /// <summary>
    /// Version 1, "default", UTC: 1 point a major unit in every currency, at once, for 12 months to the
    /// month's end; 100 points are worth 1 major unit; refunds may leave a deficit. The rules of <c>GET
    /// /v1/program</c> before anyone sets others.
    /// </summary>
    public static LoyaltyProgram Default { get; } = new(
        1, "default", "UTC",
        EarningRules.Default, ExpiryRule.Default, RefundRules.Default, RedemptionRules.Default, HoldLimits.Default);

    /// <summary>1 or more; every award names it.</summary>
    public int Version { get; init; }

    public string Name { get; init; }

    /// <summary>The IANA zone in which days, months and years are counted.</summary>
    public string TimeZone
    {
        get => Calendar.TimeZone;
        init => Calendar = new ZoneCalendar(value);
    }

    /// <summary>Days and wall time in the program's zone.</summary>
    public ZoneCalendar Calendar { get; private init; }

    public EarningRules Earning { get; init; }

    public ExpiryRule Expiry { get; init; }

    public RefundRules Refund { get; init; }

    public RedemptionRules Redemption { get; init; }

    public HoldLimits Holds { get; init; }

    /// <summary>Null: the program has no tiers.</summary>
    public TierRules? Tiers { get; init; }

    /// <summary>Null: nothing is told beforehand.</summary>
    public NoticeRules? Notices { get; init; }

    /// <summary>Null: the program gives nothing beside purchases.</summary>
    public AwardRules? Awards { get; init; }

    /// <summary>Null: <see cref="AdjustmentRules.Default"/> holds.</summary>
    public AdjustmentRules? Adjustments { get; init; }

    /// <summary>What points buy beside a discount at the checkout, in the order of the document.</summary>
    public ImmutableArray<Reward> Rewards { get; init; } = [];

    /// <summary>By id, whatever their order in the document.</summary>
    public ImmutableArray<Campaign> Campaigns
    {
        get;
        init => field = value.Sort(static (a, b) => string.CompareOrdinal(a.Id, b.Id));
    } = [];

    /// <summary>How many campaigns have a cap for each customer.</summary>
    public int CampaignsThatCountCustomers => Campaigns.Count(static campaign => campaign.Caps.CountsCustomers);

    /// <summary>Whether a campaign asks for the number of a customer's orders, or the day of the first.</summary>
    internal bool CountsOrders => Campaigns.Any(static campaign => campaign.When.NeedsOrders);

    /// <summary>Null: the program has no such campaign.</summary>
    public Campaign? FindCampaign(string id)
    {
        foreach (var campaign in Campaigns)
            if (campaign.Id == id)
                return campaign;
        return null;
    }

    /// <summary>
    /// When points of a purchase become spendable: the pending days later at the same wall time in the zone,
    /// in UTC and whole milliseconds (rounded down). Never past the last millisecond of the year 9999.
    /// </summary>
    public DateTimeOffset ActiveAt(DateTimeOffset occurredAt) => ActiveAt(occurredAt, null);

    /// <summary>The same for a customer of a level, which may have pending days of its own.</summary>
    public DateTimeOffset ActiveAt(DateTimeOffset occurredAt, TierLevel? tier)
    {
        var days = tier?.Benefits.PendingDays ?? Earning.PendingDays;
        return days == 0
            ? ZoneCalendar.WholeMilliseconds(occurredAt)
            : Calendar.AddDays(occurredAt, days) ?? ZoneCalendar.End;
    }

    /// <summary>
    /// The first instant at which points are no longer spendable (they are while <c>t &lt; ExpiresAt</c>), in
    /// UTC and whole milliseconds; later than <paramref name="activeAt"/>. Null: they never expire, or past
    /// the year 9999.
    /// </summary>
    public DateTimeOffset? ExpiresAt(DateTimeOffset activeAt) => Expiries.ExpiresAt(Expiry, Calendar, activeAt);

    /// <summary>The day of an instant in the program's zone.</summary>
    public DateOnly DayOf(DateTimeOffset instant) => Calendar.DayOf(instant);

    /// <summary>The first instant of a day in the program's zone, in UTC.</summary>
    public DateTimeOffset StartOfDay(DateOnly day) => Calendar.StartOfDay(day);

    public bool Equals(LoyaltyProgram? other) =>
        ReferenceEquals(this, other)
        || (other is not null
            && Version == other.Version
            && Name == other.Name
            && ProgramDocument.Write(this).AsSpan().SequenceEqual(ProgramDocument.Write(other)));

    public override int GetHashCode() => HashCode.Combine(Version, Name, TimeZone);
}
