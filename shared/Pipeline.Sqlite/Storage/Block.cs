namespace Pipeline.Sqlite.Storage;

/// <summary>Some 4 KiB of sorted entries, decompressed.</summary>
/// <remarks>An entry: key, a flag byte, version, due where there is one, body unless deleted.</remarks>
internal sealed class Block
{
    public const int BytesTarget = 4 * 1024;
    public const int DeletedFlag = 1;
    public const int DueFlag = 2;
    private readonly byte[] data;
    private readonly int[] starts;

    public Block(long id, byte[] data)
    {
        Id = id;
        this.data = data;
        starts = new int[16];
        var count = 0;
        var reader = new ByteReader(data);
        while (!reader.End)
        {
            if (count == starts.Length)
                Array.Resize(ref starts, 2 * count);
            starts[count++] = reader.At;
            reader.Bytes();
            SkipValue(ref reader);
        }

        Count = count;
    }

    public long Id { get; }

    public int Count { get; }

    public static void Append(
        ByteWriter to, ReadOnlySpan<byte> key, long version, long dueTicks, bool deleted, ReadOnlySpan<byte> body)
    {
        to.Bytes(key);
        to.Byte((byte)((deleted ? DeletedFlag : 0) | (dueTicks == Entry.NoDue ? 0 : DueFlag)));
        to.Number(version);
        if (dueTicks != Entry.NoDue)
            to.Number(dueTicks);
        if (!deleted)
            to.Bytes(body);
    }

    /// <summary>The first entry at or after a key; <see cref="Count"/> where there is none.</summary>
    public int AtOrAfter(ReadOnlySpan<byte> key)
    {
        int low = 0, high = Count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (KeyAt(middle).Span.SequenceCompareTo(key) < 0)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }

    public ReadOnlyMemory<byte> KeyAt(int index)
    {
        var reader = new ByteReader(data.AsSpan(starts[index]));
        var length = (int)reader.Number();
        return data.AsMemory(starts[index] + reader.At, length);
    }

    public void Read(
        int index, out long version, out long dueTicks, out bool deleted, out ReadOnlyMemory<byte> body)
    {
        var reader = new ByteReader(data.AsSpan(starts[index]));
        reader.Bytes();
        var flags = reader.Byte();
        version = reader.Number();
        dueTicks = (flags & DueFlag) == 0 ? Entry.NoDue : reader.Number();
        deleted = (flags & DeletedFlag) != 0;
        body = default;
        if (!deleted)
        {
            var length = (int)reader.Number();
            body = data.AsMemory(starts[index] + reader.At, length);
        }
    }

    private static void SkipValue(ref ByteReader reader)
    {
        var flags = reader.Byte();
        reader.Number();
        if ((flags & DueFlag) != 0)
            reader.Number();
        if ((flags & DeletedFlag) == 0)
            reader.Bytes();
    }
}
