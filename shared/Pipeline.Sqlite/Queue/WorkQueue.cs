using Pipeline.Runtime.Ports;

namespace Pipeline.Sqlite.Queue;

/// <summary>
/// One queue in memory. The writer's thread brings and takes messages as they are committed; receivers lease.
/// Leasing takes the same time however many sessions wait.
/// </summary>
internal sealed partial class WorkQueue : IDisposable
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, QueuedMessage> byId = new(StringComparer.Ordinal);
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

    /// <summary>The fingerprint of a message that is here or on its way.</summary>
    public string? FindFingerprint(string messageId)
    {
        lock (gate)
            return byId.TryGetValue(messageId, out var known) ? known.Message.Fingerprint : null;
    }

    /// <summary>Takes the message's id, so that a second one is a duplicate, without showing it to receivers.</summary>
    public QueuedMessage Reserve(long sequence, QueueMessage message)
    {
        lock (gate)
        {
            // A clock that is set back must not turn a session's order round.
            lastEnqueuedTicks = Math.Max(lastEnqueuedTicks, NowTicks);
            var queued = new QueuedMessage(this, sequence, message, lastEnqueuedTicks);
            byId.Add(message.MessageId, queued);
            return queued;
        }
    }

    public void Unreserve(QueuedMessage message)
    {
        lock (gate)
            byId.Remove(message.Message.MessageId);
    }

    /// <summary>Shows a committed message to receivers, at its time.</summary>
    public void Admit(QueuedMessage message)
    {
        lock (gate)
        {
            if (message.Message.NotBefore is { } notBefore && notBefore.UtcTicks > NowTicks)
            {
                message.State = MessageState.Scheduled;
                scheduled.Enqueue(message, (notBefore.UtcTicks, message.Sequence));
                SetTimer(notBefore.UtcTicks);
                return;
            }

            AppendToSession(message);
        }
    }

    /// <summary>Puts back what a reopened folder held.</summary>
    public void Recover(QueuedMessage message, long holdUntilTicks)
    {
        lock (gate)
        {
            byId[message.Message.MessageId] = message;
            lastEnqueuedTicks = Math.Max(lastEnqueuedTicks, message.EnqueuedTicks);
        }

        Admit(message);
        if (holdUntilTicks == 0)
            return;
        lock (gate)
        {
            if (message.Session is { } session)
                session.HoldUntilTicks = Math.Max(session.HoldUntilTicks, holdUntilTicks);
        }
    }

    public void Dispose() => timer.Dispose();

    private void AppendToSession(QueuedMessage message)
    {
        var name = message.Message.Session;
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
                AppendToSession(message);
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
