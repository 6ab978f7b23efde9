using Pipeline.Runtime.Ports;

namespace Pipeline.Sqlite.Queue;

internal sealed partial class WorkQueue
{
    /// <summary>A lease of the next ready session, now or as soon as there is one.</summary>
    public ValueTask<ActiveLease> LeaseAsync(int messagesMax, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        Receiver receiver;
        lock (gate)
        {
            if (TakeReady(messagesMax) is { } lease)
                return new(lease);
            receiver = new Receiver(messagesMax);
            receivers.AddLast(receiver);
        }

        return receiver.WaitAsync(this, cancellation);
    }

    public bool Renew(long token)
    {
        lock (gate)
        {
            if (FindLease(token) is not { } lease)
                return false;
            if (lease.Place is not null)
                leases.Remove(lease.Place);
            lease.UntilTicks = NowTicks + Owner.LeaseTicks;
            lease.Place = leases.AddLast(lease);
            SetTimer(lease.UntilTicks);
            if (lease.TurnUntilTicks <= NowTicks)
                EndTurn(lease);
            return true;
        }
    }

    /// <summary>Gives a lease back as if it had not been made; only its delivery count stays.</summary>
    public void GiveBack(ActiveLease lease)
    {
        lock (gate)
        {
            if (byToken.ContainsKey(lease.Token))
                End(lease);
        }
    }

    /// <summary>
    /// Marks messages of a living lease as being settled; null where the lease has ended or does not hold one of
    /// them any more.
    /// </summary>
    public (ActiveLease Lease, QueuedMessage[] Messages)? BeginSettle(long token, IReadOnlyList<Settlement> settlements)
    {
        lock (gate)
        {
            if (FindLease(token) is not { } lease)
                return null;
            var messages = new QueuedMessage[settlements.Count];
            for (var i = 0; i < messages.Length; i++)
            {
                var sequence = settlements[i].Sequence;
                if (Array.Find(lease.Messages, message => message.Sequence == sequence) is not
                    { State: MessageState.Leased } message)
                {
                    for (var j = 0; j < i; j++)
                        messages[j].State = MessageState.Leased;
                    return null;
                }

                message.State = MessageState.Settling;
                messages[i] = message;
            }

            lease.Settling++;
            return (lease, messages);
        }
    }

    /// <summary>The settlement is committed: messages without a hold leave, the others wait in their place.</summary>
    public void EndSettle(ActiveLease lease, QueuedMessage[] messages, long[] holdUntilTicks)
    {
        List<QueuedMessage>? exhausted = null;
        lock (gate)
        {
            for (var i = 0; i < messages.Length; i++)
            {
                var message = messages[i];
                lease.Open--;
                if (holdUntilTicks[i] == 0)
                {
                    lease.Session.Remove(message);
                    ids.Remove(message);
                    continue;
                }

                message.State = MessageState.Waiting;
                lease.Session.HoldUntilTicks = Math.Max(lease.Session.HoldUntilTicks, holdUntilTicks[i]);
            }

            lease.Settling--;
            if (lease.Open == 0)
                End(lease);
            else if (lease.Settling == 0 && lease.UntilTicks <= NowTicks)
                Expire(lease, ref exhausted);
        }

        if (exhausted is not null)
            Owner.DeadLetterExhausted(this, exhausted);
    }

    public void CollectLeased(List<(QueuedMessage Message, int Count)> into)
    {
        lock (gate)
        {
            foreach (var message in byToken.Values.SelectMany(static lease => lease.Messages))
            {
                if (message.State == MessageState.Leased)
                    into.Add((message, message.DeliveryCount));
            }
        }
    }

    public void CancelSettle(ActiveLease lease, QueuedMessage[] messages)
    {
        List<QueuedMessage>? exhausted = null;
        lock (gate)
        {
            foreach (var message in messages)
                message.State = MessageState.Leased;
            lease.Settling--;
            if (lease.Settling == 0 && lease.UntilTicks <= NowTicks)
                Expire(lease, ref exhausted);
        }

        if (exhausted is not null)
            Owner.DeadLetterExhausted(this, exhausted);
    }

    /// <summary>An exhausted message is among the dead letters; or could not be brought there and is tried again.</summary>
    public void EndExhausted(QueuedMessage message, bool deadLettered)
    {
        lock (gate)
        {
            var session = message.Session!;
            session.Blocks--;
            if (deadLettered)
            {
                session.Remove(message);
                ids.Remove(message);
            }
            else
            {
                message.State = MessageState.Waiting;
            }

            Offer(session);
        }
    }

    /// <summary>Before anything is delivered: what was delivered too often goes to the dead letters.</summary>
    public void BlockExhausted(QueuedMessage message)
    {
        lock (gate)
        {
            message.State = MessageState.Settling;
            message.Session!.Blocks++;
        }
    }

    /// <summary>Suspects before others: they are few, and a process that one of them ends does so early.</summary>
    private ActiveLease? TakeReady(int messagesMax)
    {
        while (true)
        {
            if (TakeSuspect() is { } suspect)
                return suspect;
            if (!ready.TryDequeue(out var session))
                return null;
            session.InLine = false;
            if (CanBeLeased(session) && !session.First!.IsSuspect)
                return Lease(session, messagesMax);
            Offer(session);
        }
    }

    private bool CanBeLeased(SessionState session) =>
        session.First is not null && session.Blocks == 0 && session.HoldUntilTicks <= NowTicks;

    private ActiveLease Lease(SessionState session, int messagesMax)
    {
        var messages = new List<QueuedMessage>(Math.Min(messagesMax, 16));
        for (var next = session.First; next is not null && messages.Count < messagesMax; next = next.Next)
        {
            // Alone: neither those before it nor those behind it share its count and its end.
            if (next.IsSuspect && messages.Count > 0)
                break;
            messages.Add(next);
            if (next.IsSuspect)
                break;
        }

        var lease = new ActiveLease(session, Owner.NextToken(), [.. messages]);
        foreach (var message in messages)
        {
            message.State = MessageState.Leased;
            message.DeliveryCount++;
            lease.NeedsRecord |= message.Survivor;
            Owner.NoteDelivery(message);
        }

        lease.Delivered = Array.ConvertAll(lease.Messages, static message => new DeliveredMessage(
            message.Sequence, message.Read(), new DateTimeOffset(message.EnqueuedTicks, TimeSpan.Zero),
            message.DeliveryCount));
        lease.UntilTicks = NowTicks + Owner.LeaseTicks;
        lease.Place = leases.AddLast(lease);
        byToken.Add(lease.Token, lease);
        session.Lease = lease;
        SetTimer(lease.UntilTicks);
        return lease;
    }

    private ActiveLease? FindLease(long token) =>
        byToken.TryGetValue(token, out var lease) && (lease.UntilTicks > NowTicks || lease.Settling > 0) ? lease : null;

    private void Expire(ActiveLease lease, ref List<QueuedMessage>? exhausted)
    {
        if (lease.Settling > 0)
        {
            // The settlement being committed decides; it looks at the clock afterwards.
            leases.Remove(lease.Place!);
            lease.Place = null;
            return;
        }

        foreach (var message in lease.Messages)
        {
            if (message.State != MessageState.Leased || message.DeliveryCount < Owner.DeliveryCountMax)
                continue;
            message.State = MessageState.Settling;
            lease.Session.Blocks++;
            (exhausted ??= []).Add(message);
        }

        End(lease);
    }

    private void End(ActiveLease lease)
    {
        if (lease.Place is not null)
            leases.Remove(lease.Place);
        lease.Place = null;
        byToken.Remove(lease.Token);
        foreach (var message in lease.Messages)
        {
            if (message.State == MessageState.Leased)
                message.State = MessageState.Waiting;
        }

        lease.Session.Lease = null;
        Offer(lease.Session);
        EndTurn(lease);
    }

    /// <summary>One that waits for a session.</summary>
    private sealed class Receiver(int messagesMax)
    {
        private readonly TaskCompletionSource<ActiveLease> given =
            new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int MessagesMax { get; } = messagesMax;

        public void Give(ActiveLease lease) => given.SetResult(lease);

        public async ValueTask<ActiveLease> WaitAsync(WorkQueue queue, CancellationToken cancellation)
        {
            await using var registration = cancellation.Register(() =>
            {
                lock (queue.gate)
                {
                    // A receiver that is out of the line has its lease already, and the cancellation came too late.
                    if (queue.receivers.Remove(this))
                        given.SetCanceled(cancellation);
                }
            });
            return await given.Task;
        }
    }
}
