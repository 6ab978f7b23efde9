using Microsoft.Extensions.Logging;
using Pipeline.Sqlite.Sql;

namespace Pipeline.Sqlite.Writing;

/// <summary>
/// Copies the write-ahead log into the database on a thread and connection of its own, so that no commit waits for
/// it. Only the rest that was written meanwhile is copied between two commits: then the log starts anew.
/// </summary>
internal sealed partial class Checkpointer : IDisposable
{
    private const int FrameOverheadBytes = 16 * 1024;
    private const int RestFramesMax = 512;
    private const int RoundsMax = 8;
    private readonly int walBytes;
    private readonly Func<Database> open;
    private readonly Writer writer;
    private readonly ILogger logger;
    private readonly AutoResetEvent wanted = new(false);
    private readonly Thread thread;
    private long bytesSince;
    private bool running;
    private volatile bool stopped;

    public Checkpointer(int walBytes, Func<Database> open, Writer writer, ILogger logger)
    {
        (this.walBytes, this.open, this.writer, this.logger) = (walBytes, open, writer, logger);
        thread = new Thread(Loop) { Name = "Pipeline.Sqlite checkpoint", IsBackground = true };
    }

    public void Start() => thread.Start();

    /// <summary>On the writer's thread, after each commit.</summary>
    public void OnCommitted(long bytes)
    {
        bytesSince += bytes + FrameOverheadBytes;
        if (running || bytesSince < walBytes)
            return;
        running = true;
        wanted.Set();
    }

    public void Stop()
    {
        stopped = true;
        wanted.Set();
        if (thread.IsAlive)
            thread.Join();
    }

    public void Dispose()
    {
        Stop();
        wanted.Dispose();
    }

    private void Loop()
    {
        using var database = open();
        while (true)
        {
            wanted.WaitOne();
            if (stopped)
                return;
            try
            {
                for (var round = 0; round < RoundsMax; round++)
                {
                    var (frames, copied) = database.CheckpointPassive();
                    // The second look costs little: what is new since the first began is left to copy.
                    if (round > 0 && frames - copied < RestFramesMax)
                        break;
                }
            }
            catch (SqliteException error)
            {
                LogCheckpointFailed(logger, error);
            }

            writer.Post(new FinishStep(this));
        }
    }

    [LoggerMessage(3, LogLevel.Warning, "Copying the write-ahead log failed; it is tried again.")]
    private static partial void LogCheckpointFailed(ILogger logger, Exception error);

    private sealed class FinishStep(Checkpointer owner) : MaintenanceStep
    {
        private WriterSql? sql;

        public override int Bytes => 0;

        public override void Execute(WriterSql sql) => this.sql = sql;

        public override void Publish()
        {
            try
            {
                sql!.Database.CheckpointPassive();
            }
            catch (SqliteException error)
            {
                LogCheckpointFailed(owner.logger, error);
            }

            owner.bytesSince = 0;
            owner.running = false;
        }
    }
}
