using Microsoft.Extensions.Logging;
using Pipeline.Runtime.Ports;
using Pipeline.Sqlite.Queue;
using Pipeline.Sqlite.Sql;
using Pipeline.Sqlite.Storage;
using SQLitePCL;

namespace Pipeline.Sqlite.Writing;

/// <summary>
/// The only thread that writes. While one COMMIT is on its way to the disk the next callers line up, and all of
/// them share the next COMMIT: no caller waits for company, and under load the cost of a flush is split.
/// </summary>
internal sealed partial class Writer : IDisposable
{
    private const int StepBytesBusy = 256 * 1024;
    private const int StepBytesIdle = 2 * 1024 * 1024;
    private const int StepRetryMilliseconds = 500;
    private readonly SqliteOptions options;
    private readonly WriterSql sql;
    private readonly DocumentTree tree;
    private readonly WorkQueues queues;
    private readonly EngineMetrics metrics;
    private readonly ILogger logger;
    private readonly Batch batch;
    private readonly List<MaintenanceStep> steps = [];
    private readonly Inbox inbox;
    private readonly Thread thread;
    private long publishedCommit;
    private long stepsNotBefore;
    private volatile string? broken;

    public Writer(
        SqliteOptions options, WriterSql sql, DocumentTree tree, WorkQueues queues, EngineMetrics metrics,
        ILogger logger, long lastCommit)
    {
        (this.options, this.sql, this.tree, this.queues) = (options, sql, tree, queues);
        (this.metrics, this.logger, publishedCommit) = (metrics, logger, lastCommit);
        batch = new Batch(tree, queues.Log, sql.DeadLetters, queues.Time);
        inbox = new Inbox(options.WriterBacklogRequestsMax);
        thread = new Thread(Loop) { Name = "Pipeline.Sqlite writer", IsBackground = true };
    }

    /// <summary>The last commit that readers see.</summary>
    public long PublishedCommit => Volatile.Read(ref publishedCommit);

    public int Backlog => inbox.Backlog;

    /// <summary>Why nothing can be written any more; null while all is well.</summary>
    public string? Broken => broken;

    /// <summary>Called on the writer's thread when a memtable was frozen.</summary>
    public Action Frozen { get; set; } = static () => { };

    /// <summary>Called on the writer's thread with the bytes of each commit.</summary>
    public Action<long> Committed { get; set; } = static _ => { };

    public void Start() => thread.Start();

    /// <exception cref="StoreUnavailableException">The engine is closed.</exception>
    public async ValueTask PostAsync(WriterRequest request, CancellationToken cancellation)
    {
        if (!await inbox.PostAsync(request, cancellation))
            throw Closed();
    }

    public void PostInternal(WriterRequest request)
    {
        if (!inbox.PostInternal(request))
            request.Fail(Closed());
    }

    public void Post(MaintenanceStep step) => inbox.Post(step);

    /// <summary>Works what is in line and ends the thread.</summary>
    public void Close()
    {
        inbox.Close();
        if (thread.IsAlive)
            thread.Join();
    }

    /// <summary>After <see cref="Close"/>: the deliveries that no commit has taken along.</summary>
    public void WriteLazyRecords()
    {
        batch.Start(PublishedCommit + 1);
        queues.AddLazyRecords();
        if (!batch.HasWrites || broken is not null)
            return;
        steps.Clear();
        Commit();
        batch.QueueLog.Publish();
    }

    public void Dispose()
    {
        Close();
        inbox.Dispose();
    }

    private static StoreUnavailableException Closed() => new("The store is closed.");

    private void Loop()
    {
        var taken = new List<WriterRequest>();
        while (true)
        {
            taken.Clear();
            var stepsWait = stepsNotBefore - Environment.TickCount64;
            if (!inbox.Take(ref taken, stepsWait <= 0, stepsWait <= 0 ? Timeout.Infinite : (int)stepsWait))
                return;
            if (taken.Count == 0)
                RunBatch([]);
            for (var from = 0; from < taken.Count;)
            {
                var count = BatchLength(taken, from);
                AwaitFlush();
                RunBatch(taken.Slice(from, count));
                from += count;
            }
        }
    }

    private int BatchLength(List<WriterRequest> taken, int from)
    {
        long bytes = 0;
        var count = 0;
        while (from + count < taken.Count && count < options.BatchRequestsMax)
        {
            bytes += taken[from + count].Bytes;
            if (count > 0 && bytes > options.BatchBytesMax)
                break;
            count++;
        }

        return count;
    }

    /// <summary>Memory is bounded: when flushing cannot keep up, callers wait for it.</summary>
    private void AwaitFlush()
    {
        while (tree.Current is { Frozen.Length: >= 2 } state && state.Active.Bytes > options.MemtableBytesMax
            && stepsNotBefore <= Environment.TickCount64 && broken is null)
        {
            if (RunBatch([]) == 0)
                Thread.Yield();
        }
    }

    /// <returns>The number of upkeep steps done.</returns>
    private int RunBatch(List<WriterRequest> requests)
    {
        batch.Start(PublishedCommit + 1);
        var prepared = Prepare(requests);
        steps.Clear();
        if (stepsNotBefore <= Environment.TickCount64 && broken is null)
            inbox.PeekSteps(steps, requests.Count == 0 ? StepBytesIdle : StepBytesBusy);
        try
        {
            if (batch.HasWrites || steps.Count > 0)
                Commit();
        }
        catch (Exception error)
        {
            OnFailure(error, prepared);
            ReleasePlaces(requests);
            return 0;
        }

        Publish(prepared);
        ReleasePlaces(requests);
        return steps.Count;
    }

    private List<WriterRequest> Prepare(List<WriterRequest> requests)
    {
        var full = tree.Current is { Frozen.Length: >= 2 } state && state.Active.Bytes > 2L * options.MemtableBytesMax;
        var prepared = new List<WriterRequest>(requests.Count);
        foreach (var request in requests)
        {
            try
            {
                if (broken is not null)
                    throw new StoreUnavailableException(broken);
                if (full)
                    throw new StoreUnavailableException("The store cannot write to the disk fast enough.");
                request.Prepare(batch);
                prepared.Add(request);
            }
            catch (Exception error)
            {
                request.Fail(Unavailable(error));
            }
        }

        if (batch.HasWrites)
            queues.AddLazyRecords();
        return prepared;
    }

    private void Commit()
    {
        long bytes = 0;
        sql.Begin();
        if (batch.HasDocuments)
        {
            var row = batch.Journal.Row();
            sql.InsertJournal.Bind(1, batch.FirstCommit).Bind(2, row).Run();
            metrics.Journaled(row.Length);
            bytes += row.Length;
        }

        bytes += batch.QueueLog.Execute(sql);
        foreach (var change in batch.DeadLetters)
            change(sql.DeadLetters);
        foreach (var step in steps)
        {
            step.Execute(sql);
            bytes += step.Bytes;
        }

        sql.Commit();
        Committed(bytes);
    }

    private void Publish(List<WriterRequest> prepared)
    {
        if (batch.HasWrites)
        {
            batch.PublishDocuments();
            batch.QueueLog.Publish();
            Volatile.Write(ref publishedCommit, batch.NextCommit - 1);
            metrics.Committed(prepared.Count);
        }

        // Upkeep that a reader could trip over becomes visible before its callers go on.
        foreach (var step in steps)
            step.Publish();
        inbox.RemoveSteps(steps.Count);
        foreach (var request in prepared)
            request.Publish();
        if (tree.Current is { Frozen.Length: < 2 } state && state.Active.Bytes > options.MemtableBytesMax)
            Freeze();
    }

    /// <summary>Only on the writer's thread.</summary>
    public void Freeze()
    {
        var state = tree.Current;
        if (state.Active.Count == 0)
            return;
        tree.Swap(state with { Active = new Memtable(), Frozen = [state.Active, .. state.Frozen] });
        Frozen();
    }

    private void OnFailure(Exception error, List<WriterRequest> prepared)
    {
        try
        {
            sql.Rollback();
        }
        catch (SqliteException second)
        {
            broken = $"The store is broken until it is opened again: {second.Message}.";
        }

        // After a failed fsync the kernel may have dropped the pages: nothing written later could be trusted.
        if (error is SqliteException { Code: raw.SQLITE_IOERR_FSYNC or raw.SQLITE_IOERR_DIR_FSYNC })
            broken = $"The store is broken until it is opened again: {error.Message}.";
        if (error is SqliteException { PrimaryCode: raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB })
            broken = $"The store's file is damaged; restore a backup: {error.Message}.";
        queues.Log.Clear();
        metrics.CommitFailed();
        LogCommitFailed(logger, error, prepared.Count);
        if (steps.Count > 0)
            stepsNotBefore = Environment.TickCount64 + StepRetryMilliseconds;
        foreach (var request in prepared)
            request.Fail(Unavailable(error));
        // Now that nothing is being settled any more: what is leased as of now counts.
        queues.RestoreLazyRecords();
    }

    private void ReleasePlaces(List<WriterRequest> requests)
    {
        var places = 0;
        foreach (var request in requests)
            places += request.HoldsPlace ? 1 : 0;
        if (places > 0)
            inbox.Release(places);
    }

    private static Exception Unavailable(Exception error) => error switch
    {
        StoreUnavailableException or QueueFullException => error,
        SqliteException { PrimaryCode: raw.SQLITE_FULL } =>
            new StoreUnavailableException("The disk is full; nothing was written.", error),
        _ => new StoreUnavailableException($"The store could not write: {error.Message}.", error),
    };

    [LoggerMessage(1, LogLevel.Error, "A group commit of {Requests} requests failed; their callers were told.")]
    private static partial void LogCommitFailed(ILogger logger, Exception error, int requests);
}
