using System.Globalization;
using Azure.Messaging.ServiceBus;
using Pipeline.Runtime.Loyalty;
using Pipeline.Runtime.Ports;

namespace Pipeline.Functions.ServiceBus;

/// <summary>
/// The dead letters of a queue: listed by looking without touching; replayed by sending the message again under another id
/// and taking the letter away. A crash between the two leaves a letter that may be replayed once more without harm.
/// </summary>
internal sealed class ServiceBusDeadLetters(QueueEntities entities) : IDeadLetters
{
    /// <summary>So many letters are passed over to find one; they are locked meanwhile, and given back.</summary>
    private const int SeekMax = 2_000;
    private const int SeekBatch = 200;
    private static readonly TimeSpan NoneWithin = TimeSpan.FromSeconds(2);

    public async ValueTask<DeadLetterPage> ListAsync(
        string queue, int limit, string? after, CancellationToken cancellation)
    {
        if (!long.TryParse(after ?? "0", NumberStyles.None, CultureInfo.InvariantCulture, out var from))
            throw new InvalidCursorException();
        await using var receiver = entities.DeadLettersOf(queue);
        var letters = new List<DeadLetter>(limit);
        try
        {
            while (letters.Count < limit)
            {
                var peeked = await receiver.PeekMessagesAsync(limit - letters.Count, from, cancellation);
                if (peeked.Count == 0)
                    return new DeadLetterPage(letters, null);
                letters.AddRange(peeked.Select(Letter));
                from = peeked[^1].SequenceNumber + 1;
            }
        }
        catch (Exception fault) when (QueueEntities.IsOfTheService(fault))
        {
            throw QueueEntities.Translate(fault, queue, bytes: 0);
        }

        return new DeadLetterPage(letters, from.ToString(CultureInfo.InvariantCulture));
    }

    public async ValueTask<bool> ReplayAsync(string queue, long sequence, CancellationToken cancellation)
    {
        await using var receiver = entities.DeadLettersOf(queue);
        try
        {
            var peeked = await receiver.PeekMessageAsync(sequence, cancellation);
            if (peeked?.SequenceNumber != sequence)
                return false;
            await ReplayAsync(queue, receiver, sequence, cancellation);
            return true;
        }
        catch (Exception fault) when (QueueEntities.IsOfTheService(fault))
        {
            throw QueueEntities.Translate(fault, queue, bytes: 0);
        }
    }

    /// <summary>Only what is received can be taken away, and that goes by the row: those before it are held, then given back.</summary>
    private async Task ReplayAsync(
        string queue, ServiceBusReceiver receiver, long sequence, CancellationToken cancellation)
    {
        var passed = new List<ServiceBusReceivedMessage>();
        try
        {
            while (passed.Count < SeekMax)
            {
                var received = await receiver.ReceiveMessagesAsync(SeekBatch, NoneWithin, cancellation);
                var letter = received.FirstOrDefault(one => one.SequenceNumber == sequence);
                passed.AddRange(received.Where(one => one.SequenceNumber != sequence));
                if (letter is not null)
                {
                    await entities.SenderOf(queue).SendMessageAsync(WorkMessages.Replay(letter), cancellation);
                    await receiver.CompleteMessageAsync(letter, cancellation);
                    return;
                }

                if (received.Count == 0)
                    break;
            }
        }
        finally
        {
            foreach (var letter in passed)
                await GiveBackAsync(receiver, letter);
        }

        throw new StoreUnavailableException(
            "The dead letter is held by another replay, or behind too many others: replay the oldest first.");
    }

    private static async Task GiveBackAsync(ServiceBusReceiver receiver, ServiceBusReceivedMessage letter)
    {
        try
        {
            await receiver.AbandonMessageAsync(letter, cancellationToken: CancellationToken.None);
        }
        catch (Exception fault) when (QueueEntities.IsOfTheService(fault))
        {
            // Its lock ends by itself; the replay is done, or is not, whatever becomes of this one.
        }
    }

    private static DeadLetter Letter(ServiceBusReceivedMessage peeked) => new(
        peeked.SequenceNumber,
        WorkMessages.Message(peeked),
        peeked.EnqueuedTime,
        WorkMessages.DeadLetteredAtOf(peeked),
        peeked.DeliveryCount,
        peeked.DeadLetterReason ?? "unknown",
        peeked.DeadLetterErrorDescription ?? "");
}
