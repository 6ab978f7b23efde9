using System.Text.Json;
using Pipeline.Cosmos.Items;
using Pipeline.Runtime.Ports;

namespace Pipeline.Cosmos;

/// <summary>Reads items that came by another way than the store: a change feed trigger's.</summary>
public static class CosmosItems
{
    /// <summary>The document's name; null where the item is of another use.</summary>
    public static DocumentKey? KeyOf(JsonElement item) =>
        item.GetProperty("id"u8).GetString() is { } text && ItemId.Parse(text) is var (kind, id)
            ? new DocumentKey(item.GetProperty("customerId"u8).GetString()!, kind, id)
            : null;

    /// <summary>The whole document; null where the item is of another use.</summary>
    public static Document? Read(JsonElement item) => ItemCodec.Read(item);
}
