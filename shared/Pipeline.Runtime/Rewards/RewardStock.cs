using System.Globalization;
using Pipeline.Domain;
using Pipeline.Runtime.Loyalty;
using Pipeline.Runtime.Ports;
using Pipeline.Runtime.Rewards.Storage;

namespace Pipeline.Runtime.Rewards;

/// <summary>
/// The stock of a reward, in sixteen parts of one partition, so that many writers seldom meet. A piece is taken in one
/// atomic write with the record of who took it, each part at the version that it was read at: never more than there are,
/// and never two for one attempt. Where the catalogue's stock has changed, all parts are set anew in one write.
/// </summary>
internal sealed class RewardStock(IDocumentStore store)
{
    private const int Parts = 16;
    private const int AttemptsMax = 200;

    /// <summary>True: the piece is taken, now or before. False: there is none left.</summary>
    public async ValueTask<bool> TakeAsync(
        RewardId reward, long stock, DrawKey key, DateTimeOffset dueAt, CancellationToken cancellation)
    {
        var first = key.Id[0] + key.Id[1]; // of a hash: every attempt begins at its own part
        for (var attempt = 0; attempt < AttemptsMax; attempt++)
        {
            var parts = await LoadAsync(reward, cancellation);
            if (parts.Count < Parts || parts.Exists(part => part.Stock.Of != stock))
                await LevelAsync(reward, stock, parts, cancellation);
            else if (WithRoom(parts, first + attempt) is not { } part)
                return await store.ReadAsync(KeyOf(reward, key), cancellation) is not null;
            else if (await TakeAsync(reward, part, key, dueAt, cancellation) is WriteStatus.Done or WriteStatus.Conflict)
                return true;
        }

        throw new ContendedException(RewardKinds.PartitionOf(reward), AttemptsMax);
    }

    /// <summary>Gives a piece back, once, however often it is asked.</summary>
    public async ValueTask GiveBackAsync(RewardId reward, DrawKey key, CancellationToken cancellation)
    {
        for (var attempt = 0; attempt < AttemptsMax; attempt++)
        {
            if (await store.ReadAsync(KeyOf(reward, key), cancellation) is not { } draw)
                return;
            var id = RewardMapping.Read(draw, static json => json.DrawDocument).Part!;
            var document = await store.ReadAsync(
                new DocumentKey(RewardKinds.PartitionOf(reward), RewardKinds.Stock, id), cancellation)
                ?? throw new InvalidDataException("A piece was taken from a part of a stock that is not there.");
            var part = new Part(id, document.Version, RewardMapping.Read(document, static json => json.StockDocument));
            var result = await store.CommitAsync(
                RewardKinds.PartitionOf(reward),
                [new Write.Delete(RewardKinds.Draw, key.Id, draw.Version), part.With(part.Stock.Of, part.Stock.Max, part.Stock.Used - 1)],
                cancellation);
            if (result.Committed)
                return;
        }

        throw new ContendedException(RewardKinds.PartitionOf(reward), AttemptsMax);
    }

    /// <summary>How many of a stock are left.</summary>
    public async ValueTask<long> LeftAsync(RewardId reward, long stock, CancellationToken cancellation)
    {
        var left = stock;
        foreach (var part in await LoadAsync(reward, cancellation))
            left -= part.Stock.Used;
        return Math.Max(0, left);
    }

    private async ValueTask<WriteStatus> TakeAsync(
        RewardId reward, Part part, DrawKey key, DateTimeOffset dueAt, CancellationToken cancellation)
    {
        var draw = new DrawDocument
        {
            Customer = key.Customer.Value,
            Redemption = key.Redemption.Value,
            Attempt = key.Attempt,
            Part = part.Id,
        };
        var result = await store.CommitAsync(
            RewardKinds.PartitionOf(reward),
            [
                new Write.Create(
                    RewardKinds.Draw, key.Id, RewardMapping.Write(draw, static json => json.DrawDocument), dueAt),
                part.With(part.Stock.Of, part.Stock.Max, part.Stock.Used + 1),
            ],
            cancellation);
        return result.Committed ? WriteStatus.Done : result.Results[0].Status;
    }

    /// <summary>Shares what is left out over all parts; of several that do it, one does.</summary>
    private async ValueTask LevelAsync(
        RewardId reward, long stock, List<Part> known, CancellationToken cancellation)
    {
        var left = Math.Max(0, stock - known.Sum(static part => part.Stock.Used));
        var writes = new List<Write>(Parts);
        for (var i = 0; i < Parts; i++)
        {
            var id = i.ToString("D2", CultureInfo.InvariantCulture);
            var part = known.Find(one => one.Id == id) ?? new Part(id, null, new StockDocument());
            var share = (left / Parts) + (i < left % Parts ? 1 : 0);
            writes.Add(part.With(stock, part.Stock.Used + share, part.Stock.Used));
        }

        await store.CommitAsync(RewardKinds.PartitionOf(reward), writes, cancellation);
    }

    private async ValueTask<List<Part>> LoadAsync(RewardId reward, CancellationToken cancellation)
    {
        var page = await store.PageAsync(
            new PartitionQuery(RewardKinds.PartitionOf(reward), RewardKinds.Stock, Parts), cancellation);
        return [.. page.Documents.Select(static one =>
            new Part(one.Key.Id, one.Version, RewardMapping.Read(one, static json => json.StockDocument)))];
    }

    private static Part? WithRoom(List<Part> parts, int first)
    {
        for (var i = 0; i < parts.Count; i++)
            if (parts[(first + i) % parts.Count] is var part && part.Stock.Used < part.Stock.Max)
                return part;
        return null;
    }

    private static DocumentKey KeyOf(RewardId reward, DrawKey key) =>
        new(RewardKinds.PartitionOf(reward), RewardKinds.Draw, key.Id);

    private sealed record Part(string Id, string? Version, StockDocument Stock)
    {
        public Write With(long of, long max, long used)
        {
            var body = RewardMapping.Write(
                new StockDocument { Of = of, Max = max, Used = used }, static json => json.StockDocument);
            return Version is null
                ? new Write.Create(RewardKinds.Stock, Id, body)
                : new Write.Replace(RewardKinds.Stock, Id, Version, body);
        }
    }
}
