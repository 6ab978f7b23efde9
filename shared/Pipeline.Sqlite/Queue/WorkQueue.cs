using Pipeline.Runtime.Ports;
using Pipeline.Sqlite.Writing;

namespace Pipeline.Sqlite.Queue;

/// <summary>
/// One queue in memory. The writer's thread brings and takes messages as they are committed; receivers lease.
/// Leasing takes the same time however many sessions wait.
/// </summary>
internal sealed partial class WorkQueue : IDisposable
{
    private readonly Lock gate = new();
    private readonly MessageIds ids = new();
    private readonly Dictionary<string, SessionState> sessions = new(StringComparer.Ordinal);
    private readonly Queue<SessionState> ready = [];
    private readonly LinkedList<ActiveLease> leases = [];
    private readonly Dictionary<long, ActiveLease> byToken = [];
    private readonly PriorityQueue<QueuedMessage, (long, long)> scheduled = new();
    private readonly PriorityQueue<SessionState, long> held = new();
    private readonly LinkedList<Receiver> receivers = [];
    private readonly ITimer timer;
    private long timerTicks = long.MaxValue;
    private long lastEnqueuedTicks;

    public WorkQueue(WorkQueues owner, string name)
    {
        (Owner, Name) = (owner, name);
        timer = owner.Time.CreateTimer(_ => OnTimer(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public WorkQueues Owner { get; }

    public string Name { get; }

    /// <summary>Dead letters in the table. Only for the writer's thread.</summary>
    public long DeadLetterCount { get; set; }

    private long NowTicks => Owner.Time.GetUtcNow().UtcTicks;

    /// <summary>When the oldest message came; null for an empty queue.</summary>
    public DateTimeOffset? OldestEnqueuedAt()
    {
        lock (gate)
        {
            // Sessions stand in line about in the order of their messages: the first few are near enough for a
            // monitor, and looking at all would stop everyone else.
            long? oldest = null;
            var sample = ready.Take(64).Concat(suspects.Take(64))
                .Concat(leases.Take(64).Select(static lease => lease.Session));
            foreach (var session in sample)
            {
                if (session.First is { } first && (oldest is null || first.EnqueuedTicks < oldest))
                    oldest = first.EnqueuedTicks;
            }

            return oldest is null ? null : new DateTimeOffset(oldest.Value, TimeSpan.Zero);
        }
    }

    /// <summary>The fingerprint of a message that is here or on its way. Only on the writer's thread.</summary>
    public string? FindFingerprint(string messageId)
    {
        lock (gate)
            return ids.TryGet(messageId, out var known) ? MessageContent.FingerprintOf(known.Content.Span) : null;
    }

    /// <summary>Takes a message unless its id is here, on its way, or among the dead letters.</summary>
    /// <exception cref="QueueFullException">It would pass a bound; nothing was taken.</exception>
    public SendResult Send(Batch batch, QueueMessage message, out QueuedMessage? queued)
    {
        queued = null;
        var known = FindFingerprint(message.MessageId);
        if (known is null && DeadLetterCount > 0)
            known = batch.FindDeadLetter(Name, message.MessageId);
        if (known is not null)
            return new SendResult(SendStatus.Duplicate, known);
        queued = Take(batch, message, bounded: true);
        return new SendResult(SendStatus.Queued);
    }

    /// <summary>Takes a message and its id, without showing it to receivers yet.</summary>
    public QueuedMessage Take(Batch batch, QueueMessage message, bool bounded)
    {
        var queued = batch.QueueLog.Enqueue(this, message, bounded);
        lock (gate)
            ids.Add(queued);
        return queued;
    }

    /// <summary>The batch that took a message was not committed.</summary>
    public void TakeBack(QueuedMessage message)
    {
        lock (gate)
            ids.Remove(message);
        Owner.Remove(message);
    }

    /// <summary>When a message that comes now was enqueued.</summary>
    public long EnqueuedNow()
    {
        // A clock that is set back must not turn a session's order round.
        lastEnqueuedTicks = Math.Max(lastEnqueuedTicks, NowTicks);
        return lastEnqueuedTicks;
    }

    /// <summary>Shows a committed message to receivers, at its time.</summary>
    public void Admit(QueuedMessage message, QueueMessage content)
    {
        lock (gate)
        {
            if (content.NotBefore is { } notBefore && notBefore.UtcTicks > NowTicks)
            {
                message.State = MessageState.Scheduled;
                scheduled.Enqueue(message, (notBefore.UtcTicks, message.Sequence));
                SetTimer(notBefore.UtcTicks);
                return;
            }

            AppendToSession(message, content.Session);
        }
    }

    /// <summary>Shows a message whose former self has just left.</summary>
    public void Readmit(QueuedMessage message, QueueMessage content)
    {
        lock (gate)
            ids.Add(message);
        Admit(message, content);
    }

    /// <summary>How long it has been here, under whatever numbers.</summary>
    public TimeSpan Age(QueuedMessage message) => TimeSpan.FromTicks(Math.Max(0, NowTicks - message.EnqueuedTicks));

    /// <summary>Puts back what a reopened folder held.</summary>
    public void Recover(QueuedMessage message, QueueMessage content, long holdUntilTicks)
    {
        lock (gate)
        {
            ids.Add(message);
            lastEnqueuedTicks = Math.Max(lastEnqueuedTicks, message.EnqueuedTicks);
        }

        Admit(message, content);
        if (holdUntilTicks == 0)
            return;
        lock (gate)
        {
            if (message.Session is { } session)
                session.HoldUntilTicks = Math.Max(session.HoldUntilTicks, holdUntilTicks);
        }
    }

    /// <summary>Until when a message that was abandoned waits; 0 for one that does not.</summary>
    public long HeldUntilTicks(QueuedMessage message)
    {
        lock (gate)
            return message.Session is { } session && session.First == message ? session.HoldUntilTicks : 0;
    }

    /// <summary>Gives a message's content another place.</summary>
    public void Move(QueuedMessage message, PageSlice content)
    {
        lock (gate)
            message.Content = content;
    }

    public void Dispose() => timer.Dispose();

    private void AppendToSession(QueuedMessage message, string name)
    {
        if (!sessions.TryGetValue(name, out var session))
            sessions.Add(name, session = new SessionState(name));
        message.State = MessageState.Waiting;
        session.Append(message);
        Offer(session);
    }

    /// <summary>Puts a session where it belongs now: to a receiver, in line, among the held, or nowhere.</summary>
    private void Offer(SessionState session)
    {
        if (session.Lease is not null || session.Blocks > 0 || session.InLine || session.Held)
            return;
        if (session.First is null)
        {
            sessions.Remove(session.Name);
            return;
        }

        if (session.HoldUntilTicks > NowTicks)
        {
            session.Held = true;
            held.Enqueue(session, session.HoldUntilTicks);
            SetTimer(session.HoldUntilTicks);
            return;
        }

        if (session.First.IsSuspect)
        {
            session.InLine = true;
            suspects.Enqueue(session);
            GiveSuspect();
            return;
        }

        if (receivers.First is { } receiver)
        {
            receivers.RemoveFirst();
            receiver.Value.Give(Lease(session, receiver.Value.MessagesMax));
            return;
        }

        session.InLine = true;
        ready.Enqueue(session);
    }

    private void OnTimer()
    {
        List<QueuedMessage>? exhausted = null;
        lock (gate)
        {
            timerTicks = long.MaxValue;
            var now = NowTicks;
            while (scheduled.TryPeek(out var message, out var at) && at.Item1 <= now)
            {
                scheduled.Dequeue();
                AppendToSession(message, message.Read().Session);
            }

            while (held.TryPeek(out var session, out var until) && until <= now)
            {
                held.Dequeue();
                session.Held = false;
                Offer(session);
            }

            while (leases.First is { } first && first.Value.UntilTicks <= now)
                Expire(first.Value, ref exhausted);
            SetTimerToNext();
        }

        if (exhausted is not null)
            Owner.DeadLetterExhausted(this, exhausted);
    }

    private void SetTimerToNext()
    {
        var next = long.MaxValue;
        if (scheduled.TryPeek(out _, out var at))
            next = at.Item1;
        if (held.TryPeek(out _, out var until))
            next = Math.Min(next, until);
        if (leases.First is { } lease)
            next = Math.Min(next, lease.Value.UntilTicks);
        if (next != long.MaxValue)
            SetTimer(next);
    }

    private void SetTimer(long ticks)
    {
        if (ticks >= timerTicks)
            return;
        timerTicks = ticks;
        // A timer counts whole milliseconds: one more, so that it does not come too early.
        var wait = TimeSpan.FromTicks(Math.Max(0, ticks - NowTicks)) + TimeSpan.FromMilliseconds(1);
        timer.Change(wait < MaxWait ? wait : MaxWait, Timeout.InfiniteTimeSpan);
    }

    private static TimeSpan MaxWait => TimeSpan.FromDays(1);
}
