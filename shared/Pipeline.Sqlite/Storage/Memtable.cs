namespace Pipeline.Sqlite.Storage;

/// <summary>
/// The latest commits, sorted: a skip list with one writer and any number of readers that never wait.
/// (W. Pugh, "Skip Lists: A Probabilistic Alternative to Balanced Trees", CACM 33(6), 1990.)
/// </summary>
internal sealed class Memtable
{
    private const int LevelsMax = 16;

    /// <summary>About as many names as fit into the default bound; with more the filter only errs more often.</summary>
    private const int FilterNames = 96 * 1024;
    private readonly Node head = new([], Entry.Tombstone(0), LevelsMax);
    private readonly Node?[] path = new Node?[LevelsMax];
    private readonly BloomFilter filter = new(FilterNames);
    private int levels = 1;
    private uint random = 0x2545F491;

    public long Bytes { get; private set; }

    public long Count { get; private set; }

    /// <summary>The last commit in it.</summary>
    public long CommitMax { get; set; }

    /// <summary>Only for the writer.</summary>
    public void Put(byte[] key, Entry entry)
    {
        var found = FindPath(key);
        if (found is not null)
        {
            Bytes += (entry.Body?.Length ?? 0) - (found.Entry.Body?.Length ?? 0);
            found.Entry = entry;
            return;
        }

        var height = RandomHeight();
        var node = new Node(key, entry, height);
        for (var level = 0; level < height; level++)
        {
            var before = level < levels ? path[level]! : head;
            node.Next[level] = before.Next[level];
        }

        // Before the node can be found: a reader that the filter sends away did not miss a commit.
        filter.Add(StableHash.Of(key));
        // From below: a reader that finds the node on some level finds it on all levels below too.
        for (var level = 0; level < height; level++)
            Volatile.Write(ref (level < levels ? path[level]! : head).Next[level], node);
        if (height > levels)
            Volatile.Write(ref levels, height);
        Bytes += key.Length + (entry.Body?.Length ?? 0) + Entry.OverheadBytes;
        Count++;
    }

    /// <param name="hash">The key's <see cref="StableHash"/>: most keys that are looked up are not here.</param>
    public Entry? Find(ReadOnlySpan<byte> key, ulong hash)
    {
        if (!filter.MayHold(hash))
            return null;
        var node = AtOrAfter(key);
        return node is not null && node.Key.AsSpan().SequenceEqual(key) ? node.Entry : null;
    }

    public EntryCursor Walk(bool descending) => new Cursor(this, descending);

    private Node? FindPath(ReadOnlySpan<byte> key)
    {
        var node = head;
        for (var level = levels - 1; level >= 0; level--)
        {
            while (node.Next[level] is { } next && next.Key.AsSpan().SequenceCompareTo(key) < 0)
                node = next;
            path[level] = node;
        }

        return node.Next[0] is { } at && at.Key.AsSpan().SequenceEqual(key) ? at : null;
    }

    private Node? AtOrAfter(ReadOnlySpan<byte> key) => Volatile.Read(ref Before(key).Next[0]);

    private Node Before(ReadOnlySpan<byte> key)
    {
        var node = head;
        for (var level = Volatile.Read(ref levels) - 1; level >= 0; level--)
        {
            while (Volatile.Read(ref node.Next[level]) is { } next && next.Key.AsSpan().SequenceCompareTo(key) < 0)
                node = next;
        }

        return node;
    }

    private int RandomHeight()
    {
        random ^= random << 13;
        random ^= random >> 17;
        random ^= random << 5;
        // A quarter of the nodes reaches each next level.
        var height = 1;
        for (var bits = random; (bits & 3) == 0 && height < LevelsMax; bits >>= 2)
            height++;
        return height;
    }

    private sealed class Node(byte[] key, Entry entry, int height)
    {
        private Entry entry = entry;

        public byte[] Key { get; } = key;

        public Node?[] Next { get; } = new Node?[height];

        public Entry Entry
        {
            get => Volatile.Read(ref entry);
            set => Volatile.Write(ref entry, value);
        }
    }

    private sealed class Cursor(Memtable table, bool descending) : EntryCursor
    {
        private Node? node;

        public override void Seek(ReadOnlySpan<byte> key)
        {
            node = descending ? table.Before(key) : table.AtOrAfter(key);
            Show();
        }

        public override void Next()
        {
            // There are no links back: a page reads few documents, and finding each anew is cheap enough.
            node = descending ? table.Before(node!.Key) : Volatile.Read(ref node!.Next[0]);
            Show();
        }

        private void Show()
        {
            if (node is null || node == table.head)
            {
                Valid = false;
                return;
            }

            var entry = node.Entry;
            Valid = true;
            Key = node.Key;
            Version = entry.Version;
            DueTicks = entry.DueTicks;
            Deleted = entry.Deleted;
            Body = entry.Body;
        }
    }
}
