using Pipeline.Domain;
using Pipeline.Runtime.Loyalty;
using Pipeline.Runtime.Ports;
using Pipeline.Runtime.Rewards.Storage;
using Pipeline.Runtime.Satisfaction;

namespace Pipeline.Runtime.Rewards;

/// <summary>
/// Codes that were uploaded. A code belongs to one pool for ever, and within it either is free or is one redemption's: it
/// is taken by deleting that it is free, in one atomic write with the record of who has it. So no code is handed out twice.
/// </summary>
internal sealed class CodePools(IDocumentStore store)
{
    /// <summary>A pool's free codes are counted so far.</summary>
    public const int CountMax = 1_000;

    private const int CodesPerCommit = StoreLimits.WritesMax / 2;
    private const int CodesAtOnce = 16;
    private const int ChoiceMax = 16;
    private const int AttemptsMax = 200;

    public async ValueTask<CodesAnswer> AddAsync(
        string pool, IReadOnlyList<string> codes, CancellationToken cancellation)
    {
        var owned = new bool[codes.Count];
        await Parallel.ForAsync(
            0, codes.Count, new ParallelOptions { MaxDegreeOfParallelism = CodesAtOnce, CancellationToken = cancellation },
            async (i, token) => owned[i] = await OwnAsync(pool, codes[i], token));
        var (added, known) = (0, 0);
        foreach (var batch in codes.Where((_, i) => owned[i]).Chunk(CodesPerCommit))
        {
            var fresh = await AddBatchAsync(pool, batch, cancellation);
            (added, known) = (added + fresh, known + batch.Length - fresh);
        }

        return new CodesAnswer(added, known, [.. Enumerable.Range(0, codes.Count).Where(i => !owned[i])]);
    }

    /// <summary>The code that the attempt has, now or before; null where none is free.</summary>
    public async ValueTask<string?> TakeAsync(
        string pool, DrawKey key, DateTimeOffset dueAt, CancellationToken cancellation)
    {
        for (var attempt = 0; attempt < AttemptsMax; attempt++)
        {
            var free = await FreeFromAsync(pool, key.Id, cancellation);
            if (free.Count == 0)
                return await ClaimedAsync(pool, key, cancellation);
            var chosen = free[attempt % free.Count];
            var code = RewardMapping.Read(chosen, static json => json.FreeCodeDocument).Code;
            var claim = new DrawDocument
            {
                Customer = key.Customer.Value,
                Redemption = key.Redemption.Value,
                Attempt = key.Attempt,
                Code = code,
            };
            var result = await store.CommitAsync(
                RewardKinds.PoolPartition(pool),
                [
                    new Write.Create(
                        RewardKinds.PoolClaim, key.Id, RewardMapping.Write(claim, static json => json.DrawDocument), dueAt),
                    new Write.Delete(RewardKinds.PoolFree, chosen.Key.Id, chosen.Version),
                    CodeOf(code, key),
                ],
                cancellation);
            if (result.Committed)
                return code;
            if (result.Results[0].Status == WriteStatus.Conflict)
                return await ClaimedAsync(pool, key, cancellation);
        }

        throw new ContendedException(RewardKinds.PoolPartition(pool), AttemptsMax);
    }

    /// <summary>Frees a code that was never shown, once, however often it is asked.</summary>
    public async ValueTask GiveBackAsync(string pool, DrawKey key, CancellationToken cancellation)
    {
        if (await store.ReadAsync(ClaimOf(pool, key), cancellation) is not { } claim)
            return;
        var code = RewardMapping.Read(claim, static json => json.DrawDocument).Code!;
        // Another may give it back at the same time: then the claim is gone, and so is the need.
        await store.CommitAsync(
            RewardKinds.PoolPartition(pool),
            [new Write.Delete(RewardKinds.PoolClaim, key.Id, claim.Version), FreeOf(code), CodeOf(code, null)],
            cancellation);
    }

    /// <summary>How many are free, counted up to <see cref="CountMax"/>.</summary>
    public async ValueTask<int> LeftAsync(string pool, CancellationToken cancellation) =>
        (await store.PageAsync(
            new PartitionQuery(RewardKinds.PoolPartition(pool), RewardKinds.PoolFree, CountMax), cancellation))
        .Documents.Count;

    /// <summary>The redemption that has a code of a pool, or null.</summary>
    public async ValueTask<(CustomerId Customer, RedemptionId Redemption)?> HolderAsync(
        string pool, string code, CancellationToken cancellation) =>
        await store.ReadAsync(
            new DocumentKey(RewardKinds.PoolPartition(pool), RewardKinds.PoolCode, code), cancellation) is { } document
        && RewardMapping.Read(document, static json => json.PoolCodeDocument)
            is { Customer: { } customer, Redemption: { } redemption }
            ? (new CustomerId(customer), new RedemptionId(redemption))
            : null;

    private async ValueTask<bool> OwnAsync(string pool, string code, CancellationToken cancellation)
    {
        var owner = RewardMapping.Write(new CodeOwnerDocument { Pool = pool }, static json => json.CodeOwnerDocument);
        var taken = await store.CommitAsync(
            RewardKinds.CodePartition(code),
            [new Write.Create(RewardKinds.CodeOwner, RewardKinds.CodeOwnerId, owner)], cancellation);
        return taken.Committed
            || (await store.ReadAsync(RewardKinds.OwnerOf(code), cancellation) is { } known
                && RewardMapping.Read(known, static json => json.CodeOwnerDocument).Pool == pool);
    }

    /// <returns>How many of them were new.</returns>
    private async ValueTask<int> AddBatchAsync(string pool, string[] codes, CancellationToken cancellation)
    {
        var writes = new List<Write>(codes.Length * 2);
        foreach (var code in codes)
        {
            var body = RewardMapping.Write(new PoolCodeDocument(), static json => json.PoolCodeDocument);
            writes.Add(new Write.Create(RewardKinds.PoolCode, code, body));
            writes.Add(FreeOf(code));
        }

        if ((await store.CommitAsync(RewardKinds.PoolPartition(pool), writes, cancellation)).Committed)
            return codes.Length;
        var isKnown = new bool[codes.Length];
        await Parallel.ForAsync(
            0, codes.Length, new ParallelOptions { MaxDegreeOfParallelism = CodesAtOnce, CancellationToken = cancellation },
            async (i, token) => isKnown[i] = await store.ReadAsync(
                new DocumentKey(RewardKinds.PoolPartition(pool), RewardKinds.PoolCode, codes[i]), token) is not null);
        string[] fresh = [.. codes.Where((_, i) => !isKnown[i])];
        return fresh.Length == 0 ? 0 : await AddBatchAsync(pool, fresh, cancellation);
    }

    /// <summary>Some free codes from a place in the order of their hashes on, which is another for each attempt.</summary>
    private async ValueTask<IReadOnlyList<Document>> FreeFromAsync(
        string pool, string from, CancellationToken cancellation)
    {
        var partition = RewardKinds.PoolPartition(pool);
        var page = await store.PageAsync(
            new PartitionQuery(partition, RewardKinds.PoolFree, ChoiceMax, IdFrom: from), cancellation);
        return page.Documents.Count > 0
            ? page.Documents
            : (await store.PageAsync(new PartitionQuery(partition, RewardKinds.PoolFree, ChoiceMax), cancellation)).Documents;
    }

    private async ValueTask<string?> ClaimedAsync(string pool, DrawKey key, CancellationToken cancellation) =>
        await store.ReadAsync(ClaimOf(pool, key), cancellation) is { } claim
            ? RewardMapping.Read(claim, static json => json.DrawDocument).Code
            : null;

    private static DocumentKey ClaimOf(string pool, DrawKey key) =>
        new(RewardKinds.PoolPartition(pool), RewardKinds.PoolClaim, key.Id);

    private static Write.Create FreeOf(string code) => new(
        RewardKinds.PoolFree, ShortHash.Of(code),
        RewardMapping.Write(new FreeCodeDocument { Code = code }, static json => json.FreeCodeDocument));

    private static Write.Upsert CodeOf(string code, DrawKey? holder) => new(
        RewardKinds.PoolCode, code,
        RewardMapping.Write(
            new PoolCodeDocument { Customer = holder?.Customer.Value, Redemption = holder?.Redemption.Value },
            static json => json.PoolCodeDocument));
}
