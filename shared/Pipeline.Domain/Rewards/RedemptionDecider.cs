namespace Pipeline.Domain;

/// <summary>Why a redemption cannot take a step. Each is a stable problem type on the wire.</summary>
public enum RedemptionProblem
{
    NotIssued,
    Fulfilled,
    Cancelled,
    Expired,
}

/// <summary>What a redemption is asked to do.</summary>
public abstract record RedemptionStep
{
    private RedemptionStep(DateTimeOffset at) => At = at;

    public DateTimeOffset At { get; }

    /// <param name="UsableUntil">Of what is issued now.</param>
    public sealed record Issue(DateTimeOffset At, DateTimeOffset? UsableUntil) : RedemptionStep(At);

    public sealed record Fulfil(DateTimeOffset At) : RedemptionStep(At);

    public sealed record Cancel(DateTimeOffset At, string Reason) : RedemptionStep(At);

    /// <summary>Its time is over: written down, and what it kept from others given back.</summary>
    public sealed record Expire(DateTimeOffset At) : RedemptionStep(At);
}

public abstract record RedemptionDecision
{
    private RedemptionDecision()
    {
    }

    public sealed record Accepted(RewardRedemption Redemption) : RedemptionDecision;

    /// <summary>The step was taken before.</summary>
    public sealed record Repeated : RedemptionDecision;

    /// <summary>The step was taken before in other words.</summary>
    public sealed record Mismatched : RedemptionDecision;

    public sealed record Refused(RedemptionProblem Problem) : RedemptionDecision;
}

/// <summary>
/// The steps of a redemption: reserved, then issued, then fulfilled; cancelled from either of the first two; expired when
/// their time is over. Pure, total, and taking a step twice changes nothing.
/// </summary>
public static class RedemptionDecider
{
    public static RedemptionDecision Decide(RewardRedemption redemption, RedemptionStep step)
    {
        var status = redemption.StatusAt(step.At);
        return step switch
        {
            RedemptionStep.Issue issue => status switch
            {
                RedemptionStatus.Reserved => new RedemptionDecision.Accepted(
                    redemption with { IssuedAt = issue.At, UsableUntil = issue.UsableUntil }),
                _ when redemption is { IssuedAt: not null, CancelledAt: null } => new RedemptionDecision.Repeated(),
                _ => Refused(status),
            },
            RedemptionStep.Fulfil => status switch
            {
                RedemptionStatus.Issued => new RedemptionDecision.Accepted(redemption with { FulfilledAt = step.At }),
                RedemptionStatus.Fulfilled => new RedemptionDecision.Repeated(),
                _ => Refused(status),
            },
            RedemptionStep.Cancel cancel => status switch
            {
                RedemptionStatus.Reserved or RedemptionStatus.Issued => new RedemptionDecision.Accepted(
                    redemption with { CancelledAt = step.At, CancelReason = cancel.Reason }),
                RedemptionStatus.Cancelled when redemption.CancelReason == cancel.Reason =>
                    new RedemptionDecision.Repeated(),
                RedemptionStatus.Cancelled => new RedemptionDecision.Mismatched(),
                _ => Refused(status),
            },
            RedemptionStep.Expire => status == RedemptionStatus.Expired && redemption.ExpiredAt is null
                ? new RedemptionDecision.Accepted(redemption with { ExpiredAt = step.At })
                : new RedemptionDecision.Repeated(),
            _ => throw new InvalidOperationException($"Unknown step {step.GetType().Name}."),
        };
    }

    private static RedemptionDecision.Refused Refused(RedemptionStatus status) => new(status switch
    {
        RedemptionStatus.Reserved => RedemptionProblem.NotIssued,
        RedemptionStatus.Fulfilled => RedemptionProblem.Fulfilled,
        RedemptionStatus.Cancelled => RedemptionProblem.Cancelled,
        RedemptionStatus.Expired => RedemptionProblem.Expired,
        _ => throw new InvalidOperationException($"{status} refuses no step."),
    });
}
