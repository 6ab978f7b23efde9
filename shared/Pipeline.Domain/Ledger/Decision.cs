using System.Collections.Immutable;

namespace Pipeline.Domain;

/// <summary>Why a command is refused. Each is a stable problem type on the wire.</summary>
public enum Reason
{
    InsufficientPoints,
    HoldBelowMinimum,
    HoldNotAStep,
    HoldAboveLimit,
    HoldTooLong,
    TooManyHolds,
    UnknownHold,
    HoldExpired,
    HoldReleased,
    HoldCaptured,
    RefundAbovePurchase,
    RefundOfUnknownLine,
    NothingLeftToRefund,
    TooManyRefunds,
    PurchaseRejected,
    PointsOverflow,
}

/// <summary>
/// What the ledger is asked to do. Every command carries the instants that it needs: when it happened, and when we learnt
/// of it (stamped once at intake); both UTC, in whole milliseconds. The fingerprint identifies the content, so that one
/// key with two contents is noticed.
/// </summary>
public abstract record LedgerCommand
{
    private LedgerCommand(DateTimeOffset at, DateTimeOffset recordedAt, string fingerprint) =>
        (At, RecordedAt, Fingerprint) = (at, recordedAt, fingerprint);

    public DateTimeOffset At { get; }

    public DateTimeOffset RecordedAt { get; }

    public string Fingerprint { get; }

    /// <summary>W3C trace context of the request behind it; no decision looks at it.</summary>
    public string? TraceParent { get; init; }

    public sealed record Purchase(
        PurchaseId Id, PricedBasket Basket, HoldId? Hold, DateTimeOffset At, DateTimeOffset RecordedAt, string Fingerprint)
        : LedgerCommand(At, RecordedAt, Fingerprint);

    public sealed record Refund(
        RefundId Id, PurchaseId Of, RefundScope Scope, DateTimeOffset At, DateTimeOffset RecordedAt, string Fingerprint)
        : LedgerCommand(At, RecordedAt, Fingerprint);

    public sealed record PlaceHold(HoldId Id, long Points, int LimitSeconds, DateTimeOffset At, string Fingerprint)
        : LedgerCommand(At, At, Fingerprint)
    {
        /// <summary>The reward that it pays: its price says how many points, not the rules of paying a basket.</summary>
        public RewardId? Reward { get; init; }
    }

    public sealed record Capture(HoldId Id, DateTimeOffset At) : LedgerCommand(At, At, string.Empty);

    public sealed record Release(HoldId Id, DateTimeOffset At) : LedgerCommand(At, At, string.Empty);

    /// <summary>Gives back what a captured hold burned: its reward was cancelled.</summary>
    public sealed record Restore(HoldId Id, DateTimeOffset At) : LedgerCommand(At, At, string.Empty);

    /// <summary>Gives points that no purchase earned.</summary>
    /// <param name="Reference">What they are given for, as the id of a case.</param>
    /// <param name="Reason">A sentence for people.</param>
    /// <param name="LearntAt">When we learnt of it; null: at once.</param>
    public sealed record Grant(
        GrantId Id, long Points, string Reference, string Reason, DateTimeOffset At, string Fingerprint,
        DateTimeOffset? LearntAt = null)
        : LedgerCommand(At, LearntAt ?? At, Fingerprint)
    {
        /// <summary>What gives them; null: a person.</summary>
        public GrantRule? Rule { get; init; }
    }

    /// <summary>Takes points by hand.</summary>
    /// <param name="Reason">A sentence for people.</param>
    public sealed record Deduct(
        AdjustmentId Id, long Points, string Reason, DateTimeOffset At, string Fingerprint)
        : LedgerCommand(At, At, Fingerprint);

    /// <summary>Writes down what has expired at or before <see cref="LedgerCommand.At"/>.</summary>
    public sealed record Expire(DateTimeOffset At, DateTimeOffset RecordedAt)
        : LedgerCommand(At, RecordedAt, string.Empty);
}

/// <summary>What a decision may look at. It asks for more (<see cref="Decision.Needs"/>) only in the uncommon cases.</summary>
public sealed record LedgerView(Account Account)
{
    /// <summary>The entry that stands under the command's natural key already, if the caller looked and found one.</summary>
    public Entry? Existing { get; init; }

    /// <summary>Of a refund: its purchase's entry; null where none has arrived.</summary>
    public Entry? Purchase { get; init; }

    /// <summary>Of a refund: what is known of that purchase's refunds.</summary>
    public RefundBook? Refunds { get; init; }

    /// <summary>The entries under the hold's natural keys, once looked up.</summary>
    public HoldEntries? HoldEntries { get; init; }

    /// <summary>All entries of the account in any order, once asked for.</summary>
    public ImmutableArray<Entry>? History { get; init; }

    /// <summary>Of the customer's profile.</summary>
    public DateOnly? Birthday { get; init; }

    /// <summary>What the last night knew of the customer, once asked for.</summary>
    public CampaignStanding? Standing { get; init; }

    /// <summary>What the customer had of campaigns that count it, once asked for.</summary>
    public ImmutableDictionary<string, CampaignUse> Uses { get; init; } = ImmutableDictionary<string, CampaignUse>.Empty;

    /// <summary>What the budgets of campaigns granted the purchase, once asked for.</summary>
    public ImmutableDictionary<string, long> Granted { get; init; } = ImmutableDictionary<string, long>.Empty;
}

public sealed record HoldEntries(Entry? Hold, Entry? Capture, Entry? Release);

[Flags]
public enum Missing
{
    HoldEntries = 1,

    /// <summary>Every entry of the account: a message came late, and what followed it is folded again.</summary>
    History = 2,

    /// <summary>What an award looks at beside the account; <see cref="Decision.Needs.Unknown"/> says what.</summary>
    Award = 4,
}

/// <summary>What follows from a command.</summary>
public abstract record Decision
{
    private Decision()
    {
    }

    /// <summary>The command was decided before with the same content; <paramref name="Entry"/> says how.</summary>
    public sealed record Repeated(Entry Entry) : Decision;

    /// <summary>The natural key belongs to other content; nothing changes.</summary>
    public sealed record Mismatched(Entry Entry) : Decision;

    /// <summary>Refused; nothing changes and nothing is recorded.</summary>
    public sealed record Rejected(Reason Reason) : Decision;

    /// <summary>Nothing to do, as when nothing is due.</summary>
    public sealed record Nothing : Decision;

    /// <summary>Decide again with these in the view.</summary>
    /// <param name="Unknown">What an award has to know; null for anything else.</param>
    public sealed record Needs(Missing What, Unknowns? Unknown = null) : Decision;

    /// <summary>To be committed in one atomic write.</summary>
    /// <param name="Entries">In sequence; the first answers the command.</param>
    /// <param name="Refunds">The purchase's refunds where they changed.</param>
    public sealed record Accepted(Account Account, ImmutableArray<Entry> Entries, RefundBook? Refunds = null) : Decision;
}
