using Pipeline.Sqlite.Storage;

namespace Pipeline.Sqlite.Writing;

/// <summary>A run on its way into the database.</summary>
internal sealed class PendingRun
{
    public List<Extent> Blocks { get; } = [];

    public List<Extent> Index { get; } = [];
}

/// <summary>Stores some of a run's rows. Until the run is registered nobody looks at them.</summary>
internal sealed class InsertBlocksStep(
    PendingRun run, IReadOnlyList<byte[]> rows, bool isIndex, SemaphoreSlim window) : MaintenanceStep
{
    private Extent extent;

    public override int Bytes { get; } = rows.Sum(static row => row.Length);

    public override void Execute(WriterSql sql) => extent = sql.InsertBlocks(rows);

    public override void Publish()
    {
        var extents = isIndex ? run.Index : run.Blocks;
        // Neighbours become one: the list stays short.
        if (extents.Count > 0 && extents[^1] is var last && last.First + last.Count == extent.First)
            extents[^1] = last with { Count = last.Count + extent.Count };
        else
            extents.Add(extent);
        window.Release();
    }
}

/// <summary>Makes a finished run part of the state in the place of what it was made from.</summary>
/// <param name="flushed">The memtable it holds; null for a merge.</param>
/// <param name="merged">The runs it replaces.</param>
/// <param name="index">Its index; null where nothing was left to store.</param>
internal sealed class RegisterRunStep(
    Writer writer, DocumentTree tree, PendingRun run, int level, long commitMax, long entries, byte[]? index,
    Memtable? flushed, IReadOnlyList<Run> merged, Action done) : MaintenanceStep
{
    private RunHead? head;

    public override int Bytes => 4096;

    public override void Execute(WriterSql sql)
    {
        if (index is not null)
            sql.InsertRun(id => new RunHead(id, level, commitMax, entries, [.. run.Blocks], [.. run.Index]), out head);
        foreach (var old in merged)
            sql.DeleteRun(old.Head.Id);
        if (flushed is not null)
            sql.SetFlushedCommit(flushed.CommitMax);
    }

    public override void Publish()
    {
        var state = tree.Current;
        var runs = state.Runs.Except(merged).ToList();
        if (index is not null)
            runs.Add(new Run(head!, index));
        tree.Swap(state with
        {
            Frozen = [.. state.Frozen.Where(memtable => memtable != flushed)],
            Runs = [.. runs.OrderByDescending(static item => item.Head.CommitMax)],
        });
        foreach (var extent in merged.SelectMany(static old => old.Head.Extents.Concat(old.Head.IndexExtents)))
            DropBlocksStep.PostAll(writer, extent);
        done();
    }
}

/// <summary>Removes rows of a replaced run.</summary>
internal sealed class DropBlocksStep(Extent extent) : MaintenanceStep
{
    private const int RowsMax = 128;

    public override int Bytes => 64 * 1024;

    public static void PostAll(Writer writer, Extent extent)
    {
        for (var at = 0; at < extent.Count; at += RowsMax)
            writer.Post(new DropBlocksStep(new Extent(extent.First + at, Math.Min(RowsMax, extent.Count - at))));
    }

    public override void Execute(WriterSql sql) => sql.DeleteBlocks(extent);

    public override void Publish()
    {
        // Nobody looks at them any more.
    }
}
