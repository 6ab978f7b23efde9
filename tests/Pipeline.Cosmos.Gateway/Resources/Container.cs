using System.Text.Json.Nodes;
using Pipeline.Cosmos.Gateway.Items;
using Pipeline.Cosmos.Gateway.Wire;

namespace Pipeline.Cosmos.Gateway.Resources;

/// <summary>A container: its definition and its items.</summary>
internal sealed class Container
{
    private readonly JsonObject definition;

    public Container(Database database, JsonObject asked, uint number, GatewayOptions options)
    {
        definition = asked;
        var id = (string)asked["id"]!;
        var resourceId = ResourceIds.Container(database.ResourceId, number);
        Names = new ContainerNames(resourceId, $"dbs/{database.Id}/colls/{id}");
        definition["partitionKey"]!["version"] ??= 2;
        definition["indexingPolicy"] ??= JsonNode.Parse("""{"includedPaths":[{"path":"/*"}],"excludedPaths":[]}""");
        definition["_rid"] = resourceId;
        definition["_self"] = $"dbs/{database.ResourceId}/colls/{resourceId}/";
        definition["_etag"] = "\"1\"";
        definition["_ts"] = 1;
        definition["_docs"] = "docs/";
        definition["_sprocs"] = "sprocs/";
        var partitionKey = ((string)definition["partitionKey"]!["paths"]![0]!).TrimStart('/');
        Items = new ItemStore(
            resourceId, partitionKey, new IndexedTerms(definition["indexingPolicy"]!),
            (int?)definition["defaultTtl"], options);
    }

    public ContainerNames Names { get; }

    public ItemStore Items { get; }

    public JsonObject Json() => definition.DeepClone().AsObject();

    /// <summary>The servers, and which hashes each has.</summary>
    public JsonObject Ranges()
    {
        var ranges = new JsonArray();
        for (var range = 0; range < Items.RangeCount; range++)
        {
            ranges.Add(new JsonObject
            {
                ["id"] = $"{range}",
                ["_rid"] = Names.ResourceId,
                ["_self"] = $"dbs/x/colls/{Names.ResourceId}/pkranges/{range}/",
                ["_etag"] = "\"1\"",
                ["_ts"] = 1,
                ["minInclusive"] = PartitionHash.Boundary(range, Items.RangeCount),
                ["maxExclusive"] = PartitionHash.Boundary(range + 1, Items.RangeCount),
                ["ridPrefix"] = range,
                ["throughputFraction"] = 1.0 / Items.RangeCount,
                ["status"] = "online",
                ["parents"] = new JsonArray(),
            });
        }

        return new JsonObject
        {
            ["_rid"] = Names.ResourceId,
            ["PartitionKeyRanges"] = ranges,
            ["_count"] = Items.RangeCount,
        };
    }
}
