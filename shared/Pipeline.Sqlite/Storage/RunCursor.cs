namespace Pipeline.Sqlite.Storage;

/// <summary>Walks over a run, block by block.</summary>
internal sealed class RunCursor(Run run, IBlockSource source, bool descending) : EntryCursor
{
    private Block? block;
    private int blockIndex;
    private int entry;

    public override void Seek(ReadOnlySpan<byte> key)
    {
        Load(run.BlockOf(key));
        entry = block!.AtOrAfter(key);
        if (descending)
            entry--;
        Show();
    }

    /// <summary>To the first entry of a block.</summary>
    public void SeekBlock(int index)
    {
        Load(index);
        entry = 0;
        Show();
    }

    public override void Next()
    {
        entry += descending ? -1 : 1;
        Show();
    }

    private void Show()
    {
        if (entry < 0 && blockIndex > 0)
        {
            Load(blockIndex - 1);
            entry = block!.Count - 1;
        }
        else if (entry >= block!.Count && blockIndex + 1 < run.BlockCount)
        {
            Load(blockIndex + 1);
            entry = 0;
        }

        Valid = entry >= 0 && entry < block!.Count;
        if (!Valid)
            return;
        Key = block.KeyAt(entry);
        block.Read(entry, out var version, out var dueTicks, out var deleted, out var body);
        (Version, DueTicks, Deleted, Body) = (version, dueTicks, deleted, body);
    }

    private void Load(int index)
    {
        if (block is not null && blockIndex == index)
            return;
        block = source.Read(run, index);
        blockIndex = index;
    }
}

internal interface IBlockSource
{
    /// <exception cref="RunRetiredException">A merge has replaced the run: start again with the current runs.</exception>
    Block Read(Run run, int block);
}

/// <summary>A reader was overtaken by a merge.</summary>
internal sealed class RunRetiredException() : Exception("The run was merged meanwhile.");
