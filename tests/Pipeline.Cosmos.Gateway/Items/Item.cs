using System.Text.Json.Nodes;

namespace Pipeline.Cosmos.Gateway.Items;

/// <summary>A stored item. It is replaced and never changed, so whoever holds one may read on.</summary>
/// <param name="PartitionKey">As JSON.</param>
/// <param name="Lsn">The number of the commit that wrote it, in its range's log.</param>
/// <param name="Position">Its place in that commit.</param>
/// <param name="Bytes">The size of what the client sent.</param>
internal sealed record Item(
    string PartitionKey,
    string Id,
    string Hash,
    int Range,
    string ResourceId,
    long Lsn,
    int Position,
    string ETag,
    long Timestamp,
    int Bytes,
    IReadOnlySet<string> Terms,
    JsonObject Content)
{
    /// <summary>The item as a client sees it: what it sent, and the service's own properties.</summary>
    public JsonObject Json()
    {
        var json = Content.DeepClone().AsObject();
        json["_rid"] = ResourceId;
        json["_self"] = $"docs/{ResourceId}/";
        json["_etag"] = ETag;
        json["_attachments"] = "attachments/";
        json["_ts"] = Timestamp;
        return json;
    }
}

internal enum WriteKind
{
    Create,
    Replace,
    Upsert,
    Delete,
}

/// <param name="Id">Null where the content names it.</param>
internal sealed record ItemWrite(WriteKind Kind, string? Id, byte[]? Content, string? IfMatch);

/// <summary>What became of one operation on an item.</summary>
/// <param name="Charge">By the whole of the vendor's page.</param>
/// <param name="TableCharge">By its table alone.</param>
internal sealed record ItemResult(
    int Status, Item? Item = null, double Charge = 0, double TableCharge = 0, string Message = "")
{
    public bool IsRefused => Status >= 400;
}

/// <summary>Which items a query or a feed looks at.</summary>
internal sealed record ItemScope(string? PartitionKey, int? Range, string? FromHash, string? ToHash)
{
    public bool Contains(Item item) =>
        (PartitionKey is null || item.PartitionKey == PartitionKey)
        && (Range is null || item.Range == Range)
        && (FromHash is null || string.CompareOrdinal(item.Hash, FromHash) >= 0)
        && (ToHash is null || string.CompareOrdinal(item.Hash, ToHash) < 0);
}
