using System.Collections.Concurrent;
using Pipeline.Runtime.Ports;

namespace Pipeline.Runtime.Tests.Events;

/// <summary>A sink in memory that a test lets fail.</summary>
internal sealed class Sink(string name = "crm") : IEventSink
{
    private readonly ConcurrentQueue<CloudEvent> taken = new();
    private int asked;

    public string Name => name;

    public IReadOnlyCollection<CloudEvent> Taken => taken;

    public int Asked => asked;

    /// <summary>What an event is answered with; may throw.</summary>
    public Func<CloudEvent, Delivery> Answer { get; set; } = static _ => Delivery.Done;

    public ValueTask<Delivery> DeliverAsync(CloudEvent cloudEvent, CancellationToken cancellation)
    {
        Interlocked.Increment(ref asked);
        var delivery = Answer(cloudEvent);
        if (delivery is Delivery.Delivered)
            taken.Enqueue(cloudEvent);
        return new ValueTask<Delivery>(delivery);
    }
}
