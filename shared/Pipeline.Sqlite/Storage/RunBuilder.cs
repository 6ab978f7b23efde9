namespace Pipeline.Sqlite.Storage;

/// <summary>Packs sorted entries into compressed blocks and hands them over in slices.</summary>
internal sealed class RunBuilder(byte[] dictionary, long namesMax, Action<IReadOnlyList<byte[]>> take)
{
    private const int SliceBytesTarget = 128 * 1024;
    private const int IndexRowBytes = 64 * 1024;
    private readonly BlockCodec codec = new(dictionary);
    private readonly ByteWriter block = new(2 * Block.BytesTarget);
    private readonly List<byte[]> separators = [];
    private readonly BloomFilter filter = new(namesMax);
    private readonly ByteWriter last = new();
    private List<byte[]> slice = [];
    private int sliceBytes;
    private ulong lastPartition;

    public long Entries { get; private set; }

    public void Add(EntryCursor from)
    {
        var key = from.Key.Span;
        if (block.Length == 0)
            separators.Add(separators.Count == 0 ? [] : Separator(last.Written, key));
        if (Keys.IsDocument(key))
        {
            filter.Add(StableHash.Of(key));
            var partition = StableHash.Of(Keys.PartitionPrefix(key));
            if (partition != lastPartition)
                filter.Add(partition);
            lastPartition = partition;
        }

        Block.Append(block, key, from.Version, from.DueTicks, from.Deleted, from.Body.Span);
        Entries++;
        last.Clear();
        last.Raw(key);
        if (block.Length >= Block.BytesTarget)
            CutBlock();
    }

    /// <summary>Ends the run; the rows of its index are to be stored like blocks.</summary>
    public (byte[] Index, IReadOnlyList<byte[]> Rows) Finish()
    {
        if (block.Length > 0)
            CutBlock();
        CutSlice();
        var index = Run.WriteIndex(dictionary, filter, separators);
        var rows = new List<byte[]>();
        for (var at = 0; at < index.Length; at += IndexRowBytes)
            rows.Add(index.AsSpan(at, Math.Min(IndexRowBytes, index.Length - at)).ToArray());
        return (index, rows);
    }

    private static byte[] Separator(ReadOnlySpan<byte> before, ReadOnlySpan<byte> first) =>
        first[..Math.Min(first.Length, before.CommonPrefixLength(first) + 1)].ToArray();

    private void CutBlock()
    {
        var compressed = codec.Compress(block.Written);
        block.Clear();
        slice.Add(compressed);
        sliceBytes += compressed.Length;
        if (sliceBytes >= SliceBytesTarget)
            CutSlice();
    }

    private void CutSlice()
    {
        if (slice.Count == 0)
            return;
        take(slice);
        slice = [];
        sliceBytes = 0;
    }
}
