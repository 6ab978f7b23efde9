namespace Pipeline.Runtime.Ports;

/// <summary>
/// Takes events to one place outside. It is asked at least once for every event, usually in the order of the customer's
/// ledger; receivers tell repetitions by the event's id and order by its sequence.
/// </summary>
public interface IEventSink
{
    /// <summary>Names it in what is undelivered; of the form of an id, at most 32 characters, without a colon.</summary>
    string Name { get; }

    ValueTask<Delivery> DeliverAsync(CloudEvent cloudEvent, CancellationToken cancellation);
}

/// <summary>What became of an event at a sink.</summary>
public abstract record Delivery
{
    private Delivery()
    {
    }

    public static Delivery Done { get; } = new Delivered();

    public sealed record Delivered : Delivery;

    /// <param name="Reason">A sentence for people.</param>
    /// <param name="IsPermanent">Whether trying again is in vain.</param>
    public sealed record Failed(string Reason, bool IsPermanent) : Delivery;
}

/// <summary>An event in the terms of CloudEvents 1.0; <see cref="Source"/> and <see cref="Id"/> name it for ever.</summary>
/// <param name="Subject">The customer.</param>
/// <param name="Sequence">The number of the entry in the customer's ledger: what the order goes by.</param>
/// <param name="Data">JSON, UTF-8.</param>
public sealed record CloudEvent(
    string Id,
    string Source,
    string Type,
    string Subject,
    DateTimeOffset Time,
    long Sequence,
    string? TraceParent,
    ReadOnlyMemory<byte> Data);
