using System.Globalization;
using Pipeline.Runtime.Ports;
using Pipeline.Runtime.Work;

namespace Pipeline.Runtime.Tests.Doubles;

/// <summary>A work queue in memory that keeps the queue contract, on a clock that a test moves.</summary>
internal sealed class MemoryQueue(
    TimeProvider time, int leaseSeconds = 30, int deliveryCountMax = 10, int messagesMax = int.MaxValue)
    : IWorkQueue, IQueueReceiver, IDeadLetters
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, Lane> lanes = new(StringComparer.Ordinal);
    private TaskCompletionSource changed = NewSignal();
    private long lastSequence;
    private long lastToken;

    public async ValueTask<SendResult> SendAsync(string queue, QueueMessage message, CancellationToken cancellation) =>
        (await SendAsync(queue, [message], cancellation))[0];

    public async ValueTask<IReadOnlyList<SendResult>> SendAsync(
        string queue, IReadOnlyList<QueueMessage> messages, CancellationToken cancellation)
    {
        await Task.Yield();
        lock (gate)
        {
            var results = messages.Select(message => Send(LaneOf(queue), message)).ToArray();
            Signal();
            return results;
        }
    }

    public async ValueTask<SessionLease> ReceiveAsync(string queue, int messagesMax, CancellationToken cancellation)
    {
        while (true)
        {
            Task next;
            DateTimeOffset? wake;
            lock (gate)
            {
                cancellation.ThrowIfCancellationRequested();
                if (Lease(queue, messagesMax) is { } lease)
                    return lease;
                next = changed.Task;
                wake = NextWake(queue);
            }

            await using var timer = wake is { } at
                ? time.CreateTimer(_ => Signalled(), null, at - time.GetUtcNow(), Timeout.InfiniteTimeSpan)
                : null;
            await next.WaitAsync(cancellation);
        }
    }

    /// <summary>As <see cref="ReceiveAsync"/>, but null where there is nothing to be had now.</summary>
    public SessionLease? TryReceive(string queue, int messagesMax)
    {
        lock (gate)
            return Lease(queue, messagesMax);
    }

    /// <summary>When a session that is locked or waits may be had again; null where none is.</summary>
    public DateTimeOffset? NextWake(string queue)
    {
        lock (gate)
        {
            var lane = LaneOf(queue);
            var instants = lane.Items.Select(item => lane.Leases.TryGetValue(item.Message.Session, out var lease)
                ? lease.Until
                : Later(item.Message.NotBefore, lane.DelayedUntil.GetValueOrDefault(item.Message.Session)));
            return instants.Where(at => at > time.GetUtcNow()).Select(static at => (DateTimeOffset?)at).Min();
        }
    }

    public async ValueTask<bool> SettleAsync(
        SessionLease lease, IReadOnlyList<Settlement> settlements, CancellationToken cancellation)
    {
        await Task.Yield();
        lock (gate)
        {
            var lane = LaneOf(lease.Queue);
            EndLeases(lane);
            if (!lane.Leases.TryGetValue(lease.Session, out var held) || held.Token != lease.Token)
                return false;
            foreach (var settlement in settlements)
                Settle(lane, held, settlement);
            if (held.Sequences.Count == 0)
                lane.Leases.Remove(lease.Session);
            Signal();
            return true;
        }
    }

    public bool Renew(SessionLease lease)
    {
        lock (gate)
        {
            var lane = LaneOf(lease.Queue);
            EndLeases(lane);
            if (!lane.Leases.TryGetValue(lease.Session, out var held) || held.Token != lease.Token)
                return false;
            held.Until = time.GetUtcNow().AddSeconds(leaseSeconds);
            return true;
        }
    }

    public async ValueTask<DeadLetterPage> ListAsync(
        string queue, int limit, string? after, CancellationToken cancellation)
    {
        await Task.Yield();
        lock (gate)
        {
            var lane = LaneOf(queue);
            EndLeases(lane);
            var from = after is null ? 0 : long.Parse(after, CultureInfo.InvariantCulture);
            var page = lane.Dead.Where(letter => letter.Sequence > from).Take(limit + 1).ToList();
            if (page.Count <= limit)
                return new DeadLetterPage(page, null);
            page.RemoveAt(limit);
            return new DeadLetterPage(page, page[^1].Sequence.ToString(CultureInfo.InvariantCulture));
        }
    }

    public async ValueTask<bool> ReplayAsync(string queue, long sequence, CancellationToken cancellation)
    {
        await Task.Yield();
        lock (gate)
        {
            var lane = LaneOf(queue);
            if (lane.Dead.Find(letter => letter.Sequence == sequence) is not { } letter)
                return false;
            lane.Dead.Remove(letter);
            lane.Items.Add(new Item(++lastSequence, letter.Message, letter.EnqueuedAt));
            Signal();
            return true;
        }
    }

    private SendResult Send(Lane lane, QueueMessage message)
    {
        var known = lane.Items.Find(item => item.Message.MessageId == message.MessageId)?.Message
            ?? lane.Dead.Find(letter => letter.Message.MessageId == message.MessageId)?.Message;
        if (known is not null)
            return new SendResult(SendStatus.Duplicate, known.Fingerprint);
        if (lane.Items.Count >= messagesMax)
            throw new QueueFullException(lane.Queue, retryAfterSeconds: 2);
        lane.Items.Add(new Item(++lastSequence, message with { Body = message.Body.ToArray() }, time.GetUtcNow()));
        return new SendResult(SendStatus.Queued);
    }

    private SessionLease? Lease(string queue, int messagesMax)
    {
        var lane = LaneOf(queue);
        EndLeases(lane);
        var now = time.GetUtcNow();
        bool IsFree(Item item) =>
            !lane.Leases.ContainsKey(item.Message.Session)
            && lane.DelayedUntil.GetValueOrDefault(item.Message.Session) <= now
            && (item.Message.NotBefore is not { } notBefore || notBefore <= now);
        if (lane.Items.Find(IsFree) is not { } first)
            return null;
        var session = first.Message.Session;
        var taken = lane.Items.Where(item => item.Message.Session == session && IsFree(item)).Take(messagesMax).ToList();
        taken.ForEach(static item => item.DeliveryCount++);
        var held = new Held(
            ++lastToken, now.AddSeconds(leaseSeconds), [.. taken.Select(static item => item.Sequence)]);
        lane.Leases.Add(session, held);
        return new SessionLease(queue, session, held.Token, held.Until, [.. taken.Select(static item =>
            new DeliveredMessage(item.Sequence, item.Message, item.EnqueuedAt, item.DeliveryCount))]);
    }

    private void Settle(Lane lane, Held held, Settlement settlement)
    {
        if (!held.Sequences.Remove(settlement.Sequence))
            return;
        var item = lane.Items.Find(item => item.Sequence == settlement.Sequence)!;
        switch (settlement)
        {
            case Settlement.Complete:
                lane.Items.Remove(item);
                break;
            case Settlement.DeadLetter letter:
                Bury(lane, item, letter.Reason, letter.Description);
                break;
            case Settlement.NotYet when Postponement.After(time.GetUtcNow() - item.EnqueuedAt) is { } wait:
                lane.Items.Remove(item);
                var later = item.Message with { NotBefore = time.GetUtcNow() + wait };
                lane.Items.Add(new Item(++lastSequence, later, item.EnqueuedAt));
                break;
            case Settlement.NotYet notYet:
                Bury(lane, item, notYet.Reason, notYet.Description);
                break;
            case Settlement.Abandon abandon when item.DeliveryCount >= deliveryCountMax:
                Bury(lane, item, abandon.Reason, abandon.Description);
                break;
            case Settlement.Abandon:
                lane.DelayedUntil[item.Message.Session] = time.GetUtcNow().AddSeconds(Math.Min(60, item.DeliveryCount));
                break;
        }
    }

    /// <summary>Leases whose time is over give their messages back.</summary>
    private void EndLeases(Lane lane)
    {
        var now = time.GetUtcNow();
        foreach (var (session, lease) in lane.Leases.Where(lease => lease.Value.Until <= now).ToArray())
        {
            lane.Leases.Remove(session);
            foreach (var item in lane.Items.Where(item => lease.Sequences.Contains(item.Sequence)).ToArray())
                if (item.DeliveryCount >= deliveryCountMax)
                    Bury(lane, item, "delivery-limit", "Every lease ended before the message was settled.");
        }
    }

    private void Bury(Lane lane, Item item, string reason, string description)
    {
        lane.Items.Remove(item);
        lane.Dead.Add(new DeadLetter(
            item.Sequence, item.Message, item.EnqueuedAt, time.GetUtcNow(), item.DeliveryCount, reason, description));
        lane.Dead.Sort(static (a, b) => a.Sequence.CompareTo(b.Sequence));
    }

    private Lane LaneOf(string queue)
    {
        if (!lanes.TryGetValue(queue, out var lane))
            lanes.Add(queue, lane = new Lane(queue));
        return lane;
    }

    private void Signalled()
    {
        lock (gate)
            Signal();
    }

    private void Signal()
    {
        var waiting = changed;
        changed = NewSignal();
        waiting.SetResult();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static DateTimeOffset Later(DateTimeOffset? a, DateTimeOffset b) => a > b ? a.Value : b;

    private sealed class Lane(string queue)
    {
        public string Queue => queue;

        public List<Item> Items { get; } = [];

        public List<DeadLetter> Dead { get; } = [];

        public Dictionary<string, Held> Leases { get; } = new(StringComparer.Ordinal);

        public Dictionary<string, DateTimeOffset> DelayedUntil { get; } = new(StringComparer.Ordinal);
    }

    private sealed record Item(long Sequence, QueueMessage Message, DateTimeOffset EnqueuedAt)
    {
        public int DeliveryCount { get; set; }
    }

    private sealed class Held(long token, DateTimeOffset until, List<long> sequences)
    {
        public long Token => token;

        public DateTimeOffset Until { get; set; } = until;

        public List<long> Sequences => sequences;
    }
}
