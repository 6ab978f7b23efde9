namespace Pipeline.Domain;

public enum RedemptionStatus
{
    Reserved,
    Issued,
    Fulfilled,
    Cancelled,
    Expired,
}

/// <summary>A customer's redemption of a reward, from its reservation to its end.</summary>
/// <param name="ProgramVersion">Whose catalogue it was redeemed from: later changes of the reward do not touch it.</param>
/// <param name="Points">The price, of which <paramref name="Money"/> has taken its part off already.</param>
/// <param name="ReservedUntil">When the reservation ends by itself.</param>
public sealed record RewardRedemption(
    RedemptionId Id,
    RewardId Reward,
    RewardKind Kind,
    int ProgramVersion,
    long Points,
    RewardMoney? Money,
    DateTimeOffset ReservedAt,
    DateTimeOffset ReservedUntil)
{
    /// <summary>A pool's is known from the reservation on; it is shown once it is issued.</summary>
    public string? Code { get; init; }

    public DateTimeOffset? IssuedAt { get; init; }

    /// <summary>From here on what was issued cannot be used; null: for ever.</summary>
    public DateTimeOffset? UsableUntil { get; init; }

    public DateTimeOffset? FulfilledAt { get; init; }

    public DateTimeOffset? CancelledAt { get; init; }

    public string? CancelReason { get; init; }

    /// <summary>Points that its cancellation gave back.</summary>
    public long Returned { get; init; }

    /// <summary>When it was written down that it had expired.</summary>
    public DateTimeOffset? ExpiredAt { get; init; }

    public RedemptionStatus StatusAt(DateTimeOffset instant) =>
        CancelledAt is not null ? RedemptionStatus.Cancelled
        : FulfilledAt is not null ? RedemptionStatus.Fulfilled
        : ExpiredAt is not null || instant >= EndsAt ? RedemptionStatus.Expired
        : IssuedAt is not null ? RedemptionStatus.Issued
        : RedemptionStatus.Reserved;

    /// <summary>When it expires, if nothing else happens.</summary>
    public DateTimeOffset? EndsAt => IssuedAt is null ? ReservedUntil : UsableUntil;

    /// <summary>Whether the code that it took from a pool stays with it: one that was handed out is nobody else's any more.</summary>
    public bool KeepsCode => IssuedAt is not null || (CancelledAt is null && ExpiredAt is null);

    /// <summary>Whether the piece of the stock that it took stays with it; a pool's code that was handed out is used up.</summary>
    public bool KeepsStock(RewardCode code) =>
        CancelledAt is null ? KeepsCode : IssuedAt is not null && code is RewardCode.Pool;

    /// <summary>As it was answered when it came into a status: a repeated request gets that answer again.</summary>
    public RewardRedemption As(RedemptionStatus status) => status switch
    {
        RedemptionStatus.Reserved => this with
        {
            IssuedAt = null,
            UsableUntil = null,
            FulfilledAt = null,
            CancelledAt = null,
            CancelReason = null,
            Returned = 0,
            ExpiredAt = null,
        },
        RedemptionStatus.Issued => this with { FulfilledAt = null, ExpiredAt = null },
        _ => this,
    };
}
