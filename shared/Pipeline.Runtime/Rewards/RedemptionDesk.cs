using Pipeline.Domain;
using Pipeline.Runtime.Loyalty;
using Pipeline.Runtime.Ports;
using Pipeline.Runtime.Rewards.Storage;

namespace Pipeline.Runtime.Rewards;

/// <summary>
/// Takes a redemption further: load, decide, commit, the redemption and the ledger in one atomic write. What a redemption
/// that is over kept from others is given back afterwards; it says that it has to be until it is, and the sweep does what a
/// crash left.
/// </summary>
public sealed class RedemptionDesk
{
    public const int AttemptsMax = 12;

    private readonly IDocumentStore store;
    private readonly LedgerCoordinator ledger;
    private readonly IProgramSource programs;
    private readonly TimeProvider clock;
    private readonly RewardDraws draws;
    private readonly GeneratedCodes codes;

    internal RedemptionDesk(
        IDocumentStore store, LedgerCoordinator ledger, IProgramSource programs, RewardDraws draws, GeneratedCodes codes,
        TimeProvider clock) =>
        (this.store, this.ledger, this.programs, this.draws, this.codes, this.clock) =
        (store, ledger, programs, draws, codes, clock);

    public ValueTask<RedemptionAnswer> IssueAsync(
        CustomerId customer, RedemptionId id, CancellationToken cancellation) =>
        StepAsync(customer, id, RedemptionStatus.Issued, (redemption, at) =>
        {
            var program = programs.Programs[redemption.ProgramVersion];
            return new RedemptionStep.Issue(at, program.FindReward(redemption.Reward)!.UsableUntil(program, at));
        }, cancellation);

    public ValueTask<RedemptionAnswer> FulfilAsync(
        CustomerId customer, RedemptionId id, CancellationToken cancellation) =>
        StepAsync(customer, id, RedemptionStatus.Fulfilled, static (_, at) => new RedemptionStep.Fulfil(at), cancellation);

    public ValueTask<RedemptionAnswer> CancelAsync(
        CustomerId customer, RedemptionId id, string reason, CancellationToken cancellation) =>
        StepAsync(
            customer, id, RedemptionStatus.Cancelled, (_, at) => new RedemptionStep.Cancel(at, reason), cancellation);

    /// <summary>What the timer does with a redemption that is due: its end, and what a crash left.</summary>
    /// <returns>Whether it has expired by it.</returns>
    internal async ValueTask<bool> SweepAsync(Document due, CancellationToken cancellation)
    {
        var answer = await StepAsync(
            new CustomerId(due.Key.Partition), new RedemptionId(due.Key.Id), RedemptionStatus.Expired,
            static (_, at) => new RedemptionStep.Expire(at), cancellation);
        return answer is RedemptionAnswer.Done { Replayed: false };
    }

    private async ValueTask<RedemptionAnswer> StepAsync(
        CustomerId customer, RedemptionId id, RedemptionStatus into,
        Func<RewardRedemption, DateTimeOffset, RedemptionStep> stepOf, CancellationToken cancellation)
    {
        for (var attempt = 0; attempt < AttemptsMax; attempt++)
        {
            var stored = await RewardMapping.LoadAsync(store, customer, id, cancellation);
            if (stored.Redemption is not { } redemption)
                return new RedemptionAnswer.UnknownRedemption();
            var at = NotBefore(redemption, Instants.WholeMilliseconds(clock.GetUtcNow()));
            switch (RedemptionDecider.Decide(redemption, stepOf(redemption, at)))
            {
                case RedemptionDecision.Refused refused:
                    return new RedemptionAnswer.NotPossible(refused.Problem);
                case RedemptionDecision.Mismatched:
                    return new RedemptionAnswer.ContentDiffers();
                case RedemptionDecision.Repeated:
                    await SettleAsync(customer, stored, cancellation);
                    return new RedemptionAnswer.Done(redemption.As(into), Replayed: true);
                case RedemptionDecision.Accepted accepted:
                    if (await CommitAsync(customer, stored, accepted.Redemption, into, cancellation) is { } answer)
                        return answer;
                    break;
            }
        }

        throw new ContendedException(customer.Value, AttemptsMax);
    }

    /// <summary>No clock that runs behind lets a step come before the one that it follows.</summary>
    private static DateTimeOffset NotBefore(RewardRedemption redemption, DateTimeOffset now)
    {
        var last = redemption.IssuedAt ?? redemption.ReservedAt;
        return now > last ? now : last;
    }

    /// <summary>Null where something was not as it was read.</summary>
    private async ValueTask<RedemptionAnswer?> CommitAsync(
        CustomerId customer, StoredRedemption stored, RewardRedemption next, RedemptionStatus into,
        CancellationToken cancellation)
    {
        var before = stored.Redemption!;
        var reward = programs.Programs[next.ProgramVersion].FindReward(next.Reward)!;
        if (into == RedemptionStatus.Issued && reward.Code is RewardCode.Generated)
            next = next with { Code = await codes.MakeAsync(customer, next.Id, cancellation) };
        var givesBack = (reward.Stock is not null && !next.KeepsStock(reward.Code))
            || (reward.Code is RewardCode.Pool && !next.KeepsCode);
        var counted = await UncountedAsync(customer, reward, before, next, cancellation);

        switch (CommandOf(before, next, into))
        {
            case null:
                if (!(await store.CommitAsync(customer.Value, [.. WritesOf(next)], cancellation)).Committed)
                    return null;
                break;
            case var command:
                var decision = await ledger.DecideAsync(customer, command, done =>
                {
                    if (command is LedgerCommand.Restore)
                        next = next with { Returned = done.Entries[0].Points };
                    return WritesOf(next);
                }, cancellation);
                // Another may have moved it since it was read: then what the ledger says is of that step, and not of this one.
                if (decision is Decision.Rejected && await HasMovedAsync(customer, stored, cancellation))
                    return null;
                if (decision is Decision.Rejected no)
                    return no.Reason == Reason.HoldExpired
                        ? new RedemptionAnswer.NotPossible(RedemptionProblem.Expired)
                        : new RedemptionAnswer.PointsRefused(no.Reason);
                if (decision is not Decision.Accepted)
                    return null;
                break;
        }

        if (givesBack)
            await SettleAsync(
                customer, await RewardMapping.LoadAsync(store, customer, next.Id, cancellation), cancellation);
        return new RedemptionAnswer.Done(next, Replayed: false);

        IEnumerable<Write> WritesOf(RewardRedemption written)
        {
            yield return RewardMapping.WriteOf(
                written.Id, stored with { Redemption = written, GivesBack = givesBack });
            yield return RewardMapping.EventOf(written, into, Traces.OfCaller());
            if (counted is not null)
                yield return counted;
        }
    }

    private async ValueTask<bool> HasMovedAsync(
        CustomerId customer, StoredRedemption read, CancellationToken cancellation) =>
        (await RewardMapping.LoadAsync(store, customer, read.Redemption!.Id, cancellation)).Version != read.Version;

    /// <summary>What the step does to the points. A reservation's hold ends by itself; what was issued and expires stays paid.</summary>
    private static LedgerCommand? CommandOf(RewardRedemption before, RewardRedemption next, RedemptionStatus into) =>
        (before.Points, into) switch
        {
            (0, _) => null,
            (_, RedemptionStatus.Issued) => new LedgerCommand.Capture(HoldId.Of(next.Id), next.IssuedAt!.Value),
            (_, RedemptionStatus.Cancelled) when before.IssuedAt is null =>
                new LedgerCommand.Release(HoldId.Of(next.Id), next.CancelledAt!.Value),
            (_, RedemptionStatus.Cancelled) =>
                new LedgerCommand.Restore(HoldId.Of(next.Id), next.CancelledAt!.Value),
            _ => null,
        };

    /// <summary>The customer's count without this redemption, where it no longer counts.</summary>
    private async ValueTask<Write?> UncountedAsync(
        CustomerId customer, Reward reward, RewardRedemption before, RewardRedemption next,
        CancellationToken cancellation)
    {
        var isOver = next.CancelledAt is not null || (next.ExpiredAt is not null && next.IssuedAt is null);
        if (!isOver || !reward.IsCounted)
            return null;
        var count = await StoredCount.LoadAsync(store, customer, reward.Id, cancellation);
        return count.With(count.Count.Minus(programs.Programs[next.ProgramVersion].DayOf(before.ReservedAt)));
    }

    private async ValueTask SettleAsync(
        CustomerId customer, StoredRedemption stored, CancellationToken cancellation)
    {
        if (!stored.GivesBack || stored.Redemption is not { } over)
            return;
        var reward = programs.Programs[over.ProgramVersion].FindReward(over.Reward)!;
        await draws.GiveBackAsync(reward, new DrawKey(customer, over.Id, stored.Attempt), over, cancellation);
        // Where another wrote it meanwhile, that one has settled it, or the sweep will find that nothing is left to do.
        await store.CommitAsync(
            customer.Value, [RewardMapping.WriteOf(over.Id, stored with { GivesBack = false })], cancellation);
    }
}
