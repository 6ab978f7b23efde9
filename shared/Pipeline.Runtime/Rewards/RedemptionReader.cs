using Pipeline.Domain;
using Pipeline.Runtime.Loyalty;
using Pipeline.Runtime.Loyalty.Storage;
using Pipeline.Runtime.Ports;
using Pipeline.Runtime.Rewards.Storage;

namespace Pipeline.Runtime.Rewards;

/// <summary>Reads redemptions, and finds the one that a code belongs to.</summary>
public sealed class RedemptionReader
{
    private readonly IDocumentStore store;
    private readonly IProgramSource programs;
    private readonly CodePools pools;

    internal RedemptionReader(IDocumentStore store, IProgramSource programs) =>
        (this.store, this.programs, pools) = (store, programs, new CodePools(store));

    public async ValueTask<RewardRedemption?> GetAsync(
        CustomerId customer, RedemptionId id, CancellationToken cancellation) =>
        (await RewardMapping.LoadAsync(store, customer, id, cancellation)).Redemption;

    /// <summary>Null where the customer is unknown. A page may be short before the last.</summary>
    /// <exception cref="InvalidCursorException">The cursor is not one that was given out.</exception>
    public async ValueTask<RedemptionPage?> ListAsync(
        CustomerId customer, int limit, string? cursor, CancellationToken cancellation)
    {
        if (await store.ReadAsync(LedgerKinds.AccountOf(customer), cancellation) is null)
            return null;
        var page = await store.ListAsync(
            new PartitionQuery(customer.Value, RewardKinds.Redemption, limit, cursor), cancellation);
        return new RedemptionPage(
            [.. page.Documents.Select(static one => RewardMapping.Read(one).Redemption).OfType<RewardRedemption>()],
            page.Cursor);
    }

    /// <summary>Null where no such code was handed out.</summary>
    public async ValueTask<CodeView?> FindAsync(string code, CancellationToken cancellation)
    {
        if (await HolderAsync(code, cancellation) is not var (customer, id))
            return null;
        if (await GetAsync(customer, id, cancellation) is not { IssuedAt: not null } redemption || redemption.Code != code)
            return null;
        var reward = programs.Programs[redemption.ProgramVersion].FindReward(redemption.Reward);
        return new CodeView(customer, redemption, reward);
    }

    private async ValueTask<(CustomerId, RedemptionId)?> HolderAsync(string code, CancellationToken cancellation)
    {
        if (await store.ReadAsync(RewardKinds.OwnerOf(code), cancellation) is not { } document)
            return null;
        return RewardMapping.Read(document, static json => json.CodeOwnerDocument) switch
        {
            { Pool: { } pool } => await pools.HolderAsync(pool, code, cancellation),
            { Customer: { } customer, Redemption: { } redemption } =>
                (new CustomerId(customer), new RedemptionId(redemption)),
            _ => throw LedgerMapping.Corrupt("code"),
        };
    }
}
