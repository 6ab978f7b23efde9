using System.Globalization;
using Pipeline.Runtime.Ports;
using Pipeline.Sqlite.Storage;
using Pipeline.Sqlite.Writing;

namespace Pipeline.Sqlite.Queue;

/// <summary>The queue's ports over the queues in memory and the writer.</summary>
internal sealed class QueuePorts(WorkQueues queues, Writer writer) : IWorkQueue, IQueueReceiver
{
    private const int MessagesPerSendMax = 1_000;

    public ValueTask<SendResult> SendAsync(string queue, QueueMessage message, CancellationToken cancellation)
    {
        Check(message);
        var request = new SendRequest(queues.Get(queue), message);
        var place = writer.PostAsync(request, cancellation);
        return place.IsCompletedSuccessfully ? request.Answer : AwaitPlaceAsync(place, request);
    }

    public async ValueTask<IReadOnlyList<SendResult>> SendAsync(
        string queue, IReadOnlyList<QueueMessage> messages, CancellationToken cancellation)
    {
        foreach (var message in messages)
            Check(message);
        var results = new List<SendResult>(messages.Count);
        foreach (var chunk in messages.Chunk(MessagesPerSendMax))
        {
            var request = new SendManyRequest(queues.Get(queue), chunk);
            await writer.PostAsync(request, cancellation);
            results.AddRange(await request.Answer);
        }

        return results;
    }

    public async ValueTask<SessionLease> ReceiveAsync(string queue, int messagesMax, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(messagesMax, 1);
        var source = queues.Get(queue);
        var lease = await source.LeaseAsync(messagesMax, cancellation);
        if (lease.NeedsRecord)
            await RecordAsync(source, lease);
        return new SessionLease(
            queue, lease.Session.Name, lease.Token, new DateTimeOffset(lease.UntilTicks, TimeSpan.Zero), lease.Delivered);
    }

    public async ValueTask<bool> SettleAsync(
        SessionLease lease, IReadOnlyList<Settlement> settlements, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(lease);
        if (settlements.DistinctBy(static settlement => settlement.Sequence).Count() != settlements.Count)
            throw new ArgumentException("A message is settled twice.", nameof(settlements));
        var request = new SettleRequest(queues.Get(lease.Queue), lease, settlements);
        await writer.PostAsync(request, cancellation);
        return await request.Answer;
    }

    public bool Renew(SessionLease lease)
    {
        ArgumentNullException.ThrowIfNull(lease);
        return queues.Get(lease.Queue).Renew(lease.Token);
    }

    private static async ValueTask<SendResult> AwaitPlaceAsync(ValueTask place, SendRequest request)
    {
        await place;
        return await request.Answer;
    }

    private async Task RecordAsync(WorkQueue queue, ActiveLease lease)
    {
        try
        {
            var request = new RecordDeliveryRequest(lease);
            await writer.PostAsync(request, CancellationToken.None);
            await request.Answer;
        }
        catch
        {
            queue.GiveBack(lease);
            throw;
        }
    }

    private static void Check(QueueMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        ArgumentException.ThrowIfNullOrEmpty(message.MessageId, nameof(message));
        ArgumentException.ThrowIfNullOrEmpty(message.Session, nameof(message));
        ArgumentNullException.ThrowIfNull(message.Fingerprint, nameof(message));
    }
}

/// <summary>The dead letters, on a read connection; without a writer they can only be listed.</summary>
internal sealed class DeadLetterPort(BlockReader connections, WorkQueues? queues, Writer? writer) : IDeadLetters
{
    private const int LettersPerPageMax = 1_000;

    public ValueTask<DeadLetterPage> ListAsync(
        string queue, int limit, string? after, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        limit = Math.Min(limit, LettersPerPageMax);
        var from = 0L;
        if (after is not null && !long.TryParse(after, NumberStyles.None, CultureInfo.InvariantCulture, out from))
            throw new ArgumentException("The cursor is not one of this list.", nameof(after));
        var letters = connections.Use(database =>
        {
            using var table = new DeadLetterTable(database);
            return table.Read(queue, from, limit + 1);
        });
        if (letters.Count <= limit)
            return new(new DeadLetterPage(letters, null));
        letters.RemoveAt(limit);
        return new(new DeadLetterPage(letters, letters[^1].Sequence.ToString(CultureInfo.InvariantCulture)));
    }

    public async ValueTask<bool> ReplayAsync(string queue, long sequence, CancellationToken cancellation)
    {
        if (queues is null || writer is null)
            throw new StoreUnavailableException("The data folder is open for reading only.");
        var request = new ReplayRequest(queues.Get(queue), sequence);
        await writer.PostAsync(request, cancellation);
        return await request.Answer;
    }
}
