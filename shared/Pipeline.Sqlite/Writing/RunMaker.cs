using Microsoft.Extensions.Logging;
using Pipeline.Sqlite.Storage;

namespace Pipeline.Sqlite.Writing;

/// <summary>
/// Sorts full memtables into runs, and merges runs of one size into one of the next: the number of runs grows with
/// the logarithm of the data, and a document is rewritten as often as there are sizes.
/// (P. O'Neil et al., "The Log-Structured Merge-Tree", Acta Informatica 33, 1996; tiered.)
/// </summary>
internal sealed partial class RunMaker : IDisposable
{
    private const int StepsWaitingMax = 4;
    private const int SamplesMax = 24;
    private const int SampleBytesMax = 512;
    private readonly SqliteOptions options;
    private readonly DocumentTree tree;
    private readonly Writer writer;
    private readonly BlockReader blocks;
    private readonly ILogger logger;
    private readonly CancellationTokenSource stop = new();
    private readonly AutoResetEvent flushWanted = new(true);
    private readonly AutoResetEvent mergeWanted = new(true);
    private readonly Thread flusher;
    private readonly Thread merger;

    public RunMaker(SqliteOptions options, DocumentTree tree, Writer writer, BlockReader blocks, ILogger logger)
    {
        (this.options, this.tree, this.writer, this.blocks, this.logger) = (options, tree, writer, blocks, logger);
        flusher = new Thread(() => Loop(flushWanted, FlushOldest)) { Name = "Pipeline.Sqlite flush" };
        merger = new Thread(() => Loop(mergeWanted, MergeFullLevel)) { Name = "Pipeline.Sqlite merge" };
        flusher.IsBackground = merger.IsBackground = true;
    }

    /// <summary>Called on the writer's thread when a memtable became a run.</summary>
    public Action Flushed { get; set; } = static () => { };

    public void Start()
    {
        flusher.Start();
        merger.Start();
    }

    public void WakeFlush() => flushWanted.Set();

    public void Stop()
    {
        stop.Cancel();
        flushWanted.Set();
        mergeWanted.Set();
        if (flusher.IsAlive)
            flusher.Join();
        if (merger.IsAlive)
            merger.Join();
    }

    public void Dispose()
    {
        Stop();
        stop.Dispose();
        flushWanted.Dispose();
        mergeWanted.Dispose();
    }

    private void Loop(AutoResetEvent wanted, Func<bool> work)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                if (!work())
                    wanted.WaitOne();
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (Exception error)
            {
                LogUpkeepFailed(logger, error);
                wanted.WaitOne(1_000);
            }
        }
    }

    private bool FlushOldest()
    {
        if (tree.Current.Frozen is not { Length: > 0 } frozen)
            return false;
        var memtable = frozen[^1];
        var source = memtable.Walk(descending: false);
        Build(source, SampleMemtable(memtable), 2 * memtable.Count, level: 0, memtable.CommitMax, memtable, []);
        return true;
    }

    private bool MergeFullLevel()
    {
        var runs = tree.Current.Runs;
        var full = runs.GroupBy(static run => run.Head.Level).OrderBy(static level => level.Key)
            .FirstOrDefault(level => level.Count() >= options.RunsPerLevelMax);
        if (full is null)
            return false;
        Run[] merged = [.. full];
        var each = merged.Select(run => new RunCursor(run, new PassedBlocks(blocks), descending: false));
        var source = new MergeCursor([.. each], descending: false);
        // What the oldest run deletes hides nothing any more.
        var dropDeleted = merged.Contains(runs[^1]);
        Build(
            dropDeleted ? new LivingCursor(source) : source, SampleRuns(merged), merged.Sum(static run => run.Names),
            full.Key + 1, merged.Max(static run => run.Head.CommitMax), null, merged);
        return true;
    }

    private void Build(
        EntryCursor source, byte[] dictionary, long namesMax, int level, long commitMax, Memtable? flushed, Run[] merged)
    {
        // Not disposed: steps that a stop left in line still release it.
        var window = new SemaphoreSlim(StepsWaitingMax, StepsWaitingMax);
        var pending = new PendingRun();
        void Store(IReadOnlyList<byte[]> rows, bool isIndex)
        {
            window.Wait(stop.Token);
            writer.Post(new InsertBlocksStep(pending, rows, isIndex, window));
        }

        var builder = new RunBuilder(dictionary, namesMax, rows => Store(rows, isIndex: false));
        for (source.Seek([]); source.Valid; source.Next())
        {
            builder.Add(source);
            stop.Token.ThrowIfCancellationRequested();
        }

        var (index, indexRows) = builder.Finish();
        foreach (var row in indexRows)
            Store([row], isIndex: true);
        // All rows must have their places before the run can name them.
        for (var i = 0; i < StepsWaitingMax; i++)
            window.Wait(stop.Token);
        window.Release(StepsWaitingMax);
        window.Wait(stop.Token);
        writer.Post(new RegisterRunStep(
            writer, tree, pending, level, commitMax, builder.Entries, builder.Entries == 0 ? null : index,
            flushed, merged,
            () =>
            {
                window.Release();
                mergeWanted.Set();
                if (flushed is not null)
                    Flushed();
            }));
        for (var i = 0; i < StepsWaitingMax; i++)
            window.Wait(stop.Token);
    }

    /// <summary>A dictionary of documents from all over the table, which also holds every kind.</summary>
    private static byte[] SampleMemtable(Memtable memtable)
    {
        var dictionary = new ByteWriter(BlockCodec.DictionaryBytesMax);
        var every = Math.Max(1, memtable.Count / SamplesMax);
        long at = 0;
        var cursor = memtable.Walk(descending: false);
        for (cursor.Seek([]); cursor.Valid && dictionary.Length < BlockCodec.DictionaryBytesMax; cursor.Next())
        {
            if (at++ % every == every / 2)
                Sample(dictionary, cursor);
        }

        return dictionary.Written.ToArray();
    }

    private byte[] SampleRuns(Run[] runs)
    {
        var dictionary = new ByteWriter(BlockCodec.DictionaryBytesMax);
        foreach (var run in runs)
        {
            var each = Math.Max(2, SamplesMax / runs.Length);
            for (var i = 0; i < each && dictionary.Length < BlockCodec.DictionaryBytesMax; i++)
            {
                var cursor = new RunCursor(run, new PassedBlocks(blocks), descending: false);
                cursor.SeekBlock((int)((long)run.BlockCount * ((2 * i) + 1) / (2 * each)));
                Sample(dictionary, cursor);
            }
        }

        return dictionary.Written.ToArray();
    }

    private static void Sample(ByteWriter dictionary, EntryCursor cursor)
    {
        if (cursor.Deleted || cursor.Body.Length > SampleBytesMax * 4)
            return;
        Block.Append(
            dictionary, cursor.Key.Span, cursor.Version, cursor.DueTicks, false,
            cursor.Body.Span[..Math.Min(cursor.Body.Length, SampleBytesMax)]);
    }

    [LoggerMessage(2, LogLevel.Error, "Sorting or merging documents failed; it is tried again.")]
    private static partial void LogUpkeepFailed(ILogger logger, Exception error);

    /// <summary>
    /// A merge passes over everything. Each block has a transaction of its own: a long one would keep the write-ahead log
    /// from starting anew.
    /// </summary>
    private sealed class PassedBlocks(BlockReader reader) : IBlockSource
    {
        public Block Read(Run run, int block)
        {
            using var session = reader.BeginPassing();
            return session.Read(run, block);
        }
    }

    private sealed class LivingCursor(EntryCursor source) : EntryCursor
    {
        public override void Seek(ReadOnlySpan<byte> key)
        {
            source.Seek(key);
            Show();
        }

        public override void Next()
        {
            source.Next();
            Show();
        }

        private void Show()
        {
            while (source.Valid && source.Deleted)
                source.Next();
            (Valid, Key, Version) = (source.Valid, source.Key, source.Version);
            (DueTicks, Deleted, Body) = (source.DueTicks, source.Deleted, source.Body);
        }
    }
}
