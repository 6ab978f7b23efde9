using Pipeline.Contracts;
using Pipeline.Runtime.Loyalty;
using Pipeline.Runtime.Ports;
using Pipeline.Runtime.Work;

namespace Pipeline.Runtime.Tests.Doubles;

/// <summary>
/// Works a queue to its end as a host would. After a fault of the engine it forgets everything, as a process that died:
/// the lease runs out and the messages come again. Any other exception abandons the message that causes it.
/// </summary>
internal sealed class Pump(MemoryQueue queue, FakeTime time, Tap tap)
{
    private const int RoundsMax = 100_000;

    public int MessagesPerLease { get; set; } = 40;

    public async Task DrainAsync(ISessionHandler handler)
    {
        for (var round = 0; round < RoundsMax; round++)
        {
            if (queue.TryReceive(handler.Queue, MessagesPerLease) is { } lease)
                await WorkAsync(handler, lease);
            else if (queue.NextWake(handler.Queue) is { } wake)
                time.Advance(wake - time.GetUtcNow());
            else
                return;
        }

        throw new InvalidOperationException($"The queue {handler.Queue} has no end.");
    }

    /// <summary>What can be had now; the clock stands still.</summary>
    public async Task WorkWhatIsDueAsync(ISessionHandler handler)
    {
        while (queue.TryReceive(handler.Queue, MessagesPerLease) is { } lease)
            await WorkAsync(handler, lease);
    }

    public async Task WorkAsync(ISessionHandler handler, SessionLease lease)
    {
        try
        {
            var settlements = await HandleAsync(handler, lease.Session, lease.Messages);
            await tap.PassAsync("settle", () => queue.SettleAsync(lease, settlements, default));
        }
        catch (Exception e) when (IsOurs(e))
        {
            // As good as dead.
        }
    }

    private static bool IsOurs(Exception e) =>
        e is StoreUnavailableException or QueueFullException or ContendedException or AnalyserUnavailableException;

    private static async Task<IReadOnlyList<Settlement>> HandleAsync(
        ISessionHandler handler, string session, IReadOnlyList<DeliveredMessage> messages)
    {
        try
        {
            return await handler.HandleAsync(session, messages, default);
        }
        catch (Exception e) when (!IsOurs(e))
        {
            if (messages is [var culprit])
                return [new Settlement.Abandon(culprit.Sequence, e.GetType().Name, e.Message)];
        }

        var settlements = new List<Settlement>();
        foreach (var message in messages)
            settlements.AddRange(await HandleAsync(handler, session, [message]));
        return settlements;
    }
}
