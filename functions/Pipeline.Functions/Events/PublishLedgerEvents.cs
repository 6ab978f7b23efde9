using System.Text.Json;
using Microsoft.Azure.Functions.Worker;
using Pipeline.Runtime.Events;

namespace Pipeline.Functions.Events;

/// <summary>
/// The outbox: takes committed entries to the webhooks. What one of them does not take is kept in the store by itself; only
/// a store that cannot keep it fails the batch, which is then repeated, without end, before the feed goes on. Where its place
/// in the feed is lost it begins again: an event that comes twice has the same id, one that never came could not be missed.
/// </summary>
public sealed class PublishLedgerEvents(PublishEvents publish, ChangedItems items)
{
    [Function("publishLedgerEvents")]
    [ExponentialBackoffRetry(-1, "00:00:05", "00:05:00")]
    public Task RunAsync(
        [CosmosDBTrigger("%CosmosDatabase%", "%CosmosContainer%", Connection = "Cosmos",
            LeaseContainerName = "%CosmosLeaseContainer%", LeaseContainerPrefix = "events-", MaxItemsPerInvocation = 200,
            StartFromBeginning = true)]
        IReadOnlyList<JsonElement> changes,
        CancellationToken cancellation) => publish.RunAsync(items.Read(changes), cancellation);
}
