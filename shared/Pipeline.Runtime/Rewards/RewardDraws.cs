using Pipeline.Domain;
using Pipeline.Runtime.Ports;
using Pipeline.Runtime.Rewards.Storage;

namespace Pipeline.Runtime.Rewards;

/// <summary>What an attempt has of what all customers share.</summary>
/// <param name="Code">Of a pool; null where the reward has none.</param>
internal readonly record struct Drawn(bool IsSoldOut, string? Code);

/// <summary>
/// Takes a reward's piece of stock and code before its redemption is written, in other partitions, and gives them back.
/// Each is recorded under the attempt, and due soon: what a crash left, the sweep gives back or finds in order.
/// </summary>
internal sealed class RewardDraws(IDocumentStore store, TimeProvider clock)
{
    /// <summary>Longer than any request lasts; one that lasts longer all the same finds its attempt taken from it.</summary>
    private static readonly TimeSpan LooksAfter = TimeSpan.FromMinutes(10);

    private readonly RewardStock stock = new(store);
    private readonly CodePools pools = new(store);

    public async ValueTask<Drawn> TakeAsync(Reward reward, DrawKey key, CancellationToken cancellation)
    {
        var dueAt = clock.GetUtcNow() + LooksAfter;
        if (reward.Stock is { } pieces && !await stock.TakeAsync(reward.Id, pieces, key, dueAt, cancellation))
            return new Drawn(IsSoldOut: true, null);
        if (reward.Code is not RewardCode.Pool pool)
            return default;
        var code = await pools.TakeAsync(pool.Name, key, dueAt, cancellation);
        return new Drawn(code is null, code);
    }

    /// <summary>Gives back what a redemption that is over does not keep.</summary>
    public async ValueTask GiveBackAsync(
        Reward reward, DrawKey key, RewardRedemption over, CancellationToken cancellation)
    {
        if (!over.KeepsStock(reward.Code))
            await stock.GiveBackAsync(reward.Id, key, cancellation);
        if (reward.Code is RewardCode.Pool pool && !over.KeepsCode)
            await pools.GiveBackAsync(pool.Name, key, cancellation);
    }

    /// <summary>
    /// Gives back what an attempt took of which no redemption came. The attempt is ended first, in the redemption's own
    /// document: whoever is still at it then finds the document changed, and writes no redemption.
    /// </summary>
    /// <returns>False: a redemption came of it after all, by another request of the same content.</returns>
    public async ValueTask<bool> AbandonAsync(Reward reward, DrawKey key, CancellationToken cancellation)
    {
        if (!await EndAsync(key, cancellation))
            return false;
        if (reward.Stock is not null)
            await stock.GiveBackAsync(reward.Id, key, cancellation);
        if (reward.Code is RewardCode.Pool pool)
            await pools.GiveBackAsync(pool.Name, key, cancellation);
        return true;
    }

    /// <summary>
    /// Looks at a piece or a code that was taken a while ago: it is its redemption's, or is given back. One that is in order is
    /// not looked at again.
    /// </summary>
    public async ValueTask SweepAsync(Document draw, ProgramHistory programs, CancellationToken cancellation)
    {
        var key = RewardMapping.Read(draw, static json => json.DrawDocument).ToKey();
        var stored = await RewardMapping.LoadAsync(store, key.Customer, key.Redemption, cancellation);
        if (stored.Redemption is { } redemption && stored.Attempt == key.Attempt && Keeps(redemption, draw, programs))
            await store.CommitAsync(
                draw.Key.Partition, [new Write.Replace(draw.Key.Kind, draw.Key.Id, draw.Version, draw.Body)], cancellation);
        else if (await EndAsync(key, cancellation) || stored.Redemption is not null)
            await GiveBackAsync(draw, key, cancellation);
    }

    private static bool Keeps(RewardRedemption redemption, Document draw, ProgramHistory programs)
    {
        if (draw.Key.Kind == RewardKinds.PoolClaim)
            return redemption.KeepsCode
                && redemption.Code == RewardMapping.Read(draw, static json => json.DrawDocument).Code;
        var reward = programs[redemption.ProgramVersion].FindReward(redemption.Reward)!;
        return draw.Key.Partition == RewardKinds.PartitionOf(reward.Id) && redemption.KeepsStock(reward.Code);
    }

    private ValueTask GiveBackAsync(Document draw, DrawKey key, CancellationToken cancellation)
    {
        var name = draw.Key.Partition[(draw.Key.Partition.IndexOf(':', StringComparison.Ordinal) + 1)..];
        return draw.Key.Kind == RewardKinds.PoolClaim
            ? pools.GiveBackAsync(name, key, cancellation)
            : stock.GiveBackAsync(new RewardId(name), key, cancellation);
    }

    /// <summary>True: no redemption comes of the attempt any more. False: one has.</summary>
    private async ValueTask<bool> EndAsync(DrawKey key, CancellationToken cancellation)
    {
        while (true)
        {
            var stored = await RewardMapping.LoadAsync(store, key.Customer, key.Redemption, cancellation);
            if (stored.Attempt > key.Attempt)
                return true;
            if (stored.Redemption is not null)
                return false;
            var ended = stored with { Attempt = key.Attempt + 1 };
            if ((await store.CommitAsync(
                key.Customer.Value, [RewardMapping.WriteOf(key.Redemption, ended)], cancellation)).Committed)
                return true;
        }
    }
}
