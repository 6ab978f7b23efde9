using System.Diagnostics;
using System.Globalization;
using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using Pipeline.Runtime.Loyalty;
using Pipeline.Runtime.Ports;
using Pipeline.Runtime.Work;

namespace Pipeline.Functions.ServiceBus;

/// <summary>
/// Works one delivered message and settles it. Malformed: dead letter with reason and description. Done, refused for good,
/// or nothing to do: complete. Not yet to be done: sent again for later. A fault: thrown, so that the host abandons it and
/// it comes again.
/// </summary>
/// <remarks>
/// Deliveries are counted, so a store that is out of reach would use them up in seconds. From the second fault of that
/// kind on, the message is sent again for later and completed; its place in the session is lost, which no use case
/// minds, and meanwhile the session goes on. A fault of the message itself is a dead letter, with its reason, at
/// its last delivery; one that ends the process is the service's to count (docs/adr/0008).
/// </remarks>
public sealed partial class SessionWorker(
    IEnumerable<ISessionHandler> handlers,
    QueueEntities entities,
    WorkMetrics metrics,
    TimeProvider time,
    ILogger<SessionWorker> logger)
{
    /// <summary>Below the queue's own <c>maxDeliveryCount</c>, which dead-letters without our reason.</summary>
    public const int DeliveriesMax = 5;

    /// <summary>A fault of the engine may pass at once; the next delivery after it is put off.</summary>
    public const int QuickDeliveriesMax = 1;

    /// <summary>With the waits between them, a little more than a day.</summary>
    public const int ResendsMax = 100;

    private const int FirstWaitSeconds = 5;
    private const int WaitSecondsMax = 900;
    private const int DescriptionCharactersMax = 1_000;

    private readonly Dictionary<string, ISessionHandler> handlers =
        handlers.ToDictionary(static handler => handler.Queue, StringComparer.Ordinal);

    public async Task WorkAsync(
        string queue, ServiceBusReceivedMessage received, ServiceBusMessageActions actions, CancellationToken cancellation)
    {
        metrics.Started(queue, time.GetUtcNow() - WorkMessages.FirstEnqueuedAtOf(received));
        Settlement settlement;
        if (WorkMessages.Read(received, out var problem) is not { } message)
        {
            settlement = new Settlement.DeadLetter(received.SequenceNumber, "malformed", problem);
        }
        else
        {
            using var span = Trace(queue, message.Message.TraceParent);
            try
            {
                settlement = (await handlers[queue].HandleAsync(message.Message.Session, [message], cancellation))[0];
                if (settlement is Settlement.NotYet notYet)
                    settlement = await PutOffAsync(queue, received, notYet.Reason, notYet.Description, cancellation);
            }
            catch (Exception fault) when (IsOfTheEngine(fault) && !cancellation.IsCancellationRequested)
            {
                settlement = await PutOffAsync(queue, received, fault, cancellation);
            }
            catch (Exception fault) when (
                received.DeliveryCount >= DeliveriesMax && !cancellation.IsCancellationRequested)
            {
                settlement = new Settlement.DeadLetter(received.SequenceNumber, fault.GetType().Name, fault.Message);
            }
        }

        await SettleAsync(queue, received, settlement, actions, cancellation);
    }

    private static bool IsOfTheEngine(Exception fault) =>
        fault is StoreUnavailableException or QueueFullException or AnalyserUnavailableException or ContendedException
            or TimeoutException;

    /// <summary>Throws where it may be tried at once.</summary>
    private async Task<Settlement> PutOffAsync(
        string queue, ServiceBusReceivedMessage received, Exception fault, CancellationToken cancellation)
    {
        if (received.DeliveryCount <= QuickDeliveriesMax)
        {
            metrics.Abandoned(queue, 1);
            throw new TransientFaultException(queue, received.DeliveryCount, fault);
        }

        return await PutOffAsync(queue, received, "unavailable", fault.Message, cancellation);
    }

    /// <summary>Sends it again for later; sets it aside after the last time.</summary>
    private async Task<Settlement> PutOffAsync(
        string queue, ServiceBusReceivedMessage received, string reason, string problem, CancellationToken cancellation)
    {
        var resends = WorkMessages.ResendsOf(received) + 1;
        if (resends > ResendsMax)
            return new Settlement.DeadLetter(
                received.SequenceNumber, reason, $"After {ResendsMax} waits: {problem}");
        var again = WorkMessages.Later(received, resends);
        again.ScheduledEnqueueTime = time.GetUtcNow() + WaitOf(resends, received.SequenceNumber);
        LogPutOff(queue, received.SequenceNumber, resends, again.ScheduledEnqueueTime, problem);
        await entities.SenderOf(queue).SendMessageAsync(again, cancellation);
        return new Settlement.Complete(received.SequenceNumber);
    }

    /// <summary>Doubles from 5 seconds to a quarter of an hour; up to half as much more, so that not all come at once.</summary>
    private static TimeSpan WaitOf(int resends, long sequence)
    {
        var seconds = Math.Min(WaitSecondsMax, FirstWaitSeconds * Math.Pow(2, Math.Min(resends - 1, 20)));
        return TimeSpan.FromSeconds(seconds * (1 + (sequence % 64 / 128.0)));
    }

    private async Task SettleAsync(
        string queue,
        ServiceBusReceivedMessage received,
        Settlement settlement,
        ServiceBusMessageActions actions,
        CancellationToken cancellation)
    {
        switch (settlement)
        {
            case Settlement.Complete:
                await actions.CompleteMessageAsync(received, cancellation);
                metrics.Handled(queue, 1);
                break;
            case Settlement.DeadLetter letter:
                LogDeadLettered(queue, received.SequenceNumber, letter.Reason);
                var now = time.GetUtcNow().ToString("O", CultureInfo.InvariantCulture);
                await actions.DeadLetterMessageAsync(
                    received,
                    new Dictionary<string, object> { [WorkMessages.DeadLetteredAt] = now },
                    letter.Reason,
                    Short(letter.Description),
                    cancellation);
                metrics.DeadLettered(queue, 1);
                break;
            default:
                await actions.AbandonMessageAsync(received, cancellationToken: cancellation);
                metrics.Abandoned(queue, 1);
                break;
        }
    }

    /// <summary>The work goes on the trace of the request that sent the message.</summary>
    private static Activity? Trace(string queue, string? traceParent)
    {
        _ = ActivityContext.TryParse(traceParent, null, isRemote: true, out var parent);
        var span = WorkMetrics.Source.StartActivity($"work {queue}", ActivityKind.Consumer, parent);
        span?.SetTag("messaging.destination.name", queue);
        return span;
    }

    private static string Short(string text) =>
        text.Length <= DescriptionCharactersMax ? text : text[..DescriptionCharactersMax];

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Message {Sequence} of the queue {Queue} is sent again ({Resends}) for {NotBefore}: {Problem}")]
    private partial void LogPutOff(string queue, long sequence, int resends, DateTimeOffset notBefore, string problem);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Message {Sequence} of the queue {Queue} is set aside: {Reason}")]
    private partial void LogDeadLettered(string queue, long sequence, string reason);
}

/// <summary>The engine could not be used; the host abandons the message, and it comes again at once.</summary>
public sealed class TransientFaultException(string queue, int delivery, Exception fault)
    : Exception($"A message of the queue '{queue}' comes again after delivery {delivery}: {fault.Message}", fault);
