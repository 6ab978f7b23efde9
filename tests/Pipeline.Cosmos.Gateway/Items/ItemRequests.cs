using Pipeline.Cosmos.Gateway.Wire;

namespace Pipeline.Cosmos.Gateway.Items;

/// <summary>Requests for one item.</summary>
internal static class ItemRequests
{
    public static GatewayAnswer Read(ItemStore items, GatewayRequest request, string id)
    {
        var key = request.PartitionKey!;
        return Answer(items, key, items.Read(key, id), wasRead: true);
    }

    public static GatewayAnswer Write(ItemStore items, GatewayRequest request, string? id)
    {
        var kind = request.Method switch
        {
            "PUT" => WriteKind.Replace,
            "DELETE" => WriteKind.Delete,
            _ => request.Is(Headers.IsUpsert) ? WriteKind.Upsert : WriteKind.Create,
        };
        var write = new ItemWrite(
            kind, id, kind == WriteKind.Delete ? null : request.Body, request.Header(Headers.IfMatch));
        var key = request.PartitionKey!;
        return Answer(items, key, items.Commit(key, [write])[0], wasRead: false);
    }

    private static GatewayAnswer Answer(ItemStore items, string key, ItemResult result, bool wasRead)
    {
        var range = items.RangeOf(key);
        var answer = result switch
        {
            { IsRefused: true } => GatewayAnswer.Error(result.Status, result.Message),
            { Item: { } item } => GatewayAnswer.Json(result.Status, item.Json()) with { ETag = item.ETag },
            _ => new GatewayAnswer(result.Status),
        };
        return answer with
        {
            Charge = result.Charge,
            TableCharge = result.TableCharge,
            Session = (range, items.LogOf(range)),
            DocumentsRead = wasRead && !result.IsRefused ? 1 : 0,
            DocumentsWritten = wasRead || result.IsRefused ? 0 : 1,
        };
    }
}
