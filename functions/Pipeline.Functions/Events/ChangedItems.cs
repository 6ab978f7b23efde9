using System.Text.Json;
using Microsoft.Extensions.Logging;
using Pipeline.Cosmos;
using Pipeline.Runtime.Events;
using Pipeline.Runtime.Ports;

namespace Pipeline.Functions.Events;

/// <summary>Reads the items of a change feed, each by itself.</summary>
public sealed partial class ChangedItems(ILogger<ChangedItems> logger)
{
    /// <summary>
    /// The ledger entries among them. One whose body cannot be read keeps its name and has an empty body, so that it becomes
    /// a dead letter and can be replayed from the store.
    /// </summary>
    public IEnumerable<Document> Read(IReadOnlyList<JsonElement> items)
    {
        foreach (var item in items)
            if (ReadOne(item) is { } entry)
                yield return entry;
    }

    private Document? ReadOne(JsonElement item)
    {
        DocumentKey? key = null;
        try
        {
            key = CosmosItems.KeyOf(item);
            return key is { } known && LedgerEvents.IsEvent(known) ? CosmosItems.Read(item) : null;
        }
        catch (Exception error)
        {
            LogUnreadable(key?.Id ?? "?", error);
            return key is { } known ? new Document(known, "", default, null) : null;
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The changed item {Id} cannot be read")]
    private partial void LogUnreadable(string id, Exception error);
}
