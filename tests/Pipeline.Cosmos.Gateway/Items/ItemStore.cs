using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Pipeline.Cosmos.Gateway.Resources;

namespace Pipeline.Cosmos.Gateway.Items;

/// <summary>A container's items, over its ranges, each with a log of its own.</summary>
internal sealed class ItemStore(
    string containerResourceId, string partitionKeyProperty, IndexedTerms index, int? defaultTtl, GatewayOptions options)
{
    private const int ItemBytesMax = 2 * 1024 * 1024;
    private const int IdBytesMax = 1_023;
    private const double RefusedCharge = 1.24;

    private readonly Lock gate = new();
    private readonly Dictionary<(string PartitionKey, string Id), Item> items = [];
    private readonly long[] logs = new long[options.RangeCount];
    private ulong lastNumber;
    private long lastTag;

    public int RangeCount => logs.Length;

    public IndexedTerms Index => index;

    public int RangeOf(string partitionKey) => RangeOfHash(PartitionHash.Of(partitionKey));

    /// <summary>How far a range's log is.</summary>
    public long LogOf(int range)
    {
        lock (gate)
            return logs[range];
    }

    public ItemResult Read(string partitionKey, string id)
    {
        lock (gate)
        {
            return Find(partitionKey, id) is { } item
                ? new ItemResult(200, item, RequestUnits.PointRead(item.Bytes), RequestUnits.PointRead(item.Bytes))
                : new ItemResult(404, Charge: 1, TableCharge: 1, Message: "Resource not found.");
        }
    }

    /// <summary>
    /// Writes all or nothing, as one entry of the log. The first that is refused says why; all others answer 424.
    /// </summary>
    public IReadOnlyList<ItemResult> Commit(string partitionKey, IReadOnlyList<ItemWrite> writes)
    {
        lock (gate)
        {
            var hash = PartitionHash.Of(partitionKey);
            var place = new Place(partitionKey, hash, RangeOfHash(hash), logs[RangeOfHash(hash)] + 1);
            var before = new Dictionary<(string, string), Item?>();
            var results = new List<ItemResult>(writes.Count);
            foreach (var write in writes)
            {
                var result = Apply(place, results.Count, write, before);
                results.Add(result);
                if (!result.IsRefused)
                    continue;
                Undo(before);
                return [.. writes.Select((_, i) => i == results.Count - 1 ? result : new ItemResult(424))];
            }

            logs[place.Range] = place.Lsn;
            return results;
        }
    }

    /// <summary>The living items of a scope, in the order of the service's own ids.</summary>
    public IReadOnlyList<Item> Select(ItemScope scope)
    {
        lock (gate)
        {
            return [.. items.Values.Where(item => scope.Contains(item) && IsAlive(item))
                .OrderBy(static item => ResourceIds.NumberOf(item.ResourceId))];
        }
    }

    public IReadOnlyList<string> Dump()
    {
        lock (gate)
        {
            return [.. items.Values.Where(IsAlive)
                .OrderBy(static item => item.PartitionKey, StringComparer.Ordinal)
                .ThenBy(static item => item.Id, StringComparer.Ordinal)
                .Select(static item => item.Content.ToJsonString())];
        }
    }

    private ItemResult Apply(Place place, int position, ItemWrite write, Dictionary<(string, string), Item?> before)
    {
        if (write.Content?.Length > ItemBytesMax)
            return new ItemResult(413, Message: "Request size is too large.");
        var content = write.Content is null ? null : Parse(write.Content);
        var id = write.Id ?? (string?)content?["id"];
        if (id is null || (content is not null && Problem(place, id, content) is not null))
            return new ItemResult(400, Message: id is null ? "No id." : Problem(place, id, content!)!);

        var known = Find(place.PartitionKey, id);
        if (Refusal(write, known) is { } refusal)
            return refusal;
        before.TryAdd((place.PartitionKey, id), known);
        if (content is null)
        {
            items.Remove((place.PartitionKey, id));
            return new ItemResult(
                204, null, RequestUnits.Delete(known!.Bytes, known.Terms.Count), RequestUnits.Write(known.Bytes));
        }

        var item = NewItem(place, position, id, write.Content!.Length, content, known);
        items[(place.PartitionKey, id)] = item;
        var table = RequestUnits.Write(item.Bytes);
        return known is null
            ? new ItemResult(201, item, RequestUnits.Create(item.Bytes, item.Terms.Count), table)
            : new ItemResult(200, item, RequestUnits.Replace(known.Bytes, item.Bytes, Changed(known, item)), table);
    }

    private static ItemResult? Refusal(ItemWrite write, Item? known)
    {
        if (write.Kind == WriteKind.Create && known is not null)
            return new ItemResult(409, Charge: RefusedCharge, Message: "The item exists.");
        if (write.Kind is WriteKind.Replace or WriteKind.Delete && known is null)
            return new ItemResult(404, Charge: RefusedCharge, Message: "Resource not found.");
        return write.IfMatch is { } tag && known is not null && known.ETag != tag
            ? new ItemResult(412, Charge: RefusedCharge, Message: "The precondition is not met.")
            : null;
    }

    private Item NewItem(Place place, int position, string id, int bytes, JsonObject content, Item? known)
    {
        var timestamp = options.Clock.GetUtcNow().ToUnixTimeSeconds();
        return new Item(
            place.PartitionKey, id, place.Hash, place.Range,
            known?.ResourceId ?? ResourceIds.Document(containerResourceId, ++lastNumber),
            place.Lsn, position,
            string.Create(CultureInfo.InvariantCulture, $"\"{++lastTag:x8}-0000-0700-0000-{timestamp:x12}\""),
            timestamp, bytes, index.Of(content, timestamp), content);
    }

    private string? Problem(Place place, string id, JsonObject content)
    {
        if (content[partitionKeyProperty]?.ToJsonString() != place.PartitionKey)
            return "The item has another partition key than the request.";
        if ((string?)content["id"] != id)
            return "The item has another id than the request.";
        return id.Length == 0 || id.AsSpan().ContainsAny(@"/\?#") || id.EndsWith(' ')
            || Encoding.UTF8.GetByteCount(id) > IdBytesMax
            ? "The id is not allowed."
            : null;
    }

    private Item? Find(string partitionKey, string id) =>
        items.TryGetValue((partitionKey, id), out var item) && IsAlive(item) ? item : null;

    private bool IsAlive(Item item)
    {
        if (defaultTtl is null)
            return true;
        var seconds = (long?)item.Content["ttl"] ?? defaultTtl.Value;
        return seconds < 0 || options.Clock.GetUtcNow().ToUnixTimeSeconds() < item.Timestamp + seconds;
    }

    private void Undo(Dictionary<(string, string), Item?> before)
    {
        foreach (var (key, item) in before)
        {
            if (item is null)
                items.Remove(key);
            else
                items[key] = item;
        }
    }

    private int RangeOfHash(string hash)
    {
        var range = RangeCount - 1;
        while (range > 0 && string.CompareOrdinal(hash, PartitionHash.Boundary(range, RangeCount)) < 0)
            range--;
        return range;
    }

    private static int Changed(Item before, Item after) =>
        before.Terms.Except(after.Terms).Count() + after.Terms.Except(before.Terms).Count();

    private static JsonObject Parse(byte[] content) => ServiceJson.Keep(JsonNode.Parse(
        content, documentOptions: new JsonDocumentOptions { MaxDepth = 128 }))!.AsObject();

    /// <summary>Where a commit goes.</summary>
    private readonly record struct Place(string PartitionKey, string Hash, int Range, long Lsn);
}
