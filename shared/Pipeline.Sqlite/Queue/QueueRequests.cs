using System.Threading.Tasks.Sources;
using Pipeline.Runtime.Ports;
using Pipeline.Runtime.Work;
using Pipeline.Sqlite.Writing;

namespace Pipeline.Sqlite.Queue;

/// <summary>Queues one message. It is its own answer: this is the way of every purchase, thousands a second.</summary>
internal sealed class SendRequest(WorkQueue queue, QueueMessage message) : WriterRequest, IValueTaskSource<SendResult>
{
    private ManualResetValueTaskSourceCore<SendResult> answer = new() { RunContinuationsAsynchronously = true };
    private SendResult result;
    private QueuedMessage? queued;

    /// <summary>To be awaited once.</summary>
    public ValueTask<SendResult> Answer => new(this, answer.Version);

    public override int Bytes => QueuedMessage.OverheadBytes + message.Body.Length;

    public override void Prepare(Batch batch) => result = queue.Send(batch, message, out queued);

    public override void Publish()
    {
        if (queued is not null)
            queue.Admit(queued, message);
        answer.SetResult(result);
    }

    public override void Fail(Exception error)
    {
        if (queued is not null)
            queue.TakeBack(queued);
        answer.SetException(error);
    }

    SendResult IValueTaskSource<SendResult>.GetResult(short token) => answer.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<SendResult>.GetStatus(short token) => answer.GetStatus(token);

    void IValueTaskSource<SendResult>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        answer.OnCompleted(continuation, state, token, flags);
}

/// <summary>Queues several messages: all that are new, or none.</summary>
internal sealed class SendManyRequest(WorkQueue queue, QueueMessage[] messages) : WriterRequest
{
    private readonly TaskCompletionSource<SendResult[]> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SendResult[] results = new SendResult[messages.Length];
    private readonly QueuedMessage?[] queued = new QueuedMessage?[messages.Length];

    public Task<SendResult[]> Answer => answer.Task;

    public override int Bytes => messages.Sum(static message => QueuedMessage.OverheadBytes + message.Body.Length);

    public override void Prepare(Batch batch)
    {
        var before = batch.QueueLog.Mark();
        try
        {
            for (var i = 0; i < messages.Length; i++)
                results[i] = queue.Send(batch, messages[i], out queued[i]);
        }
        catch
        {
            // A send that does not fit leaves nothing behind.
            batch.QueueLog.ReturnTo(before);
            throw;
        }
    }

    public override void Publish()
    {
        for (var i = 0; i < messages.Length; i++)
        {
            if (queued[i] is { } message)
                queue.Admit(message, messages[i]);
        }

        answer.SetResult(results);
    }

    public override void Fail(Exception error)
    {
        foreach (var message in queued)
        {
            if (message is not null)
                queue.TakeBack(message);
        }

        answer.SetException(error);
    }
}

/// <summary>Settles messages of a lease.</summary>
internal sealed class SettleRequest(WorkQueue queue, SessionLease lease, IReadOnlyList<Settlement> settlements)
    : WriterRequest
{
    private readonly TaskCompletionSource<bool> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly long[] holdUntilTicks = new long[settlements.Count];
    private readonly List<(QueuedMessage Message, QueueMessage Content)> postponed = [];
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
                case Settlement.NotYet notYet when Postponement.After(queue.Age(message)) is { } wait:
                    var content = message.Read() with { NotBefore = queue.Owner.Time.GetUtcNow() + wait };
                    postponed.Add((batch.QueueLog.Postpone(message, content), content));
                    break;
                case Settlement.NotYet notYet:
                    deadLetters++;
                    batch.DeadLetter(message, notYet.Reason, notYet.Description);
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
            queue.EndSettle(settling.Lease, settling.Messages, holdUntilTicks);
            for (var i = 0; i < holdUntilTicks.Length; i++)
            {
                if (holdUntilTicks[i] == 0)
                    queue.Owner.Remove(settling.Messages[i]);
            }

            foreach (var (message, content) in postponed)
                queue.Readmit(message, content);
        }

        answer.SetResult(begun is not null);
    }

    public override void Fail(Exception error)
    {
        foreach (var (message, _) in postponed)
            queue.Owner.Remove(message);
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
        queue.EndExhausted(message, deadLettered: true);
        queue.Owner.Remove(message);
    }

    public override void Fail(Exception error) => queue.EndExhausted(message, deadLettered: false);
}

/// <summary>Puts a dead letter back at the end of its session.</summary>
internal sealed class ReplayRequest(WorkQueue queue, long sequence) : WriterRequest
{
    private readonly TaskCompletionSource<bool> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private QueueMessage? content;
    private QueuedMessage? replayed;

    public Task<bool> Answer => answer.Task;

    public override void Prepare(Batch batch)
    {
        if (!batch.TakeDeadLetter(queue.Name, sequence, out var letter))
            return;
        // Staff may replay into a full queue: the letter was in it before.
        content = letter.Message;
        replayed = queue.Take(batch, content, bounded: false);
    }

    public override void Publish()
    {
        if (replayed is not null)
        {
            queue.DeadLetterCount--;
            queue.Admit(replayed, content!);
        }

        answer.SetResult(replayed is not null);
    }

    public override void Fail(Exception error)
    {
        if (replayed is not null)
            queue.TakeBack(replayed);

        answer.SetException(error);
    }
}
