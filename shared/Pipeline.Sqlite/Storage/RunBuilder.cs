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
    private readonly PagePacker packer = new();
    private List<byte[]> slice = [];
    private int sliceBytes;
    private ulong lastPartition;

    public long Entries { get; private set; }

    public void Add(EntryCursor from)
    {
        var key = from.Key.Span;
        if (block.Length > 0 && block.Length + key.Length + from.Body.Length > packer.BlockBytes)
            CutBlock();
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
        packer.Add(block.Length, compressed.Length);
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

/// <summary>
/// How long blocks should be for pages of the file to be full: a row that does not fit into what is left of a page goes to the
/// next one, and what was left is written for nothing.
/// </summary>
internal sealed class PagePacker
{
    /// <summary>Of SQLite's leaf, without its header (https://sqlite.org/fileformat2.html#b_tree_pages).</summary>
    private const int PageBytes = 4096 - 8;

    /// <summary>The row's pointer, length, id and record header.</summary>
    private const int RowBytes = 12;

    /// <summary>A block compresses a little worse than the ones before it in one case of many; then it has the next page.</summary>
    private const double Margin = 0.95;

    /// <summary>How much the last block tells of the next.</summary>
    private const double Newest = 0.25;

    private double yield = 2;
    private int room = PageBytes;

    public PagePacker() => BlockBytes = Next();

    /// <summary>Of the next block, before it is compressed.</summary>
    public int BlockBytes { get; private set; }

    public void Add(int plainBytes, int storedBytes)
    {
        var row = storedBytes + RowBytes;
        room = (room >= row ? room : PageBytes) - row;
        yield += Newest * ((plainBytes / (double)storedBytes) - yield);
        BlockBytes = Next();
    }

    private int Next()
    {
        var fits = Fits(room);
        if (fits < Block.BytesTarget / 2)
            fits = Fits(room = PageBytes);
        var blocks = Math.Max(1, (int)Math.Round(fits / Block.BytesTarget));
        return (int)(Fits(room - ((blocks - 1) * RowBytes)) / blocks);
    }

    private double Fits(int bytes) => Math.Max(0, bytes - RowBytes) * yield * Margin;
}
