using System.Globalization;
using System.Net;
using System.Numerics;
using System.Text.Json;
using Microsoft.Azure.Cosmos;
using Pipeline.Cosmos.Requests;

namespace Pipeline.Cosmos;

/// <summary>
/// The shards of a container: equal slices of the range of its partition keys' hashes. Their number is written into the
/// container by whoever opens it first, and holds from then on: hosts that start at different times, before and after the
/// service has split its servers, must mean the same customers by "shard 3" in the middle of a night.
/// </summary>
internal sealed class Shards
{
    private const string Partition = "~store";
    private const string ItemId = "shards";

    /// <summary>Hashes of version 2 have 128 bits, the first two of which are 0.</summary>
    private const int HashBits = 126;

    private readonly FeedRange[] ranges;

    private Shards(int count)
    {
        ranges = new FeedRange[count];
        for (var shard = 0; shard < count; shard++)
            ranges[shard] = FeedRange.FromJsonString(
                $$$"""{"Range":{"min":"{{{Boundary(shard, count)}}}","max":"{{{Boundary(shard + 1, count)}}}"}}""");
    }

    public int Count => ranges.Length;

    public FeedRange this[int shard] => shard >= 0 && shard < ranges.Length
        ? ranges[shard]
        : throw new ArgumentOutOfRangeException(nameof(shard), shard, $"There are {ranges.Length} shards.");

    public static async Task<Shards> OpenAsync(
        Container container, ServiceCalls calls, int countOfNew, CancellationToken cancellation)
    {
        while (true)
        {
            if (await ReadAsync(container, calls, cancellation) is { } count)
                return new Shards(count);
            var item = JsonSerializer.SerializeToUtf8Bytes(new { id = ItemId, customerId = Partition, count = countOfNew });
            using var created = await calls.SendAsync(
                "begin", token => container.CreateItemStreamAsync(
                    new MemoryStream(item), new PartitionKey(Partition), cancellationToken: token), cancellation);
            // Where another host was faster, its number holds.
        }
    }

    private static async Task<int?> ReadAsync(Container container, ServiceCalls calls, CancellationToken cancellation)
    {
        using var answer = await calls.SendAsync(
            "open", token => container.ReadItemStreamAsync(
                ItemId, new PartitionKey(Partition), cancellationToken: token), cancellation);
        if (answer.StatusCode == HttpStatusCode.NotFound)
            return null;
        using var item = await JsonDocument.ParseAsync(answer.Content, cancellationToken: cancellation);
        return item.RootElement.GetProperty("count").GetInt32();
    }

    /// <summary>The first hash of a shard, as the service writes it; of the shard behind the last, the end of all.</summary>
    private static string Boundary(int shard, int count)
    {
        if (shard == 0)
            return "";
        return shard == count
            ? "FF"
            : ((BigInteger.One << HashBits) * shard / count).ToString("X32", CultureInfo.InvariantCulture)[^32..];
    }
}
