using Pipeline.Runtime.Ports;
using Pipeline.Sqlite.Writing;

namespace Pipeline.Sqlite.Queue;

/// <summary>Queues messages.</summary>
internal sealed class SendRequest(WorkQueue queue, IReadOnlyList<QueueMessage> messages) : WriterRequest
{
    private readonly TaskCompletionSource<SendResult[]> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SendResult[] results = new SendResult[messages.Count];
    private readonly List<QueuedMessage> reserved = new(messages.Count);

    public Task<SendResult[]> Answer => answer.Task;

    public override int Bytes
    {
        get
        {
            var bytes = 0;
            for (var i = 0; i < messages.Count; i++)
                bytes += 200 + messages[i].Body.Length;
            return bytes;
        }
    }

    public override void Prepare(Batch batch)
    {
        for (var i = 0; i < messages.Count; i++)
        {
            var message = messages[i];
            var known = queue.FindFingerprint(message.MessageId);
            if (known is null && queue.DeadLetterCount > 0)
                known = batch.FindDeadLetter(queue.Name, message.MessageId);
            if (known is not null)
            {
                results[i] = new SendResult(SendStatus.Duplicate, known);
                continue;
            }

            var queued = queue.Reserve(batch.QueueLog.NextSequence + reserved.Count, message);
            if (!queue.Owner.TryAdd(queued, bounded: true))
            {
                queue.Unreserve(queued);
                TakeBack();
                throw queue.Owner.Full(queue.Name);
            }

            reserved.Add(queued);
        }

        // Only now, so that a send that does not fit leaves nothing behind.
        foreach (var queued in reserved)
            batch.QueueLog.Enqueue(queued);
        batch.QueueLog.NextSequence += reserved.Count;
    }

    public override void Publish()
    {
        foreach (var message in reserved)
            queue.Admit(message);
        answer.SetResult(results);
    }

    public override void Fail(Exception error)
    {
        TakeBack();
        answer.SetException(error);
    }

    private void TakeBack()
    {
        foreach (var message in reserved)
        {
            queue.Unreserve(message);
            queue.Owner.Remove(message);
        }

        reserved.Clear();
    }
}

/// <summary>Settles messages of a lease.</summary>
internal sealed class SettleRequest(WorkQueue queue, SessionLease lease, IReadOnlyList<Settlement> settlements)
    : WriterRequest
{
    private readonly TaskCompletionSource<bool> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly long[] holdUntilTicks = new long[settlements.Count];
    private (ActiveLease Lease, QueuedMessage[] Messages)? begun;
    private int deadLetters;

    public Task<bool> Answer => answer.Task;

    public override void Prepare(Batch batch)
    {
        begun = queue.BeginSettle(lease.Token, settlements);
        if (begun is not { } settling)
            return;
        for (var i = 0; i < settlements.Count; i++)
        {
            var message = settling.Messages[i];
            switch (settlements[i])
            {
                case Settlement.Abandon abandon when message.DeliveryCount < queue.Owner.DeliveryCountMax:
                    holdUntilTicks[i] = queue.Owner.HoldUntilTicks(message.DeliveryCount);
                    batch.QueueLog.Delivered(message.Sequence, message.DeliveryCount);
                    batch.QueueLog.Hold(message.Sequence, holdUntilTicks[i]);
                    continue;
                case Settlement.Abandon abandon:
                    deadLetters++;
                    batch.DeadLetter(message, abandon.Reason, abandon.Description);
                    break;
                case Settlement.DeadLetter dead:
                    deadLetters++;
                    batch.DeadLetter(message, dead.Reason, dead.Description);
                    break;
                case Settlement.Complete:
                    break;
            }

            batch.QueueLog.Complete(message.Sequence);
        }
    }

    public override void Publish()
    {
        if (begun is { } settling)
        {
            queue.DeadLetterCount += deadLetters;
            for (var i = 0; i < holdUntilTicks.Length; i++)
            {
                if (holdUntilTicks[i] == 0)
                    queue.Owner.Remove(settling.Messages[i]);
            }

            queue.EndSettle(settling.Lease, settling.Messages, holdUntilTicks);
        }

        answer.SetResult(begun is not null);
    }

    public override void Fail(Exception error)
    {
        if (begun is { } settling)
            queue.CancelSettle(settling.Lease, settling.Messages);
        answer.SetException(error);
    }
}

/// <summary>Counts a delivery on disk before it is made.</summary>
internal sealed class RecordDeliveryRequest(ActiveLease lease) : WriterRequest
{
    private readonly TaskCompletionSource answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Answer => answer.Task;

    public override void Prepare(Batch batch)
    {
        foreach (var message in lease.Messages)
            batch.QueueLog.Delivered(message.Sequence, message.DeliveryCount);
    }

    public override void Publish()
    {
        foreach (var message in lease.Messages)
            message.Survivor = false;
        answer.SetResult();
    }

    public override void Fail(Exception error) => answer.SetException(error);
}

/// <summary>Brings a message whose last allowed lease ended without a settlement to the dead letters.</summary>
internal sealed class ExhaustedRequest(WorkQueue queue, QueuedMessage message) : WriterRequest
{
    public override void Prepare(Batch batch)
    {
        var count = message.DeliveryCount;
        batch.DeadLetter(
            message, "DeliveryLimit",
            $"Delivery {count} of {queue.Owner.DeliveryCountMax} ended without a settlement.");
        batch.QueueLog.Complete(message.Sequence);
    }

    public override void Publish()
    {
        queue.DeadLetterCount++;
        queue.Owner.Remove(message);
        queue.EndExhausted(message, deadLettered: true);
    }

    public override void Fail(Exception error) => queue.EndExhausted(message, deadLettered: false);
}

/// <summary>Puts a dead letter back at the end of its session.</summary>
internal sealed class ReplayRequest(WorkQueue queue, long sequence) : WriterRequest
{
    private readonly TaskCompletionSource<bool> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private QueuedMessage? replayed;

    public Task<bool> Answer => answer.Task;

    public override void Prepare(Batch batch)
    {
        if (!batch.TakeDeadLetter(queue.Name, sequence, out var letter))
            return;
        // Staff may replay into a full queue: the letter was in it before.
        replayed = queue.Reserve(batch.QueueLog.NextSequence++, letter.Message);
        queue.Owner.TryAdd(replayed, bounded: false);
        batch.QueueLog.Enqueue(replayed);
    }

    public override void Publish()
    {
        if (replayed is not null)
        {
            queue.DeadLetterCount--;
            queue.Admit(replayed);
        }

        answer.SetResult(replayed is not null);
    }

    public override void Fail(Exception error)
    {
        if (replayed is not null)
        {
            queue.Unreserve(replayed);
            queue.Owner.Remove(replayed);
        }

        answer.SetException(error);
    }
}
