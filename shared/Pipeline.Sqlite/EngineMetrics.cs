using System.Diagnostics.Metrics;

namespace Pipeline.Sqlite;

/// <summary>The engine's counters, for a meter listener and for health checks.</summary>
internal sealed class EngineMetrics : IDisposable
{
    private readonly Meter meter = new("Pipeline.Sqlite");
    private readonly Counter<long> commits;
    private readonly Counter<long> failures;
    private readonly Counter<long> journaledBytes;
    private readonly Histogram<int> groupSize;
    private long commitCount;
    private long failureCount;
    private long requestCount;
    private long journaled;

    public EngineMetrics(Func<SqliteStats> stats)
    {
        commits = meter.CreateCounter<long>("pipeline.sqlite.commits", "{commit}", "Group commits.");
        failures = meter.CreateCounter<long>("pipeline.sqlite.commit.failures", "{commit}", "Failed group commits.");
        journaledBytes = meter.CreateCounter<long>("pipeline.sqlite.journaled", "By", "Bytes added to the journal.");
        groupSize = meter.CreateHistogram<int>("pipeline.sqlite.group.size", "{request}", "Requests of a commit.");
        meter.CreateObservableGauge("pipeline.sqlite.queue.messages", () => stats().QueueMessages, "{message}");
        meter.CreateObservableGauge("pipeline.sqlite.queue.size", () => stats().QueueBytes, "By");
        meter.CreateObservableGauge("pipeline.sqlite.queue.oldest_age", () => stats().OldestMessageAge.TotalSeconds, "s");
        meter.CreateObservableGauge("pipeline.sqlite.memtable.size", () => stats().MemtableBytes, "By");
        meter.CreateObservableGauge("pipeline.sqlite.flush.pending", () => stats().FrozenMemtables, "{memtable}");
        meter.CreateObservableGauge("pipeline.sqlite.writer.backlog", () => stats().WriterBacklog, "{request}");
        meter.CreateObservableGauge("pipeline.sqlite.healthy", () => stats().Healthy ? 1 : 0);
    }

    public long CommitCount => Volatile.Read(ref commitCount);

    public long FailureCount => Volatile.Read(ref failureCount);

    public long RequestCount => Volatile.Read(ref requestCount);

    public long JournaledBytes => Volatile.Read(ref journaled);

    public void Committed(int requests)
    {
        Interlocked.Increment(ref commitCount);
        Interlocked.Add(ref requestCount, requests);
        commits.Add(1);
        groupSize.Record(requests);
    }

    public void CommitFailed()
    {
        Interlocked.Increment(ref failureCount);
        failures.Add(1);
    }

    public void Journaled(int bytes)
    {
        Interlocked.Add(ref journaled, bytes);
        journaledBytes.Add(bytes);
    }

    public void Dispose() => meter.Dispose();
}
