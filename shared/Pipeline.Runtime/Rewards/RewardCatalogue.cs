using System.Collections.Immutable;
using Pipeline.Domain;
using Pipeline.Runtime.Loyalty;
using Pipeline.Runtime.Loyalty.Storage;
using Pipeline.Runtime.Ports;
using Pipeline.Runtime.Tiers;

namespace Pipeline.Runtime.Rewards;

/// <summary>The rewards of the program, with what is left of them and what a customer may have; and their codes.</summary>
public sealed class RewardCatalogue
{
    private readonly IDocumentStore store;
    private readonly IProgramSource programs;
    private readonly TimeProvider clock;
    private readonly RewardStock stock;
    private readonly CodePools pools;

    internal RewardCatalogue(IDocumentStore store, IProgramSource programs, TimeProvider clock)
    {
        (this.store, this.programs, this.clock) = (store, programs, clock);
        (stock, pools) = (new RewardStock(store), new CodePools(store));
    }

    /// <param name="customer">Null: nobody's in particular.</param>
    /// <returns>Null where the customer is unknown.</returns>
    public async ValueTask<IReadOnlyList<RewardView>?> ListAsync(CustomerId? customer, CancellationToken cancellation)
    {
        var (program, at) = (programs.Current, clock.GetUtcNow());
        Account? account = null;
        TierLevel? level = null;
        if (customer is { } asked)
        {
            if (await store.ReadAsync(LedgerKinds.AccountOf(asked), cancellation) is not { } document)
                return null;
            (account, _) = LedgerMapping.ReadAccount(document.Body);
            level = await TierCounts.LevelAsync(
                store, programs.Programs, program, asked, account, program.DayOf(at), cancellation);
        }

        var views = new List<RewardView>(program.Rewards.Length);
        foreach (var reward in program.Rewards)
        {
            var (left, isAtLeast) = await LeftAsync(reward, cancellation);
            views.Add(new RewardView(
                reward, left, isAtLeast,
                account is null ? null : await AgainstAsync(
                    customer!.Value, reward, program, (at, account.BalanceAt(at).Spendable, level?.Name), left, cancellation)));
        }

        return views;
    }

    /// <summary>Null where the program has no such reward, or it has no pool.</summary>
    public async ValueTask<CodesAnswer?> AddCodesAsync(
        RewardId reward, IReadOnlyList<string> codes, CancellationToken cancellation) =>
        PoolOf(reward) is { } pool ? await pools.AddAsync(pool, codes, cancellation) : null;

    public bool Has(RewardId reward) => programs.Current.FindReward(reward) is not null;

    private string? PoolOf(RewardId reward) =>
        (programs.Current.FindReward(reward)?.Code as RewardCode.Pool)?.Name;

    private async ValueTask<(long? Left, bool IsAtLeast)> LeftAsync(Reward reward, CancellationToken cancellation)
    {
        long? left = reward.Stock is { } pieces ? await stock.LeftAsync(reward.Id, pieces, cancellation) : null;
        if (reward.Code is not RewardCode.Pool pool)
            return (left, false);
        var codes = await pools.LeftAsync(pool.Name, cancellation);
        return left < codes ? (left, false) : (codes, codes == CodePools.CountMax);
    }

    private async ValueTask<ImmutableArray<RewardProblem>> AgainstAsync(
        CustomerId customer, Reward reward, LoyaltyProgram program,
        (DateTimeOffset At, long Spendable, string? Level) of, long? left, CancellationToken cancellation)
    {
        var count = reward.IsCounted
            ? (await StoredCount.LoadAsync(store, customer, reward.Id, cancellation)).Count
            : default;
        // What can be had with money beside the points can be had.
        var points = Math.Max(Math.Min(of.Spendable, reward.Points), RewardRules.FewestPoints(reward));
        var against = RewardRules.Check(reward, program, new RewardAsk(of.At, of.Spendable, of.Level, count), points);
        return [.. left == 0 ? against.Append(RewardProblem.SoldOut) : against];
    }
}
