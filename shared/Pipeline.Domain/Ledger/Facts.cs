using System.Collections.Immutable;

namespace Pipeline.Domain;

/// <summary>A line of a purchase as it was bought, and what it counts for when it comes back.</summary>
/// <param name="UnitPrice">Minor units.</param>
/// <param name="Net">Minor units paid for the line, net of its share of the discount.</param>
/// <param name="Weight">Its share of the points: the basis on which it earned.</param>
public readonly record struct PurchaseLine(
    string Sku, string? Name, string? Category, long Quantity, long UnitPrice, long Net, long Weight);

/// <summary>The money of a purchase beside its lines, in minor units.</summary>
public sealed record PurchaseTerms(Currency Currency, string? Channel, long Discount, long Shipping, long Tax);

/// <summary>Points that a purchase paid with: the hold that it named and what was captured of it.</summary>
public readonly record struct Redeemed(HoldId Hold, long Points);

/// <summary>What gave points beside purchases.</summary>
/// <param name="Name">As <c>birthday</c>; of an event <c>event:</c> and its type.</param>
public sealed record GrantRule(string Name, int ProgramVersion);

/// <summary>What a refund asks to take back.</summary>
public abstract record RefundScope
{
    private RefundScope()
    {
    }

    /// <summary>All that is left of the purchase.</summary>
    public sealed record Whole : RefundScope;

    /// <summary>Money returned for goods, in minor units, net of discount, without shipping and tax. At least 1.</summary>
    public sealed record ByAmount(long Amount) : RefundScope;

    /// <summary>Goods returned, by SKU and quantity.</summary>
    public sealed record ByLines(ImmutableArray<ReturnedLine> Lines) : RefundScope
    {
        public bool Equals(ByLines? other) => other is not null && Lines.AsSpan().SequenceEqual(other.Lines.AsSpan());

        public override int GetHashCode() => Lines.Length;
    }
}

public readonly record struct ReturnedLine(string Sku, long Quantity);

/// <summary>
/// What happened, in the terms of the business, as an entry keeps it for ever. Everything that a decision worked out
/// (an award, a lot's dates) is in the fact, so that folding needs no rule but the ledger's own.
/// </summary>
public abstract record Fact
{
    private Fact()
    {
    }

    /// <summary>A purchase that was worked. <see cref="Points"/> may be 0, and is where it was rejected.</summary>
    public sealed record Purchased(
        PurchaseId Purchase,
        int ProgramVersion,
        long Points,
        DateTimeOffset ActiveAt,
        DateTimeOffset? ExpiresAt,
        PurchaseTerms Terms,
        ImmutableArray<PurchaseLine> Lines,
        ImmutableArray<AwardPart> Awards,
        Redeemed? Redeemed,
        Reason? Rejection = null) : Fact
    {
        /// <summary>Minor units paid for the goods.</summary>
        public long Net { get; } = Total(Lines, static line => line.Net);

        public long Weight { get; } = Total(Lines, static line => line.Weight);

        private static long Total(ImmutableArray<PurchaseLine> lines, Func<PurchaseLine, long> part)
        {
            long sum = 0;
            foreach (var line in lines)
                sum += part(line);
            return sum;
        }
    }

    /// <param name="Rejection">Why it was refused for good when it was worked; null: its purchase's book tells.</param>
    public sealed record Refunded(RefundId Refund, PurchaseId Purchase, RefundScope Scope, Reason? Rejection = null) : Fact;

    public sealed record Held(HoldId Hold, long Points, DateTimeOffset Until) : Fact;

    /// <param name="Burned">The receipt: the lots that were burned, as decided then.</param>
    /// <param name="Owed">Points beyond what there was, now a deficit.</param>
    /// <param name="Shortfall">Points beyond what there was, under <c>withinBalance</c>: not burned.</param>
    public sealed record Captured(
        HoldId Hold,
        long Points,
        PurchaseId? Purchase,
        int ProgramVersion,
        ImmutableArray<LotPoints> Burned,
        long Owed,
        long Shortfall) : Fact;

    public sealed record Released(HoldId Hold) : Fact;

    /// <summary>Points that had paid for a reward and came back with its cancellation.</summary>
    /// <param name="ProgramVersion">Of the capture: its grace decides about lots that have expired since.</param>
    public sealed record Restored(HoldId Hold, long Points, int ProgramVersion) : Fact;

    /// <summary>Points given for nothing bought: goodwill after a complaint, or what a rule gives.</summary>
    /// <param name="Rule">Null where a person gave them, or before rules were recorded.</param>
    public sealed record Granted(
        GrantId Grant, long Points, DateTimeOffset ActiveAt, DateTimeOffset? ExpiresAt, GrantRule? Rule = null) : Fact;

    /// <summary>Points taken by hand, in burn order. Whether what is not there is owed, the program's refund policy says.</summary>
    public sealed record Deducted(AdjustmentId Adjustment, long Points, int ProgramVersion) : Fact;

    /// <summary>Points that lapsed, written down. Folding ignores it: expiry is true without it.</summary>
    public sealed record Expired(DateTimeOffset At) : Fact;

    /// <summary>A waiting refund that took its effect when its purchase came.</summary>
    public sealed record Settled(RefundId Refund) : Fact;
}

/// <summary>
/// Facts are folded in the order of the business, not of their arrival: by instant; at one instant purchases first (by
/// id), then grants (by id), then holds, captures, releases and deductions (as they were answered), then what purchases capture (by the purchase's id),
/// then refunds and restorations (by id).
/// </summary>
/// <remarks>
/// A purchase or refund that is dated ahead of its recording counts from its recording on (<see cref="At"/>): its own
/// date rules when points become active, but nothing is taken from a future that holds have yet to live through.
/// </remarks>
public static class FactOrder
{
    internal const int PurchaseRank = 0;
    internal const int CheckoutRank = 1;
    internal const int PurchaseCaptureRank = 2;
    internal const int RefundRank = 3;

    /// <summary>The instant at which a purchase or refund counts.</summary>
    public static DateTimeOffset At(DateTimeOffset occurredAt, DateTimeOffset recordedAt) =>
        occurredAt < recordedAt ? occurredAt : recordedAt;

    internal static DateTimeOffset InstantOf(Entry entry) => entry.Fact is Fact.Purchased or Fact.Refunded
        ? At(entry.OccurredAt, entry.RecordedAt)
        : entry.OccurredAt;

    public static long Purchase(DateTimeOffset at) => Of(at, PurchaseRank);

    public static long Checkout(DateTimeOffset at) => Of(at, CheckoutRank);

    public static long PurchaseCapture(DateTimeOffset at) => Of(at, PurchaseCaptureRank);

    public static long Refund(DateTimeOffset at) => Of(at, RefundRank);

    /// <summary>The instant behind an order.</summary>
    public static DateTimeOffset InstantOf(long order) => DateTimeOffset.FromUnixTimeMilliseconds(order / 4);

    private static long Of(DateTimeOffset at, int rank) => (at.ToUnixTimeMilliseconds() * 4) + rank;
}

/// <summary>
/// One line of the ledger. Entries are only ever added; a correction is an entry too.
/// </summary>
/// <param name="Id">The command's natural key, so that a duplicate is a create conflict.</param>
/// <param name="Sequence">1 for the account's first entry, without gaps.</param>
/// <param name="Previous">The id of the entry before; null for the first.</param>
/// <param name="Points">Signed change of spendable + pending + held - deficit.</param>
/// <param name="Reference">The purchase, the hold, or what a grant was given for.</param>
/// <param name="Reason">A sentence for people.</param>
/// <param name="Lots">Signed changes of the lots. Where a message came late they include what had to move.</param>
/// <param name="Fingerprint">Of the command's content; empty where we made the entry ourselves.</param>
public sealed record Entry(
    string Id,
    long Sequence,
    string? Previous,
    long Points,
    DateTimeOffset OccurredAt,
    DateTimeOffset RecordedAt,
    string Reference,
    string Reason,
    ImmutableArray<LotPoints> Lots,
    Fact Fact,
    string Fingerprint)
{
    /// <summary>What the outside calls this line.</summary>
    public string Type => Fact switch
    {
        Fact.Purchased => "earn",
        Fact.Refunded or Fact.Settled => "refund",
        Fact.Held => "hold",
        Fact.Captured => "redeem",
        Fact.Released => "release",
        Fact.Restored => "restore",
        Fact.Expired => "expire",
        Fact.Granted => "grant",
        Fact.Deducted => "deduct",
        _ => throw new InvalidOperationException($"Unknown fact {Fact.GetType().Name}."),
    };
}

/// <summary>Natural keys of entries, unique within a customer.</summary>
public static class EntryIds
{
    public static string Purchase(string id) => $"purchase:{id}";

    public static string Refund(string id) => $"refund:{id}";

    public static string Settlement(RefundId id) => $"settled:{id.Value}";

    public static string Hold(HoldId id) => $"hold:{id.Value}";

    public static string Capture(HoldId id) => $"capture:{id.Value}";

    public static string Release(HoldId id) => $"release:{id.Value}";

    public static string Restoration(HoldId id) => $"restored:{id.Value}";

    public static string Grant(GrantId id) => $"grant:{id.Value}";

    public static string Deduction(AdjustmentId id) => $"deduct:{id.Value}";

    public static string Expiry(DateTimeOffset at, long sequence) => $"expiry:{at.ToUnixTimeMilliseconds()}:{sequence}";
}
