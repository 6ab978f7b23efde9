namespace Pipeline.Sqlite.Writing;

/// <summary>What waits for the writer: callers, in a bounded line, and upkeep.</summary>
internal sealed class Inbox(int requestsMax) : IDisposable
{
    private readonly Lock gate = new();
    private readonly SemaphoreSlim places = new(requestsMax, requestsMax);
    private readonly AutoResetEvent wake = new(false);
    private readonly Queue<MaintenanceStep> steps = [];
    private List<WriterRequest> requests = [];
    private bool sleeping;
    private bool closed;

    public int Backlog => requestsMax - places.CurrentCount;

    /// <summary>Waits for a place in the line; false once closed.</summary>
    public ValueTask<bool> PostAsync(WriterRequest request, CancellationToken cancellation) =>
        places.Wait(0, cancellation) ? new(AddPlaced(request)) : WaitAndAddAsync(request, cancellation);

    /// <summary>For our own requests, which are few and must not wait.</summary>
    public bool PostInternal(WriterRequest request) => Add(request);

    public void Post(MaintenanceStep step)
    {
        lock (gate)
        {
            steps.Enqueue(step);
            Wake();
        }
    }

    /// <summary>No more callers; what is in line is still worked.</summary>
    public void Close()
    {
        lock (gate)
        {
            closed = true;
            Wake();
        }
    }

    /// <summary>Moves all waiting requests to the list; waits until there is anything to do.</summary>
    /// <returns>False when closed and nothing is left.</returns>
    public bool Take(ref List<WriterRequest> taken, bool withSteps, int waitMilliseconds)
    {
        lock (gate)
        {
            if (TryTake(ref taken, withSteps))
                return true;
            // Upkeep that keeps failing must not keep an engine from closing; it is done again after the next opening.
            if (closed && (steps.Count == 0 || !withSteps))
                return false;
            sleeping = true;
        }

        wake.WaitOne(waitMilliseconds);
        lock (gate)
        {
            sleeping = false;
            TryTake(ref taken, withSteps);
            return true;
        }
    }

    public void Release(int count) => places.Release(count);

    /// <summary>Steps in order, up to a number of bytes; they stay in line until they are removed as done.</summary>
    public void PeekSteps(List<MaintenanceStep> into, int bytesMax)
    {
        lock (gate)
        {
            foreach (var step in steps)
            {
                if (into.Count > 0 && bytesMax < step.Bytes)
                    return;
                into.Add(step);
                bytesMax -= step.Bytes;
            }
        }
    }

    public void RemoveSteps(int count)
    {
        lock (gate)
        {
            for (; count > 0; count--)
                steps.Dequeue();
        }
    }

    /// <summary>The places stay: a caller that comes too late is refused, not hit by a disposed object.</summary>
    public void Dispose() => wake.Dispose();

    private bool TryTake(ref List<WriterRequest> taken, bool withSteps)
    {
        (requests, taken) = (taken, requests);
        return taken.Count > 0 || (withSteps && steps.Count > 0);
    }

    private async ValueTask<bool> WaitAndAddAsync(WriterRequest request, CancellationToken cancellation)
    {
        await places.WaitAsync(cancellation);
        return AddPlaced(request);
    }

    private bool AddPlaced(WriterRequest request)
    {
        request.HoldsPlace = true;
        if (Add(request))
            return true;
        places.Release();
        return false;
    }

    private bool Add(WriterRequest request)
    {
        lock (gate)
        {
            if (closed)
                return false;
            requests.Add(request);
            Wake();
            return true;
        }
    }

    private void Wake()
    {
        if (sleeping)
        {
            sleeping = false;
            wake.Set();
        }
    }
}
