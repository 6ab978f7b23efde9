namespace Pipeline.Sqlite.Storage;

/// <summary>All documents: memtables over runs, newest first. The writer swaps the whole state at once.</summary>
internal sealed class DocumentTree(BlockReader blocks, int shardCount)
{
    /// <summary>Of fewer keys each is looked up by itself.</summary>
    private const int WalkKeysMin = 16;

    /// <summary>So many entries are passed over on the way to the next key; where more lie between, walking is no gain.</summary>
    private const int WalkStepsMax = 16;
    private State state = new(new Memtable(), [], []);

    public int ShardCount { get; } = shardCount;

    public BlockReader Blocks => blocks;

    public DueFloors DueFloors { get; } = new();

    public State Current => Volatile.Read(ref state);

    public void Swap(State next) => Volatile.Write(ref state, next);

    /// <summary>A stored entry, or null; a tombstone is null too.</summary>
    public Entry? Find(ReadOnlySpan<byte> key)
    {
        while (true)
        {
            try
            {
                return Find(Current, key, blocks);
            }
            catch (RunRetiredException)
            {
                // The current state no longer names the retired run.
            }
        }
    }

    /// <summary>
    /// What is stored under many keys, null where nothing is. Neighbours, as those of all customers of a shard, are walked
    /// to from one to the next: each block is read once.
    /// </summary>
    public StoredEntry?[] FindMany(byte[][] keys)
    {
        int[] order = [.. Enumerable.Range(0, keys.Length)];
        Array.Sort(order, (a, b) => keys[a].AsSpan().SequenceCompareTo(keys[b]));
        while (true)
        {
            try
            {
                return FindMany(Current, keys, order);
            }
            catch (RunRetiredException)
            {
                // As above.
            }
        }
    }

    /// <summary>Everything from one key on; for a range within one partition, its hash spares runs without it.</summary>
    public static EntryCursor Walk(State on, bool descending, ulong? partitionHash, IBlockSource blocks)
    {
        var sources = new List<EntryCursor>(1 + on.Frozen.Length + on.Runs.Length) { on.Active.Walk(descending) };
        foreach (var memtable in on.Frozen)
            sources.Add(memtable.Walk(descending));
        foreach (var run in on.Runs)
        {
            if (partitionHash is null || run.MayHold(partitionHash.Value))
                sources.Add(new RunCursor(run, blocks, descending));
        }

        return sources.Count == 1 ? sources[0] : new MergeCursor([.. sources], descending);
    }

    /// <summary>Only for the writer: a committed document and what it changes in the due index.</summary>
    public void Put(byte[] key, Entry entry, long dueBefore, int shard, string kind)
    {
        var active = Current.Active;
        if (dueBefore != entry.DueTicks)
        {
            if (dueBefore != Entry.NoDue)
                active.Put(Keys.Due(kind, shard, dueBefore, key), Entry.Tombstone(entry.Version));
            if (entry.DueTicks != Entry.NoDue)
                active.Put(Keys.Due(kind, shard, entry.DueTicks, key), Entry.Mark(entry.Version));
        }

        active.Put(key, entry);
        active.CommitMax = entry.Version;
        if (entry.DueTicks != Entry.NoDue)
            DueFloors.Lower(kind, shard, entry.DueTicks);
    }

    public static Entry? Find(State on, ReadOnlySpan<byte> key, IBlockSource blocks)
    {
        var hash = StableHash.Of(key);
        var found = on.Active.Find(key, hash);
        for (var i = 0; found is null && i < on.Frozen.Length; i++)
            found = on.Frozen[i].Find(key, hash);
        if (found is not null || on.Runs.Length == 0)
            return found is { Deleted: false } ? found : null;
        foreach (var run in on.Runs)
        {
            if (!run.MayHold(hash))
                continue;
            var block = blocks.Read(run, run.BlockOf(key));
            var index = block.AtOrAfter(key);
            if (index == block.Count || !block.KeyAt(index).Span.SequenceEqual(key))
                continue;
            block.Read(index, out var version, out var dueTicks, out var deleted, out var body);
            return deleted ? null : new Entry(version, dueTicks, body.ToArray());
        }

        return null;
    }

    private StoredEntry?[] FindMany(State on, byte[][] keys, int[] order)
    {
        var found = new StoredEntry?[keys.Length];
        using var passing = blocks.BeginPassing();
        var cursor = keys.Length < WalkKeysMin ? null : Walk(on, descending: false, partitionHash: null, passing);
        cursor?.Seek(keys[order[0]]);
        foreach (var i in order)
        {
            var key = keys[i].AsSpan();
            for (var steps = 0; cursor is { Valid: true } && cursor.Key.Span.SequenceCompareTo(key) < 0; steps++)
            {
                if (steps < WalkStepsMax)
                    cursor.Next();
                else
                    cursor = null;
            }

            if (cursor is null)
                found[i] = Find(on, key, blocks) is { } entry
                    ? new StoredEntry(entry.Version, entry.DueTicks, entry.Body)
                    : null;
            else if (cursor is { Valid: true, Deleted: false } && cursor.Key.Span.SequenceEqual(key))
                found[i] = new StoredEntry(cursor.Version, cursor.DueTicks, cursor.Body);
        }

        return found;
    }

    /// <param name="Frozen">Full memtables on their way into runs, newest first.</param>
    /// <param name="Runs">Newest first.</param>
    internal sealed record State(Memtable Active, Memtable[] Frozen, Run[] Runs);
}
