using Pipeline.Runtime.Ports;

namespace Pipeline.Functions.ServiceBus;

/// <summary>
/// The sending side over Service Bus. It cannot tell a repetition; the service drops one that comes within its window, and
/// the ledger finds the others by their natural key.
/// </summary>
internal sealed class ServiceBusWorkQueue(QueueEntities entities) : IWorkQueue
{
    private static readonly SendResult Queued = new(SendStatus.Queued);

    public async ValueTask<SendResult> SendAsync(string queue, QueueMessage message, CancellationToken cancellation)
    {
        try
        {
            await entities.SenderOf(queue).SendMessageAsync(WorkMessages.Write(message), cancellation);
            return Queued;
        }
        catch (Exception fault) when (QueueEntities.IsOfTheService(fault))
        {
            throw QueueEntities.Translate(fault, queue, message.Body.Length);
        }
    }

    /// <remarks>A batch is all or nothing, several are not: after a fault some of the messages may be queued.</remarks>
    public async ValueTask<IReadOnlyList<SendResult>> SendAsync(
        string queue, IReadOnlyList<QueueMessage> messages, CancellationToken cancellation)
    {
        var sender = entities.SenderOf(queue);
        try
        {
            for (var next = 0; next < messages.Count;)
            {
                using var batch = await sender.CreateMessageBatchAsync(cancellation);
                while (next < messages.Count && batch.TryAddMessage(WorkMessages.Write(messages[next])))
                    next++;
                if (batch.Count == 0)
                    throw new MessageTooLargeException(queue, messages[next].Body.Length);
                await sender.SendMessagesAsync(batch, cancellation);
            }
        }
        catch (Exception fault) when (QueueEntities.IsOfTheService(fault))
        {
            throw QueueEntities.Translate(fault, queue, messages.Max(static message => message.Body.Length));
        }

        return [.. messages.Select(static _ => Queued)];
    }
}
