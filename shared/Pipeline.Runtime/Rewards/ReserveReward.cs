using System.Diagnostics;
using System.Globalization;
using Pipeline.Domain;
using Pipeline.Runtime.Loyalty;
using Pipeline.Runtime.Loyalty.Storage;
using Pipeline.Runtime.Ports;
using Pipeline.Runtime.Rewards.Storage;
using Pipeline.Runtime.Tiers;

namespace Pipeline.Runtime.Rewards;

/// <summary>
/// Reserves a reward: takes a piece of stock and a code, then writes the redemption and the hold on the points in one
/// atomic write. Whatever of it fails, or is repeated, or races with the same, in the end one redemption has one piece, one
/// code and one hold, or none has any.
/// </summary>
public sealed class ReserveReward
{
    public const int AttemptsMax = 12;

    private readonly IDocumentStore store;
    private readonly LedgerCoordinator ledger;
    private readonly IProgramSource programs;
    private readonly TimeProvider clock;
    private readonly RewardDraws draws;

    internal ReserveReward(
        IDocumentStore store, LedgerCoordinator ledger, IProgramSource programs, RewardDraws draws, TimeProvider clock) =>
        (this.store, this.ledger, this.programs, this.draws, this.clock) = (store, ledger, programs, draws, clock);

    /// <param name="points">How many the customer pays; null: the whole price.</param>
    public async ValueTask<RedemptionAnswer> ReserveAsync(
        CustomerId customer, RedemptionId id, RewardId rewardId, long? points, CancellationToken cancellation)
    {
        var fingerprint = string.Create(CultureInfo.InvariantCulture, $"{rewardId} {points}");
        for (var attempt = 0; attempt < AttemptsMax; attempt++)
        {
            var stored = await RewardMapping.LoadAsync(store, customer, id, cancellation);
            if (stored.Redemption is { } known)
                return stored.Fingerprint == fingerprint
                    ? new RedemptionAnswer.Done(known.As(RedemptionStatus.Reserved), Replayed: true)
                    : new RedemptionAnswer.ContentDiffers();
            var program = programs.Current;
            if (await AccountAsync(customer, cancellation) is not { } account)
                return new RedemptionAnswer.UnknownCustomer();
            if (program.FindReward(rewardId) is not { } reward)
                return new RedemptionAnswer.UnknownReward();
            var count = reward.IsCounted ? await StoredCount.LoadAsync(store, customer, rewardId, cancellation) : null;
            var at = Instants.WholeMilliseconds(clock.GetUtcNow());
            var level = reward.Tiers.IsEmpty
                ? null
                : await TierCounts.LevelAsync(
                    store, programs.Programs, program, customer, account, program.DayOf(at), cancellation);
            var ask = new RewardAsk(at, account.BalanceAt(at).Spendable, level?.Name, count?.Count ?? default);
            foreach (var problem in RewardRules.Check(reward, program, ask, points))
                return new RedemptionAnswer.Refused(problem);

            var paid = points ?? reward.Points;
            var redemption = new RewardRedemption(
                id, rewardId, reward.Kind, program.Version, paid, RewardRules.MoneyFor(reward, paid), at,
                at.AddSeconds(reward.ReserveSeconds));
            if (await TryAsync(
                customer, reward, stored with { Fingerprint = fingerprint, Redemption = redemption }, count,
                program.DayOf(at), cancellation) is { } answer)
                return answer;
        }

        throw new ContendedException(customer.Value, AttemptsMax);
    }

    /// <summary>Null where something was not as it was read.</summary>
    private async ValueTask<RedemptionAnswer?> TryAsync(
        CustomerId customer, Reward reward, StoredRedemption planned, StoredCount? count, DateOnly day,
        CancellationToken cancellation)
    {
        var redemption = planned.Redemption!;
        var key = new DrawKey(customer, redemption.Id, planned.Attempt);
        var drawn = await draws.TakeAsync(reward, key, cancellation);
        if (drawn.IsSoldOut)
            return await AbandonAsync(reward, key, new RedemptionAnswer.Refused(RewardProblem.SoldOut), cancellation);
        redemption = redemption with { Code = drawn.Code };
        List<Write> writes =
        [
            RewardMapping.WriteOf(redemption.Id, planned with { Redemption = redemption }),
            RewardMapping.EventOf(redemption, RedemptionStatus.Reserved, Traces.OfCaller()),
        ];
        if (count is not null)
            writes.Add(count.With(count.Count.Plus(day)));

        var done = new RedemptionAnswer.Done(redemption, Replayed: false);
        if (redemption.Points == 0)
            return (await store.CommitAsync(customer.Value, writes, cancellation)).Committed ? done : null;
        var hold = new LedgerCommand.PlaceHold(
            HoldId.Of(redemption.Id), redemption.Points, reward.ReserveSeconds, redemption.ReservedAt,
            planned.Fingerprint!)
        {
            Reward = reward.Id,
        };
        return await ledger.DecideAsync(customer, hold, _ => writes, cancellation) switch
        {
            Decision.Accepted => done,
            Decision.Rejected no => await AbandonAsync(
                reward, key, new RedemptionAnswer.PointsRefused(no.Reason), cancellation),
            _ => null,
        };
    }

    /// <summary>What was taken goes back before it is refused; a refused request changes nothing.</summary>
    private async ValueTask<RedemptionAnswer?> AbandonAsync(
        Reward reward, DrawKey key, RedemptionAnswer refusal, CancellationToken cancellation) =>
        (reward.Stock is null && reward.Code is not RewardCode.Pool)
        || await draws.AbandonAsync(reward, key, cancellation)
            ? refusal
            : null;

    private async ValueTask<Account?> AccountAsync(CustomerId customer, CancellationToken cancellation) =>
        await store.ReadAsync(LedgerKinds.AccountOf(customer), cancellation) is { } document
        && LedgerMapping.ReadAccount(document.Body) is var (account, profile)
        && (profile is not null || account.Entries > account.Waiting.Length)
            ? account
            : null;
}

internal static class Traces
{
    public static string? OfCaller() =>
        Activity.Current is { IdFormat: ActivityIdFormat.W3C } activity ? activity.Id : null;
}
