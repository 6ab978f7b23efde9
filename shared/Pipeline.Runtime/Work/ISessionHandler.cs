using Pipeline.Runtime.Ports;

namespace Pipeline.Runtime.Work;

/// <summary>
/// Works messages of one session, in order. What it returns is to be settled; an exception is ours (a bug, or an
/// engine out of reach), settles nothing and means that the messages come again.
/// </summary>
public interface ISessionHandler
{
    string Queue { get; }

    ValueTask<IReadOnlyList<Settlement>> HandleAsync(
        string session, IReadOnlyList<DeliveredMessage> messages, CancellationToken cancellation);
}
