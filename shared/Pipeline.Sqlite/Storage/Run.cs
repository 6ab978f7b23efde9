namespace Pipeline.Sqlite.Storage;

/// <summary>
/// A sorted, immutable sequence of blocks. In memory: its Bloom filter, its dictionary, and for each block the
/// shortest key that separates it from the one before.
/// </summary>
internal sealed class Run
{
    private readonly byte[] separators;
    private readonly int[] separatorStarts;
    private readonly BloomFilter filter;

    public Run(RunHead head, ReadOnlySpan<byte> index)
    {
        Head = head;
        var reader = new ByteReader(index);
        Dictionary = reader.Bytes().ToArray();
        filter = new BloomFilter(reader.Bytes());
        var count = (int)reader.Number();
        separatorStarts = new int[count + 1];
        var keys = new ByteWriter(index.Length - reader.At + 1);
        for (var i = 0; i < count; i++)
        {
            keys.Raw(reader.Bytes());
            separatorStarts[i + 1] = keys.Length;
        }

        separators = keys.Written.ToArray();
    }

    public RunHead Head { get; }

    public byte[] Dictionary { get; }

    public int BlockCount => separatorStarts.Length - 1;

    public long ResidentBytes => separators.Length + (4L * separatorStarts.Length) + filter.Stored.Length;

    /// <summary>About how many keys and partitions it holds.</summary>
    public long Names => filter.Names;

    public bool MayHold(ulong hash) => filter.MayHold(hash);

    /// <summary>The last block whose keys may be at or before this one.</summary>
    public int BlockOf(ReadOnlySpan<byte> key)
    {
        int low = 0, high = BlockCount - 1;
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            var start = separatorStarts[middle];
            var separator = separators.AsSpan(start, separatorStarts[middle + 1] - start);
            if (separator.SequenceCompareTo(key) <= 0)
                low = middle;
            else
                high = middle - 1;
        }

        return low;
    }

    public long BlockId(int block)
    {
        foreach (var extent in Head.Extents)
        {
            if (block < extent.Count)
                return extent.First + block;
            block -= extent.Count;
        }

        throw new InvalidOperationException("The run has no such block.");
    }

    public static byte[] WriteIndex(byte[] dictionary, BloomFilter filter, List<byte[]> separators)
    {
        var to = new ByteWriter(64 * 1024);
        to.Bytes(dictionary);
        to.Bytes(filter.Stored);
        to.Number(separators.Count);
        foreach (var separator in separators)
            to.Bytes(separator);
        return to.Written.ToArray();
    }
}

/// <summary>Consecutive ids of rows in <c>blocks</c>.</summary>
internal readonly record struct Extent(long First, int Count);

/// <summary>What the table <c>runs</c> says of a run.</summary>
/// <param name="CommitMax">The last commit in it: of two runs the one with the greater holds the newer documents.</param>
internal sealed record RunHead(
    long Id, int Level, long CommitMax, long Entries, IReadOnlyList<Extent> Extents, IReadOnlyList<Extent> IndexExtents)
{
    public byte[] Write()
    {
        var to = new ByteWriter();
        to.Number(CommitMax);
        to.Number(Entries);
        foreach (var extents in (IReadOnlyList<Extent>[])[Extents, IndexExtents])
        {
            to.Number(extents.Count);
            foreach (var extent in extents)
            {
                to.Number(extent.First);
                to.Number(extent.Count);
            }
        }

        return to.Written.ToArray();
    }

    public static RunHead Read(long id, int level, ReadOnlySpan<byte> stored)
    {
        var reader = new ByteReader(stored);
        var commitMax = reader.Number();
        var entries = reader.Number();
        var extents = ReadExtents(ref reader);
        return new RunHead(id, level, commitMax, entries, extents, ReadExtents(ref reader));
    }

    private static Extent[] ReadExtents(ref ByteReader reader)
    {
        var extents = new Extent[reader.Number()];
        for (var i = 0; i < extents.Length; i++)
            extents[i] = new Extent(reader.Number(), (int)reader.Number());
        return extents;
    }
}
