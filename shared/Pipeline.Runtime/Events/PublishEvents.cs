using Microsoft.Extensions.Logging;
using Pipeline.Runtime.Ports;

namespace Pipeline.Runtime.Events;

/// <summary>
/// Takes committed entries to every sink. What a sink does not take is kept in the store with its reason, so that one bad
/// event, one bad sink or a slow one stops nothing else; only a store that cannot keep it makes the whole call fail, to be repeated.
/// </summary>
public sealed partial class PublishEvents(
    IEnumerable<IEventSink> sinks, UndeliveredEvents undelivered, TimeProvider clock, ILogger<PublishEvents> logger)
{
    private const int CustomersAtOnce = 16;

    private readonly IEventSink[] sinks = [.. sinks];

    public bool HasSinks => sinks.Length > 0;

    /// <param name="changes">Changed documents in the order of their commits; others than entries are passed over.</param>
    /// <exception cref="StoreUnavailableException">Something undelivered could not be kept: call again with the same.</exception>
    public Task RunAsync(IEnumerable<Document> changes, CancellationToken cancellation)
    {
        var round = new EventDelivery(clock);
        var customers = changes
            .Where(static change => LedgerEvents.IsEvent(change.Key))
            .GroupBy(static change => change.Key.Partition, StringComparer.Ordinal);
        return Parallel.ForEachAsync(
            HasSinks ? customers : [],
            new ParallelOptions { MaxDegreeOfParallelism = CustomersAtOnce, CancellationToken = cancellation },
            async (entries, token) =>
            {
                foreach (var entry in entries)
                    foreach (var sink in sinks)
                        await PublishAsync(round, sink, entry, token);
            });
    }

    private async ValueTask PublishAsync(
        EventDelivery round, IEventSink sink, Document entry, CancellationToken cancellation)
    {
        if (await round.TryAsync(sink, entry, cancellation) is not Delivery.Failed failed)
            return;
        LogUndelivered(entry.Key.Id, sink.Name, failed.Reason);
        await undelivered.KeepAsync(sink.Name, entry.Key, failed, cancellation);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The event of {Entry} was not taken by {Sink} and is kept: {Reason}")]
    private partial void LogUndelivered(string entry, string sink, string reason);
}
