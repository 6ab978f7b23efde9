using System.Collections.Concurrent;
using Pipeline.Runtime.Ports;

namespace Pipeline.Runtime.Events;

/// <summary>
/// One round of deliveries. A sink that failed once in it is not asked again in the same round: its other events wait with
/// the first, so that an endpoint that is down costs one time-out and not one an event, and order is disturbed the least.
/// </summary>
internal sealed class EventDelivery(TimeProvider clock)
{
    /// <summary>
    /// A host ends an execution of some minutes and begins it again: endpoints that answer, but slowly, would never let it end.
    /// </summary>
    private static readonly TimeSpan Within = TimeSpan.FromMinutes(2);

    private static readonly Delivery.Failed Late = new("Its round was over before its turn.", IsPermanent: false);

    private readonly long startedAt = clock.GetTimestamp();
    private readonly ConcurrentDictionary<string, Delivery.Failed> down = new(StringComparer.Ordinal);

    /// <summary>Nothing more is sent in this round.</summary>
    public bool IsOver => clock.GetElapsedTime(startedAt) >= Within;

    public bool IsDown(string sink) => down.ContainsKey(sink);

    /// <summary>Throws only when cancelled: whatever else goes wrong is the event's own failure.</summary>
    public async ValueTask<Delivery> TryAsync(IEventSink sink, Document entry, CancellationToken cancellation)
    {
        if (down.TryGetValue(sink.Name, out var failed))
            return failed;
        if (IsOver)
            return Late;
        CloudEvent cloudEvent;
        try
        {
            cloudEvent = LedgerEvents.Of(entry);
        }
        catch (Exception error)
        {
            return new Delivery.Failed($"The entry cannot be read: {error.Message}", IsPermanent: true);
        }

        var delivery = await AskAsync(sink, cloudEvent, cancellation);
        if (delivery is Delivery.Failed { IsPermanent: false } passing)
            down.TryAdd(sink.Name, passing);
        return delivery;
    }

    private static async ValueTask<Delivery> AskAsync(
        IEventSink sink, CloudEvent cloudEvent, CancellationToken cancellation)
    {
        try
        {
            return await sink.DeliverAsync(cloudEvent, cancellation);
        }
        catch (Exception error) when (!cancellation.IsCancellationRequested)
        {
            return new Delivery.Failed($"{error.GetType().Name}: {error.Message}", IsPermanent: false);
        }
    }
}
