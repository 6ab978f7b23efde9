using Microsoft.Extensions.Logging;
using Pipeline.Runtime.Ports;

namespace Pipeline.Runtime.Events;

/// <summary>Tries again what is due of the undelivered events. A host runs it now and then; nothing depends on when.</summary>
public sealed partial class RedeliverEvents(
    IDocumentStore store,
    IEnumerable<IEventSink> sinks,
    UndeliveredEvents undelivered,
    ILogger<RedeliverEvents> logger)
{
    private const int PageSize = 100;
    private const int EventsAtOnce = 16;

    /// <summary>So many are tried in one run; the next goes on.</summary>
    private const int TriedMax = 2_000;

    private readonly Dictionary<string, IEventSink> sinks = sinks.ToDictionary(static sink => sink.Name, StringComparer.Ordinal);

    /// <returns>How many were delivered.</returns>
    public async ValueTask<int> RunAsync(CancellationToken cancellation)
    {
        var round = new EventDelivery();
        var (tried, delivered) = (0, 0);
        for (var shard = 0; shard < store.ShardCount && tried < TriedMax; shard++)
        {
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
                tried += page.Documents.Count;
                cursor = page.Cursor;
            }
            while (cursor is not null && tried < TriedMax);
        }

        return delivered;
    }

    private async ValueTask<bool> TryAsync(EventDelivery round, Document document, CancellationToken cancellation)
    {
        var known = UndeliveredJson.Read(document);
        // Behind one that failed just now it keeps its turn, and no attempt is counted.
        if (round.IsDown(known.Sink))
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
