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

    /// <summary>
    /// When points of a purchase become spendable: the pending days later at the same wall time in the zone,
    /// in UTC and whole milliseconds (rounded down). Never past the last millisecond of the year 9999.
    /// </summary>
    public DateTimeOffset ActiveAt(DateTimeOffset occurredAt) => ActiveAfter(occurredAt, Earning.PendingDays);

    /// <summary>The same for a customer of a level, whose pending days stand in place of the program's.</summary>
    /// <param name="tier">Null: of none.</param>
    public DateTimeOffset ActiveAt(DateTimeOffset occurredAt, TierLevel? tier) =>
        tier?.Benefits.PendingDays is { } days ? ActiveAfter(occurredAt, days) : ActiveAt(occurredAt);

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

    private DateTimeOffset ActiveAfter(DateTimeOffset occurredAt, int days) =>
        days == 0 ? ZoneCalendar.WholeMilliseconds(occurredAt) : Calendar.AddDays(occurredAt, days) ?? ZoneCalendar.End;

    public bool Equals(LoyaltyProgram? other) =>
        ReferenceEquals(this, other)
        || (other is not null
            && Version == other.Version
            && Name == other.Name
            && ProgramDocument.Write(this).AsSpan().SequenceEqual(ProgramDocument.Write(other)));

    public override int GetHashCode() => HashCode.Combine(Version, Name, TimeZone);
}
