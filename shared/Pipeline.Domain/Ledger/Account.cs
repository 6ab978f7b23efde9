using System.Collections.Immutable;

namespace Pipeline.Domain;

/// <summary>
/// Names a lot: the purchase that made it; the refund that brought it back: <c>refund~lot</c> for points that came
/// back under a grace, <c>refund~</c> for points that had been owed; the same behind <c>*redemption</c> for what a
/// cancelled reward brought back; or the grant: <c>~grant</c>.
/// </summary>
public readonly record struct LotId(string Value)
{
    /// <summary>Stands between the refund and the lot it brought back; no client's id can contain it.</summary>
    private const char Back = '~';

    private const char OfReward = '*';

    public static LotId Of(PurchaseId purchase) => new(purchase.Value);

    /// <param name="origin">What brought it back: a refund's id, or <see cref="OriginOf"/> a restoration.</param>
    public static LotId Reinstated(string origin, LotId lot) => new($"{origin}{Back}{lot.Value}");

    /// <summary>Points that had been paid by owing them, and came back when the debt was paid already.</summary>
    public static LotId Unowed(string origin) => new($"{origin}{Back}");

    public static string OriginOf(HoldId restored) => $"{OfReward}{restored.Reference}";

    public static LotId Of(GrantId grant) => new($"{Back}{grant.Value}");

    /// <summary>The ledger entry that made this lot.</summary>
    public string EntryId => Value.IndexOf(Back, StringComparison.Ordinal) switch
    {
        < 0 => EntryIds.Purchase(Value),
        0 => EntryIds.Grant(new GrantId(Value[1..])),
        var at when Value[0] == OfReward => EntryIds.Restoration(HoldId.Of(new RedemptionId(Value[1..at]))),
        var at => EntryIds.Refund(Value[..at]),
    };

    public override string ToString() => Value;
}

/// <summary>An amount of points in a lot, or a signed change of it.</summary>
public readonly record struct LotPoints(LotId Lot, long Points);

/// <summary>Points of one origin. <paramref name="Points"/> is what is left, with what open holds have reserved.</summary>
/// <param name="Points">Above zero: an empty lot is dropped.</param>
/// <param name="ActiveAt">Spendable from here on.</param>
/// <param name="ExpiresAt">Spendable before this instant; null: for ever.</param>
public sealed record Lot(LotId Id, long Points, DateTimeOffset ActiveAt, DateTimeOffset? ExpiresAt)
{
    public bool IsAliveAt(DateTimeOffset instant) => ExpiresAt is not { } end || instant < end;
}

/// <summary>Points reserved for a checkout until <paramref name="Until"/>, when the hold ends by itself.</summary>
/// <param name="Points">What was promised; the lots may cover less once a clawback has reached into them.</param>
/// <param name="Lots">Where they are reserved. A reserved point does not expire before its hold ends.</param>
public sealed record Hold(
    HoldId Id, long Points, DateTimeOffset At, DateTimeOffset Until, ImmutableArray<LotPoints> Lots)
{
    public bool Equals(Hold? other) =>
        other is not null && Id == other.Id && Points == other.Points && At == other.At && Until == other.Until
        && Lots.AsSpan().SequenceEqual(other.Lots.AsSpan());

    public override int GetHashCode() => HashCode.Combine(Id, Points, Until);
}

/// <summary>A refund whose purchase has not arrived.</summary>
public readonly record struct WaitingRefund(RefundId Refund, PurchaseId Purchase);

/// <summary>Where the chain of hashes over a ledger's entries ends, and where it begins.</summary>
/// <param name="Hash">Of the last entry, base64url.</param>
/// <param name="From">The sequence of the first entry that has one; 1, unless the ledger is older than its chain.</param>
public sealed record ChainHead(string Hash, long From);

/// <summary>
/// What is left of a customer's ledger when all of its entries are folded: the only document that a decision needs in
/// the common case. It is a cache of the entries and can be rebuilt from them (<see cref="History.Rebuild"/>).
/// </summary>
public sealed record Account
{
    public static readonly Account New = new();

    /// <summary>In burn order: soonest to expire first, undated last, ties by the older, then by id.</summary>
    public ImmutableArray<Lot> Lots { get; init; } = [];

    /// <summary>In the order in which they were placed. Some may have ended since the last fact.</summary>
    public ImmutableArray<Hold> Holds { get; init; } = [];

    /// <summary>Points owed; later credits pay it first. Above zero only when no lot has any point.</summary>
    public long Deficit { get; init; }

    public ImmutableArray<WaitingRefund> Waiting { get; init; } = [];

    /// <summary>How many entries the ledger has; the next one's sequence is one more.</summary>
    public long Entries { get; init; }

    /// <summary>The id of the last entry, each of which names the one before.</summary>
    public string? Head { get; init; }

    /// <summary>
    /// The head's hash, to which the next entry's is chained. Null: no entry has one yet. Of what is stored and not of what is
    /// decided, so that two accounts that differ in it alone are equal.
    /// </summary>
    public ChainHead? Chain { get; init; }

    /// <summary>The greatest <see cref="FactOrder"/> of all facts: whatever comes before it came late.</summary>
    public long LatestThrough { get; init; }

    /// <summary>The greatest <see cref="FactOrder"/> of the facts that took points, whose order therefore matters.</summary>
    public long OrderedThrough { get; init; }

    /// <summary>Lots that expire at or before this instant are written down as expired and gone from here.</summary>
    public DateTimeOffset ExpiredThrough { get; init; } = DateTimeOffset.UnixEpoch;

    /// <summary>
    /// When and how the customer buys. Null: the account was last written before rhythms were kept; its next fact in the
    /// past, or its next purchase, folds it from the entries.
    /// </summary>
    public PurchaseRhythm? Rhythm { get; init; } = PurchaseRhythm.None;

    /// <summary>
    /// What counts towards the levels of the program's tiers. Null, or of another shape than the program's: its next purchase
    /// or refund folds it from the entries.
    /// </summary>
    public TierProgress? Tiers { get; init; }

    /// <summary>What the entries did, by kind.</summary>
    public PointFlows Flows { get; init; }

    /// <summary>
    /// From when on a night has to look at the customer again: the earliest fact since it last did, or what that night
    /// chose. Null: never. A fold does not know it, and two accounts that differ in it alone are equal.
    /// </summary>
    public DateTimeOffset? InsightDueAt { get; init; }

    /// <summary>Whether a night has to look for the customer's satisfaction and cases too. As <see cref="InsightDueAt"/>.</summary>
    public bool HasFeedback { get; init; }

    /// <summary>
    /// The start of the birthday that the program gives for next. Null: it gives for none, or does not know of it yet. As
    /// <see cref="InsightDueAt"/>.
    /// </summary>
    public DateTimeOffset? BirthdayDueAt { get; init; }

    /// <summary>
    /// When time alone decides on the customer's own referral; a night that comes by looks at it earlier. Null: there is none,
    /// or it is decided. As <see cref="InsightDueAt"/>.
    /// </summary>
    public DateTimeOffset? ReferralDueAt { get; init; }

    /// <summary>The level that was last told. As <see cref="InsightDueAt"/>: what was told is not folded.</summary>
    public TierMark? TierMark { get; init; }

    /// <summary>When a night has something to tell next, as the last one found. As <see cref="InsightDueAt"/>.</summary>
    public DateTimeOffset? NoticeDueAt { get; init; }

    /// <summary>When a night has something to do for the account: the earliest of all. The store keeps it due at this.</summary>
    public DateTimeOffset? NightDueAt => Earlier(
        Earlier(DueAt, InsightDueAt), Earlier(NoticeDueAt, Earlier(BirthdayDueAt, ReferralDueAt)));

    /// <summary>
    /// The next instant at which an expiry has to be written down, or null.
    /// </summary>
    public DateTimeOffset? DueAt
    {
        get
        {
            DateTimeOffset? due = null;
            foreach (var lot in Lots)
            {
                if (lot.ExpiresAt is not { } expiry)
                    break; // burn order: only undated lots follow
                var at = FirstLapse(lot, expiry);
                if (due is null || at < due)
                    due = at;
            }

            return due;
        }
    }

    /// <summary>A lot lapses when it expires, unless holds that last longer reserve all of it: then with the first to end.</summary>
    private DateTimeOffset FirstLapse(Lot lot, DateTimeOffset expiry)
    {
        var free = lot.Points;
        DateTimeOffset? firstEnd = null;
        foreach (var hold in Holds)
        {
            if (hold.Until <= expiry || hold.Covers(lot.Id) is not (var covered and > 0))
                continue;
            free -= covered;
            if (firstEnd is null || hold.Until < firstEnd)
                firstEnd = hold.Until;
        }

        return free == 0 && firstEnd is { } end ? end : expiry;
    }

    public Balance BalanceAt(DateTimeOffset instant) => Balance.Of(this, instant);

    private static DateTimeOffset? Earlier(DateTimeOffset? a, DateTimeOffset? b) => a is null || b < a ? b : a;

    public bool Equals(Account? other) =>
        other is not null && Deficit == other.Deficit && Entries == other.Entries && Head == other.Head
        && LatestThrough == other.LatestThrough && OrderedThrough == other.OrderedThrough
        && ExpiredThrough == other.ExpiredThrough && Flows == other.Flows
        && Equals(Rhythm, other.Rhythm) && Equals(Tiers, other.Tiers)
        && Lots.AsSpan().SequenceEqual(other.Lots.AsSpan())
        && Holds.AsSpan().SequenceEqual(other.Holds.AsSpan())
        && Waiting.AsSpan().SequenceEqual(other.Waiting.AsSpan());

    public override int GetHashCode() => HashCode.Combine(Deficit, Entries, Head, LatestThrough);
}

internal static class HoldExtensions
{
    /// <summary>How many points of a lot the hold has reserved.</summary>
    public static long Covers(this Hold hold, LotId lot)
    {
        foreach (var part in hold.Lots)
            if (part.Lot == lot)
                return part.Points;
        return 0;
    }
}
