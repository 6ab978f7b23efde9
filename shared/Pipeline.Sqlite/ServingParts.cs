using Microsoft.Extensions.Logging;
using Pipeline.Runtime.Ports;
using Pipeline.Sqlite.Journal;
using Pipeline.Sqlite.Queue;
using Pipeline.Sqlite.Sql;
using Pipeline.Sqlite.Storage;
using Pipeline.Sqlite.Writing;

namespace Pipeline.Sqlite;

/// <summary>Everything of an engine that serves its folder, put together.</summary>
internal sealed class ServingParts : IAsyncDisposable
{
    private readonly string path;
    private readonly FolderLock folderLock;
    private readonly BlockReader blocks;
    private readonly WriterSql sql;
    private readonly DocumentTree tree;
    private readonly WorkQueues queues;
    private readonly Writer writer;
    private readonly RunMaker runs;
    private readonly Checkpointer checkpointer;
    private readonly EngineMetrics metrics;
    private readonly TimeProvider time;
    private readonly Lock closing = new();
    private Task? closed;
    private TaskCompletionSource flushed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ServingParts(
        SqliteOptions options, TimeProvider time, ILogger logger, FolderLock folderLock, Database database, string path)
    {
        (this.time, this.folderLock, this.path) = (time, folderLock, path);
        blocks = new BlockReader(OpenReader, options.BlockCacheBytesMax);
        tree = new DocumentTree(blocks, (int)Meta.Read(database, Meta.ShardCount, 0));
        var stored = DataFolder.LoadRuns(database, blocks);
        DataFolder.DropOrphans(database, stored);
        tree.Swap(tree.Current with { Runs = stored });
        var epoch = Meta.Read(database, Meta.Epoch, 0) + 1;
        queues = new WorkQueues(options, time, epoch);
        var recovery = new QueueRecovery(queues);
        recovery.Run(database, clean: Meta.Read(database, Meta.Clean, 1) == 1);
        var lastCommit = Replay(database, options);
        Meta.Write(database, Meta.Epoch, epoch);
        Meta.Write(database, Meta.Clean, 0);
        sql = new WriterSql(database);
        metrics = new EngineMetrics(Stats);
        writer = new Writer(options, sql, tree, queues, metrics, logger, lastCommit);
        runs = new RunMaker(options, tree, writer, blocks, logger);
        checkpointer = new Checkpointer(
            options.CheckpointWalBytes, () => DataFolder.OpenWriter(path), writer, logger);
        Documents = new DocumentStore(tree, new JournalReader(blocks), writer, () => writer.PublishedCommit);
        QueuePorts = new QueuePorts(queues, writer);
        DeadLetters = new DeadLetterPort(blocks, queues, writer);
        Start(recovery);
    }

    public DocumentStore Documents { get; }

    public QueuePorts QueuePorts { get; }

    public DeadLetterPort DeadLetters { get; }

    public static ServingParts Open(SqliteOptions options, TimeProvider time, ILogger logger)
    {
        var folder = Path.GetFullPath(options.Folder);
        FolderLock? folderLock = null;
        Database? database = null;
        try
        {
            DataFolder.Create(folder);
            folderLock = FolderLock.Take(folder);
            var path = DataFolder.DatabasePath(folder);
            database = DataFolder.OpenWriter(path);
            Schema.Migrate(database, folder);
            if (Meta.Read(database, Meta.ShardCount, 0) == 0)
                Meta.Write(database, Meta.ShardCount, options.ShardCount);
            return new ServingParts(options, time, logger, folderLock, database, path);
        }
        catch (Exception error)
        {
            database?.Dispose();
            folderLock?.Dispose();
            if (error is SqliteException sqlite)
                throw DataFolder.Explain(sqlite, folder);
            if (error is IOException or UnauthorizedAccessException)
                throw DataFolder.Explain(error, folder, "written");
            throw;
        }
    }

    public Database OpenReader() => DataFolder.OpenReader(path);

    public async Task FlushAsync()
    {
        Task done;
        lock (closing)
            done = flushed.Task;
        var request = new FreezeRequest(writer);
        await writer.PostAsync(request, CancellationToken.None);
        await request.Answer;
        while (tree.Current.Frozen.Length > 0)
        {
            await done;
            lock (closing)
                done = flushed.Task;
        }

        var checkpoint = new CheckpointStep();
        writer.Post(checkpoint);
        await checkpoint.Answer;
    }

    public SqliteStats Stats()
    {
        var state = tree.Current;
        var oldest = queues.All.Select(static queue => queue.OldestEnqueuedAt()).Where(static at => at is not null).Min();
        return new SqliteStats(
            writer.Broken is null, writer.Broken, writer.PublishedCommit, metrics.CommitCount, metrics.FailureCount,
            metrics.RequestCount, metrics.JournaledBytes, state.Active.Bytes, state.Frozen.Length, state.Runs.Length,
            state.Runs.Sum(static run => run.ResidentBytes), writer.Backlog, queues.ResidentMessages, queues.ResidentBytes,
            oldest is null ? TimeSpan.Zero : time.GetUtcNow() - oldest.Value);
    }

    public ValueTask DisposeAsync()
    {
        lock (closing)
            closed ??= Task.Run(CloseAsync);
        return new ValueTask(closed);
    }

    private async Task CloseAsync()
    {
        try
        {
            if (writer.Broken is null)
                await FlushAsync().WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System);
        }
        catch (Exception error) when (error is StoreUnavailableException or TimeoutException)
        {
            // What could not be sorted is in the journal, from where the next opening takes it.
        }

        runs.Stop();
        checkpointer.Stop();
        writer.Close();
        try
        {
            writer.WriteLazyRecords();
            Meta.Write(sql.Database, Meta.Clean, 1);
            sql.Database.CheckpointTruncate();
        }
        catch (SqliteException)
        {
            // The same: everything acknowledged is in the log.
        }

        queues.Dispose();
        blocks.Dispose();
        sql.Dispose();
        runs.Dispose();
        checkpointer.Dispose();
        writer.Dispose();
        metrics.Dispose();
        folderLock.Dispose();
    }

    private long Replay(Database database, SqliteOptions options)
    {
        var flushedCommit = Meta.Read(database, Meta.FlushedCommit, 0);
        return JournalReader.Replay(database, tree, flushedCommit, () =>
        {
            // What a crash left is in bounds too: two memtables wait at most, the rest stays in the active one.
            if (tree.Current is { Frozen.Length: 0 } state && state.Active.Bytes > options.MemtableBytesMax)
                tree.Swap(state with { Active = new Memtable(), Frozen = [state.Active] });
        });
    }

    private void Start(QueueRecovery recovery)
    {
        queues.Post = writer.PostInternal;
        writer.Frozen = runs.WakeFlush;
        writer.Committed = checkpointer.OnCommitted;
        runs.Flushed = () =>
        {
            lock (closing)
            {
                flushed.TrySetResult();
                flushed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        };
        foreach (var message in recovery.Exhausted())
        {
            message.Queue.BlockExhausted(message);
            queues.DeadLetterExhausted(message.Queue, [message]);
        }

        writer.Start();
        runs.Start();
        checkpointer.Start();
    }

    /// <summary>Freezes the active memtable.</summary>
    private sealed class FreezeRequest(Writer writer) : WriterRequest
    {
        private readonly TaskCompletionSource answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Answer => answer.Task;

        public override void Prepare(Batch batch)
        {
            // Nothing to decide.
        }

        public override void Publish()
        {
            writer.Freeze();
            answer.SetResult();
        }

        public override void Fail(Exception error) => answer.SetException(error);
    }

    private sealed class CheckpointStep : MaintenanceStep
    {
        private readonly TaskCompletionSource answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private WriterSql? sql;

        public Task Answer => answer.Task;

        public override int Bytes => 0;

        public override void Execute(WriterSql sql) => this.sql = sql;

        public override void Publish()
        {
            try
            {
                sql!.Database.CheckpointPassive();
                answer.SetResult();
            }
            catch (SqliteException error)
            {
                answer.SetException(new StoreUnavailableException($"The log was not copied: {error.Message}.", error));
            }
        }
    }
}
