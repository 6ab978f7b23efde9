using System.IO.Compression;
using Pipeline.Runtime.Ports;
using Pipeline.Sqlite.Storage;

namespace Pipeline.Sqlite.Journal;

/// <summary>Collects the document writes of one group commit into one compressed row.</summary>
internal sealed class JournalWriter
{
    private readonly ByteWriter plain = new(64 * 1024);
    private readonly RowCompressor compressor = new();

    public bool Empty => plain.Length == 0;

    public void Clear() => plain.Clear();

    public void BeginCommit(string partition, int writes)
    {
        plain.Text(partition);
        plain.Number(writes);
    }

    public void Add(Write write, Entry entry, long dueBefore)
    {
        var flags = (entry.Deleted ? JournalRow.DeletedFlag : 0)
            | (entry.DueTicks == Entry.NoDue ? 0 : JournalRow.DueFlag)
            | (dueBefore == Entry.NoDue ? 0 : JournalRow.DueBeforeFlag);
        plain.Byte((byte)flags);
        plain.Text(write.Kind);
        plain.Text(write.Id);
        if (entry.DueTicks != Entry.NoDue)
            plain.Number(entry.DueTicks);
        if (dueBefore != Entry.NoDue)
            plain.Number(dueBefore);
        if (entry.Body is not null)
            plain.Bytes(entry.Body);
    }

    /// <summary>The row's body; valid until the next call.</summary>
    public ReadOnlySpan<byte> Row() => compressor.Compress(plain.Written);
}

/// <summary>A marker byte, then the bytes as they are or compressed.</summary>
internal sealed class RowCompressor
{
    private const int CompressFromBytes = 128;
    private const int Quality = 1;
    private const int WindowBits = 18;
    private byte[] output = [];

    public ReadOnlySpan<byte> Compress(ReadOnlySpan<byte> plain)
    {
        var needed = BrotliEncoder.GetMaxCompressedLength(plain.Length) + 5;
        if (output.Length < needed || output.Length > 16 * 1024 * 1024)
            output = new byte[2 * needed];
        if (plain.Length >= CompressFromBytes
            && BrotliEncoder.TryCompress(plain, output.AsSpan(5), out var written, Quality, WindowBits)
            && written < plain.Length)
        {
            output[0] = 1;
            System.Buffers.Binary.BinaryPrimitives.WriteInt32LittleEndian(output.AsSpan(1), plain.Length);
            return output.AsSpan(0, written + 5);
        }

        output[0] = 0;
        plain.CopyTo(output.AsSpan(1));
        return output.AsSpan(0, plain.Length + 1);
    }

    public static byte[] Decompress(ReadOnlySpan<byte> row)
    {
        if (row[0] == 0)
            return row[1..].ToArray();
        var plain = new byte[System.Buffers.Binary.BinaryPrimitives.ReadInt32LittleEndian(row[1..])];
        return BrotliDecoder.TryDecompress(row[5..], plain, out var written) && written == plain.Length
            ? plain
            : throw new InvalidDataException("A stored row is damaged.");
    }
}
