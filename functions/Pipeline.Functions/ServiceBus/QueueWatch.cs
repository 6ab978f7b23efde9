using Azure.Messaging.ServiceBus;
using Microsoft.Extensions.Logging;
using Pipeline.Runtime.Work;

namespace Pipeline.Functions.ServiceBus;

/// <summary>
/// Tells how old the oldest message of each queue is, also where nothing is worked and where it was put off: Service Bus
/// has no such metric. It looks without touching.
/// </summary>
public sealed partial class QueueWatch(
    QueueEntities entities, WorkMetrics metrics, TimeProvider time, ILogger<QueueWatch> logger)
{
    /// <summary>
    /// The oldest stand first, but what was put off stands behind as a new message: one look goes so far. A longer queue has
    /// an alert of its own.
    /// </summary>
    private const int LookAtMax = 250;

    public async Task LookAsync(CancellationToken cancellation)
    {
        foreach (var queue in entities.Names)
        {
            try
            {
                metrics.Oldest(queue, await OldestAsync(queue, cancellation));
            }
            catch (Exception fault) when (QueueEntities.IsOfTheService(fault))
            {
                // One queue that cannot be seen hides no other; no measurement is an alert too.
                LogUnseen(logger, queue, fault);
            }
        }
    }

    private async Task<TimeSpan> OldestAsync(string queue, CancellationToken cancellation)
    {
        await using var receiver = entities.LookInto(queue);
        var now = time.GetUtcNow();
        var oldest = TimeSpan.Zero;
        long? from = null;
        for (var left = LookAtMax; left > 0;)
        {
            var peeked = await receiver.PeekMessagesAsync(left, from, cancellation);
            if (peeked.Count == 0)
                break;
            foreach (var message in peeked.Where(IsDue))
            {
                var age = now - WorkMessages.FirstEnqueuedAtOf(message);
                oldest = age > oldest ? age : oldest;
            }

            left -= peeked.Count;
            from = peeked[^1].SequenceNumber + 1;
        }

        return oldest;
    }

    /// <summary>What was sent for later is not late before its time; what was put off has been due before.</summary>
    private static bool IsDue(ServiceBusReceivedMessage message) =>
        message.State != ServiceBusMessageState.Scheduled || WorkMessages.ResendsOf(message) > 0;

    [LoggerMessage(1, LogLevel.Warning, "The queue {Queue} cannot be looked into.")]
    private static partial void LogUnseen(ILogger logger, string queue, Exception fault);
}
