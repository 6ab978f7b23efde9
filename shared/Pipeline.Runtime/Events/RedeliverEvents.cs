using Microsoft.Extensions.Logging;
using Pipeline.Runtime.Ports;

namespace Pipeline.Runtime.Events;

/// <summary>Tries again what is due of the undelivered events. A host runs it now and then; nothing depends on when.</summary>
public sealed partial class RedeliverEvents(
    IDocumentStore store,
    IEnumerable<IEventSink> sinks,
    UndeliveredEvents undelivered,
    TimeProvider clock,
    ILogger<RedeliverEvents> logger)
{
    private const int PageSize = 100;
    private const int EventsAtOnce = 16;

    /// <summary>So often another shard is the first.</summary>
    private const int FirstShardSeconds = 300;

    private readonly Dictionary<string, IEventSink> sinks = sinks.ToDictionary(static sink => sink.Name, StringComparer.Ordinal);

    /// <returns>How many were delivered.</returns>
    public async ValueTask<int> RunAsync(CancellationToken cancellation)
    {
        var round = new EventDelivery(clock);
        var delivered = 0;
        // A round may end before the last shard: each gets its turn to be the first.
        var first = (int)(clock.GetUtcNow().ToUnixTimeSeconds() / FirstShardSeconds % store.ShardCount);
        for (var i = 0; i < store.ShardCount && !IsInVain(round); i++)
            delivered += await RedeliverAsync(round, (first + i) % store.ShardCount, cancellation);
        return delivered;
    }

    private async ValueTask<int> RedeliverAsync(EventDelivery round, int shard, CancellationToken cancellation)
    {
        var delivered = 0;
        string? cursor = null;
        do
        {
            var page = await undelivered.DueAsync(shard, PageSize, cursor, cancellation);
            await Parallel.ForEachAsync(
                page.Documents,
                new ParallelOptions { MaxDegreeOfParallelism = EventsAtOnce, CancellationToken = cancellation },
                async (document, token) =>
                {
                    if (await TryAsync(round, document, token))
                        Interlocked.Increment(ref delivered);
                });
            cursor = page.Cursor;
        }
        while (cursor is not null && !IsInVain(round));
        return delivered;
    }

    private bool IsInVain(EventDelivery round) => round.IsOver || (sinks.Count > 0 && sinks.Keys.All(round.IsDown));

    private async ValueTask<bool> TryAsync(EventDelivery round, Document document, CancellationToken cancellation)
    {
        var known = UndeliveredJson.Read(document);
        // Behind one that failed just now, or behind the end, it keeps its turn, and no attempt is counted.
        if (round.IsOver || round.IsDown(known.Sink))
            return false;
        var delivery = !sinks.TryGetValue(known.Sink, out var sink)
            ? new Delivery.Failed("No sink of this name is configured any more.", IsPermanent: true)
            : await undelivered.EntryAsync(document, known, cancellation) is { } entry
                ? await round.TryAsync(sink, entry, cancellation)
                : new Delivery.Failed("The entry is gone.", IsPermanent: true);
        if (delivery is Delivery.Failed failed)
        {
            LogFailed(known.Entry, known.Sink, known.Attempts + 1, failed.Reason);
            await undelivered.FailedAgainAsync(document, known, failed, cancellation);
            return false;
        }

        await undelivered.ForgetAsync(document, cancellation);
        return true;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The event of {Entry} failed at {Sink}, attempt {Attempt}: {Reason}")]
    private partial void LogFailed(string entry, string sink, int attempt, string reason);
}
