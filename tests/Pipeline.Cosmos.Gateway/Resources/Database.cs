using System.Text.Json.Nodes;

namespace Pipeline.Cosmos.Gateway.Resources;

internal sealed class Database(string id, uint number)
{
    public string ResourceId { get; } = ResourceIds.Database(number);

    public Dictionary<string, Container> Containers { get; } = new(StringComparer.Ordinal);

    public string Id => id;

    public JsonObject Json() => new()
    {
        ["id"] = id,
        ["_rid"] = ResourceId,
        ["_self"] = $"dbs/{ResourceId}/",
        ["_etag"] = "\"1\"",
        ["_colls"] = "colls/",
        ["_users"] = "users/",
        ["_ts"] = 1,
    };
}
