using System.Text.Json.Nodes;
using Pipeline.Cosmos.Gateway.Items;

namespace Pipeline.Cosmos.Gateway.Wire;

/// <summary>A request as the gateway sees it.</summary>
internal sealed class GatewayRequest
{
    private readonly HttpRequestMessage message;

    private GatewayRequest(HttpRequestMessage message, byte[] body)
    {
        (this.message, Body) = (message, body);
        var path = message.RequestUri!.AbsolutePath.Split('/', StringSplitOptions.RemoveEmptyEntries);
        Path = Array.ConvertAll(path, Uri.UnescapeDataString);
        Kind = KindOf();
    }

    public string Method => message.Method.Method;

    public Uri Address => message.RequestUri!;

    /// <summary><c>dbs</c>, a database, <c>colls</c>, a container, <c>docs</c>, an item; or less.</summary>
    public string[] Path { get; }

    public CallKind Kind { get; }

    public byte[] Body { get; }

    /// <summary>The partition key as JSON, as in <c>"ann"</c>; null where the request names none.</summary>
    public string? PartitionKey => Header(Headers.PartitionKey) is { } key
        ? JsonNode.Parse(key)!.AsArray()[0]?.ToJsonString() ?? "null"
        : null;

    public int PageSize => int.TryParse(Header(Headers.PageSize), out var size) && size > 0 ? size : 100;

    public static async Task<GatewayRequest> ReadAsync(HttpRequestMessage message, CancellationToken cancellation) =>
        new(message, message.Content is null ? [] : await message.Content.ReadAsByteArrayAsync(cancellation));

    /// <summary>Whose items a query or a feed is about: a partition's, a server's, or a slice of a server's.</summary>
    public ItemScope Scope() => new(
        PartitionKey,
        // The SDK writes the container's id before the range's.
        int.TryParse(Header(Headers.Range)?.Split(',')[^1], out var range) ? range : null,
        Header(Headers.StartHash),
        Header(Headers.EndHash));

    public JsonObject Json() => JsonNode.Parse(Body)!.AsObject();

    public string? Header(string name)
    {
        if (message.Headers.TryGetValues(name, out var values)
            || (message.Content?.Headers.TryGetValues(name, out values) ?? false))
        {
            return string.Join(',', values);
        }

        return null;
    }

    public bool Is(string header) => bool.TryParse(Header(header), out var value) && value;

    private CallKind KindOf()
    {
        if (Path.Length < 5 || Path[4] != "docs")
            return CallKind.Resource;
        if (Is(Headers.IsBatch))
            return CallKind.Batch;
        if (Is(Headers.IsQueryPlan))
            return CallKind.QueryPlan;
        if (Is(Headers.IsQuery) || message.Content?.Headers.ContentType?.MediaType == "application/query+json")
            return CallKind.Query;
        if (Method != "GET")
            return CallKind.Write;
        return Path.Length == 5 ? CallKind.Changes : CallKind.Read;
    }
}
