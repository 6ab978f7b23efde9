using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Pipeline.Runtime.Ports;

namespace Pipeline.Runtime.Events;

/// <summary>
/// Reads the store's change feed for a host that has no trigger for it: from where it stood, a page at a time. The place is
/// written after the page was published, so a crash publishes a page again and loses none.
/// </summary>
public sealed class Outbox(IDocumentStore store, PublishEvents publish, TimeProvider clock)
{
    private const string Partition = "~outbox";
    private const string Kind = "outbox";
    private const int PageSize = 200;

    private readonly Dictionary<int, OutboxDocument> places = [];
    private readonly DateTimeOffset openedAt = clock.GetUtcNow();

    /// <summary>Publishes what is new in every shard; false where nothing was. Not to be called by two at once.</summary>
    public async ValueTask<bool> PublishNewAsync(CancellationToken cancellation)
    {
        var isAny = false;
        for (var shard = 0; shard < store.ShardCount; shard++)
            isAny |= await PublishPageAsync(shard, cancellation);
        return isAny;
    }

    private async ValueTask<bool> PublishPageAsync(int shard, CancellationToken cancellation)
    {
        if (!places.TryGetValue(shard, out var place))
            place = await ReadAsync(shard, cancellation);
        var page = await store.ChangesAsync(new ChangesQuery(shard, PageSize, place.Cursor), cancellation);
        var since = DateTimeOffset.FromUnixTimeMilliseconds(place.Since);
        var entries = page.Documents.Where(change => LedgerEvents.IsEvent(change.Key)).ToArray();
        await publish.RunAsync(entries.Where(entry => LedgerEvents.RecordedAt(entry) >= since), cancellation);
        places[shard] = place = place with { Cursor = page.Cursor };
        // Only behind entries: the place is a change itself, and writing it for its own sake would never end.
        if (entries.Length > 0)
            await WriteAsync(shard, place, cancellation);
        return page.Documents.Count > 0;
    }

    private async ValueTask<OutboxDocument> ReadAsync(int shard, CancellationToken cancellation)
    {
        if (await store.ReadAsync(new DocumentKey(Partition, Kind, IdOf(shard)), cancellation) is { } document)
            return JsonSerializer.Deserialize(document.Body.Span, OutboxJson.Default.OutboxDocument)
                ?? throw new InvalidDataException("The outbox's place cannot be read.");
        // Whoever connects a first sink is told what happens from now on, and not the whole past.
        var place = new OutboxDocument { Since = openedAt.ToUnixTimeMilliseconds() };
        await WriteAsync(shard, place, cancellation);
        return place;
    }

    private async ValueTask WriteAsync(int shard, OutboxDocument place, CancellationToken cancellation) =>
        await store.CommitAsync(
            Partition,
            [
                new Write.Upsert(
                    Kind, IdOf(shard), JsonSerializer.SerializeToUtf8Bytes(place, OutboxJson.Default.OutboxDocument)),
            ],
            cancellation);

    private static string IdOf(int shard) => shard.ToString("D6", CultureInfo.InvariantCulture);
}

internal sealed record OutboxDocument
{
    /// <summary>Entries that were recorded before are not told.</summary>
    [JsonPropertyName("since")]
    public long Since { get; init; }

    [JsonPropertyName("after")]
    public string? Cursor { get; init; }
}

[JsonSerializable(typeof(OutboxDocument))]
internal sealed partial class OutboxJson : JsonSerializerContext;
