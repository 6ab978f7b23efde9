namespace Pipeline.Sqlite.Queue;

/// <summary>
/// What ended with the process twice is a suspect. Of all queues one suspect is leased at a time, and alone; the sessions
/// of the others stand in a line of their own while ordinary ones go on. So the next end counts against one suspect, and
/// those who only were in its company are worked before they have used up their deliveries.
/// </summary>
internal sealed partial class WorkQueue
{
    private readonly Queue<SessionState> suspects = [];
    private bool wantsTurn;

    /// <summary>Whether suspects wait here for the turn of another queue to end.</summary>
    public bool WantsTurn => Volatile.Read(ref wantsTurn);

    /// <summary>The turn of another queue has ended.</summary>
    public void OnTurnFree()
    {
        lock (gate)
            GiveSuspect();
    }

    private ActiveLease? TakeSuspect() =>
        NextSuspect() is not null && TryTakeTurn() ? LeaseSuspect() : null;

    /// <summary>The next suspect goes to the first receiver that waits, if both are there and it is their turn.</summary>
    private void GiveSuspect()
    {
        if (NextSuspect() is null || receivers.First is not { } receiver || !TryTakeTurn())
            return;
        receivers.RemoveFirst();
        receiver.Value.Give(LeaseSuspect());
    }

    /// <summary>The first in line. What stands there and cannot be leased any more is put where it belongs.</summary>
    private SessionState? NextSuspect()
    {
        while (suspects.TryPeek(out var session))
        {
            if (CanBeLeased(session) && session.First!.IsSuspect)
                return session;
            suspects.Dequeue();
            session.InLine = false;
            Offer(session);
        }

        return null;
    }

    private ActiveLease LeaseSuspect()
    {
        var session = suspects.Dequeue();
        session.InLine = false;
        var lease = Lease(session, 1);
        lease.TurnUntilTicks = lease.UntilTicks;
        return lease;
    }

    private bool TryTakeTurn()
    {
        // Said before it is tried: whoever ends the turn in between sees it.
        Volatile.Write(ref wantsTurn, true);
        if (!Owner.TryTakeTurn())
            return false;
        Volatile.Write(ref wantsTurn, false);
        return true;
    }

    /// <summary>
    /// With the lease, or once it is prolonged beyond its first time: work that hangs must not stop every other suspect.
    /// </summary>
    private void EndTurn(ActiveLease lease)
    {
        if (lease.TurnUntilTicks == long.MaxValue)
            return;
        lease.TurnUntilTicks = long.MaxValue;
        Owner.EndTurn(this);
        GiveSuspect();
    }
}
