using System.Diagnostics;
using Pipeline.Runtime.Ports;
using Pipeline.Runtime.Work;

namespace Pipeline.Local.Work;

/// <summary>
/// Works one queue: so many loops, each of which leases a session, hands its messages to the handler, and settles them.
/// </summary>
/// <remarks>
/// A fault of ours is told apart from a fault of a message: while the store or the analyser cannot be used the batch waits with its lease
/// and no delivery is counted; any other exception of a batch makes its messages be worked one by one, so that only the
/// culprit is abandoned, with its reason. Purchases and refunds may be worked in any order, so the others need not wait.
/// </remarks>
internal sealed partial class QueuePump(
    IQueueReceiver receiver,
    ISessionHandler handler,
    PumpOptions options,
    WorkMetrics metrics,
    TimeProvider time,
    ILogger logger)
{
    private const int ReasonCharactersMax = 500;

    private int running;
    private long deadLetters;

    public string Queue => handler.Queue;

    public bool IsRunning => Volatile.Read(ref running) > 0;

    /// <summary>Messages that this pump set aside.</summary>
    public long DeadLetters => Volatile.Read(ref deadLetters);

    /// <summary>Works until told to stop, then lets the work in flight end within its bound.</summary>
    public async Task RunAsync(int sessionsInFlight, CancellationToken stopping)
    {
        using var renewal = new LeaseRenewal(receiver, time, TimeSpan.FromSeconds(options.RenewSeconds));
        using var drained = new CancellationTokenSource();
        using var drain = stopping.Register(() => drained.CancelAfter(TimeSpan.FromSeconds(options.DrainSeconds)));
        var loops = new Task[sessionsInFlight];
        for (var i = 0; i < loops.Length; i++)
            loops[i] = Task.Run(() => LoopAsync(renewal, stopping, drained.Token), CancellationToken.None);
        await Task.WhenAll(loops);
    }

    private async Task LoopAsync(LeaseRenewal renewal, CancellationToken stopping, CancellationToken drained)
    {
        Interlocked.Increment(ref running);
        var backoff = new Backoff(options, time);
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                var lease = await receiver.ReceiveAsync(Queue, options.MessagesPerLeaseMax, stopping);
                renewal.Begin(lease);
                try
                {
                    await WorkAsync(lease, drained);
                }
                finally
                {
                    renewal.End(lease);
                }

                backoff.Reset();
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                break;
            }
            catch (Exception error)
            {
                LogLoopFailed(Queue, error);
                await backoff.WaitAsync(drained);
            }
        }

        Interlocked.Decrement(ref running);
    }

    private async Task WorkAsync(SessionLease lease, CancellationToken drained)
    {
        var now = time.GetUtcNow();
        foreach (var message in lease.Messages)
            metrics.Started(Queue, now - message.EnqueuedAt);
        using var activity = Trace(lease);
        var settlements = await HandleAsync(lease.Session, lease.Messages, drained)
            ?? await OneByOneAsync(lease, drained);
        await SettleAsync(lease, settlements, drained);
    }

    /// <summary>What the handler says; null where it threw over a batch of several.</summary>
    private async Task<IReadOnlyList<Settlement>?> HandleAsync(
        string session, IReadOnlyList<DeliveredMessage> messages, CancellationToken drained)
    {
        var backoff = new Backoff(options, time);
        while (true)
        {
            try
            {
                return await handler.HandleAsync(session, messages, drained);
            }
            catch (Exception error) when (IsOurs(error))
            {
                LogUnavailable(Queue, error.Message);
                await backoff.WaitAsync(drained);
            }
            catch (Exception error) when (error is not OperationCanceledException || !drained.IsCancellationRequested)
            {
                if (messages is not [var culprit])
                    return null;
                LogAbandoned(Queue, culprit.Sequence, culprit.DeliveryCount, error);
                return [new Settlement.Abandon(culprit.Sequence, error.GetType().Name, Short(error.Message))];
            }
        }
    }

    private async Task<IReadOnlyList<Settlement>> OneByOneAsync(SessionLease lease, CancellationToken drained)
    {
        var settlements = new List<Settlement>(lease.Messages.Count);
        foreach (var message in lease.Messages)
            settlements.AddRange(await HandleAsync(lease.Session, [message], drained) ?? []);
        return settlements;
    }

    private async Task SettleAsync(
        SessionLease lease, IReadOnlyList<Settlement> settlements, CancellationToken drained)
    {
        var backoff = new Backoff(options, time);
        while (true)
        {
            try
            {
                if (await receiver.SettleAsync(lease, settlements, drained))
                    Count(settlements);
                else
                    metrics.LostLease(Queue);
                return;
            }
            catch (StoreUnavailableException error)
            {
                LogUnavailable(Queue, error.Message);
                await backoff.WaitAsync(drained);
            }
        }
    }

    private void Count(IReadOnlyList<Settlement> settlements)
    {
        int done = 0, again = 0, aside = 0;
        foreach (var settlement in settlements)
            switch (settlement)
            {
                case Settlement.Complete:
                    done++;
                    break;
                case Settlement.Abandon or Settlement.NotYet:
                    again++;
                    break;
                case Settlement.DeadLetter letter:
                    aside++;
                    LogDeadLettered(Queue, letter.Sequence, letter.Reason);
                    break;
            }

        metrics.Handled(Queue, done);
        if (again > 0)
            metrics.Abandoned(Queue, again);
        if (aside == 0)
            return;
        metrics.DeadLettered(Queue, aside);
        Interlocked.Add(ref deadLetters, aside);
    }

    /// <summary>The work goes on the trace of the request that sent its first message, and is linked to the others'.</summary>
    private Activity? Trace(SessionLease lease)
    {
        if (!WorkMetrics.Source.HasListeners())
            return null;
        ActivityContext.TryParse(lease.Messages[0].Message.TraceParent, null, isRemote: true, out var parent);
        List<ActivityLink>? links = null;
        for (var i = 1; i < lease.Messages.Count; i++)
            if (ActivityContext.TryParse(lease.Messages[i].Message.TraceParent, null, isRemote: true, out var other))
                (links ??= []).Add(new ActivityLink(other));
        var activity = WorkMetrics.Source.StartActivity($"work {Queue}", ActivityKind.Consumer, parent, links: links);
        activity?.SetTag("messaging.destination.name", Queue);
        activity?.SetTag("messaging.batch.message_count", lease.Messages.Count);
        return activity;
    }

    /// <summary>An engine or an analyser is out of reach: no message is to blame, and none is counted out.</summary>
    private static bool IsOurs(Exception error) =>
        error is StoreUnavailableException or QueueFullException or AnalyserUnavailableException;

    private static string Short(string text) => text.Length <= ReasonCharactersMax ? text : text[..ReasonCharactersMax];

    [LoggerMessage(Level = LogLevel.Error, Message = "A loop of the queue {Queue} failed and goes on")]
    private partial void LogLoopFailed(string queue, Exception error);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The work of the queue {Queue} waits: {Problem}")]
    private partial void LogUnavailable(string queue, string problem);

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "Message {Sequence} of the queue {Queue} failed at delivery {Delivery} and comes again")]
    private partial void LogAbandoned(string queue, long sequence, int delivery, Exception error);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Message {Sequence} of the queue {Queue} is set aside: {Reason}")]
    private partial void LogDeadLettered(string queue, long sequence, string reason);
}

/// <summary>Waits that double up to a bound.</summary>
internal sealed class Backoff(PumpOptions options, TimeProvider time)
{
    private int milliseconds = options.BackoffMillisecondsMin;

    public void Reset() => milliseconds = options.BackoffMillisecondsMin;

    public async Task WaitAsync(CancellationToken cancellation)
    {
        await Task.Delay(TimeSpan.FromMilliseconds(milliseconds), time, cancellation);
        milliseconds = Math.Min(milliseconds * 2, options.BackoffMillisecondsMax);
    }
}
