using System.Collections.Concurrent;
using Azure.Identity;
using Azure.Messaging.ServiceBus;
using Pipeline.Functions.Hosting;
using Pipeline.Runtime.Ports;

namespace Pipeline.Functions.ServiceBus;

/// <summary>The runtime's queues as entities of the namespace, with one sender each; connections are made when used.</summary>
public sealed class QueueEntities(ServiceBusClient client, CloudSettings settings)
{
    /// <summary>A full queue is emptied by work, not by waiting a moment.</summary>
    private const int RetryAfterSeconds = 30;

    private readonly ConcurrentDictionary<string, ServiceBusSender> senders = new(StringComparer.Ordinal);

    public IEnumerable<string> Names => settings.Queues.Keys;

    public ServiceBusSender SenderOf(string queue) =>
        senders.GetOrAdd(queue, name => client.CreateSender(EntityOf(name)));

    /// <summary>The queue's dead letters; they know no sessions.</summary>
    public ServiceBusReceiver DeadLettersOf(string queue) => client.CreateReceiver(
        EntityOf(queue), new ServiceBusReceiverOptions { SubQueue = SubQueue.DeadLetter });

    /// <summary>To peek: without a session, at the messages of all.</summary>
    public ServiceBusReceiver LookInto(string queue) => client.CreateReceiver(EntityOf(queue));

    private string EntityOf(string queue) => settings.Queues[queue];

    /// <summary>Of the service, or of whoever says who we are: neither is the fault of a request or of a message.</summary>
    internal static bool IsOfTheService(Exception fault) =>
        fault is ServiceBusException or AuthenticationFailedException or UnauthorizedAccessException;

    /// <summary>What the port says of a fault of the service.</summary>
    internal static Exception Translate(Exception fault, string queue, long bytes) => fault switch
    {
        ServiceBusException { Reason: ServiceBusFailureReason.QuotaExceeded } =>
            new QueueFullException(queue, RetryAfterSeconds),
        ServiceBusException { Reason: ServiceBusFailureReason.MessageSizeExceeded } =>
            new MessageTooLargeException(queue, bytes, fault),
        ServiceBusException { Reason: var reason } => new StoreUnavailableException(
            $"The queue '{queue}' cannot be reached: {reason}.", fault),
        _ => new StoreUnavailableException($"The queue '{queue}' does not let us in.", fault),
    };
}
