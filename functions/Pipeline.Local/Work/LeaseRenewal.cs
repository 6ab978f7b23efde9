using System.Collections.Concurrent;
using Pipeline.Runtime.Ports;

namespace Pipeline.Local.Work;

/// <summary>
/// Keeps the leases of work in flight alive: one timer for all of them, so that short work costs nothing more than its
/// place in a table.
/// </summary>
internal sealed class LeaseRenewal : IDisposable
{
    private readonly ConcurrentDictionary<long, SessionLease> leases = new();
    private readonly IQueueReceiver receiver;
    private readonly ITimer timer;

    public LeaseRenewal(IQueueReceiver receiver, TimeProvider time, TimeSpan every)
    {
        this.receiver = receiver;
        timer = time.CreateTimer(_ => RenewAll(), null, every, every);
    }

    public void Begin(SessionLease lease) => leases[lease.Token] = lease;

    public void End(SessionLease lease) => leases.TryRemove(lease.Token, out _);

    public void Dispose() => timer.Dispose();

    private void RenewAll()
    {
        foreach (var (token, lease) in leases)
            if (!receiver.Renew(lease))
                leases.TryRemove(token, out _);
    }
}
