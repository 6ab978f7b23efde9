using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Pipeline.Sqlite.Storage;

/// <summary>
/// A byte-oriented LZ77 coder for small blocks with a shared dictionary, in the sequence format of LZ4
/// (https://github.com/lz4/lz4/blob/dev/doc/lz4_Block_format.md). Documents repeat their field names, and a block
/// of 4 KiB alone is too short to learn them: the dictionary, taken from the run itself, carries them.
/// </summary>
internal sealed class BlockCodec
{
    public const int DictionaryBytesMax = 8 * 1024;
    private const int MatchMin = 4;
    private const int OffsetMax = ushort.MaxValue;
    private const int TableBits = 12;

    /// <summary>Bytes that are copied by one move.</summary>
    private const int AtOnce = 32;

    /// <summary>What one byte of a block can stand for: a length goes on in steps of so many.</summary>
    private const int ByteYieldsMax = 255;

    private readonly byte[] dictionary;
    private readonly int[] dictionaryTable = new int[1 << TableBits];
    private readonly int[] table = new int[1 << TableBits];
    private byte[] window;

    /// <summary>One coder compresses for one thread; decompressing needs none.</summary>
    public BlockCodec(byte[] dictionary)
    {
        this.dictionary = dictionary;
        window = new byte[dictionary.Length + (16 * 1024)];
        dictionary.CopyTo(window, 0);
        for (var i = 0; i + MatchMin <= dictionary.Length; i++)
            dictionaryTable[Slot(dictionary, i)] = i + 1;
    }

    /// <summary>The original length (4 bytes) and the sequences.</summary>
    public byte[] Compress(ReadOnlySpan<byte> source)
    {
        var start = dictionary.Length;
        var end = start + source.Length;
        if (window.Length < end)
        {
            window = new byte[end];
            dictionary.CopyTo(window, 0);
        }

        source.CopyTo(window.AsSpan(start));
        dictionaryTable.CopyTo(table, 0);
        var output = new byte[4 + source.Length + (source.Length / 255) + 16];
        BinaryPrimitives.WriteInt32LittleEndian(output, source.Length);
        var at = 4;
        var literals = start;
        for (var i = start; i + MatchMin <= end;)
        {
            var slot = Slot(window, i);
            var candidate = table[slot] - 1;
            table[slot] = i + 1;
            if (candidate < 0 || i - candidate > OffsetMax || !SameFour(candidate, i))
            {
                i++;
                continue;
            }

            var length = MatchMin + window.AsSpan(candidate + MatchMin, end - i - MatchMin)
                .CommonPrefixLength(window.AsSpan(i + MatchMin, end - i - MatchMin));
            at = Sequence(output, at, window.AsSpan(literals, i - literals), i - candidate, length);
            i += length;
            literals = i;
        }

        at = Sequence(output, at, window.AsSpan(literals, end - literals), 0, 0);
        return output.AsSpan(0, at).ToArray();
    }

    /// <exception cref="InvalidDataException">The block is damaged.</exception>
    public static byte[] Decompress(ReadOnlySpan<byte> source, ReadOnlySpan<byte> dictionary)
    {
        try
        {
            return Inflate(source, dictionary);
        }
        catch (Exception e) when (e is ArgumentException or IndexOutOfRangeException or OverflowException)
        {
            // A length or an offset that was edited leads out of the block.
            throw new InvalidDataException("A stored block is damaged.", e);
        }
    }

    private static byte[] Inflate(ReadOnlySpan<byte> source, ReadOnlySpan<byte> dictionary)
    {
        var length = BinaryPrimitives.ReadInt32LittleEndian(source);
        if (length > (long)source.Length * ByteYieldsMax)
            throw new InvalidDataException("A stored block is damaged.");
        // Every byte of it is written below, or the block is damaged.
        var output = GC.AllocateUninitializedArray<byte>(length);
        var at = 0;
        var i = 4;
        while (i < source.Length)
        {
            int token = source[i++];
            var literals = Length(source, ref i, token >> 4);
            Copy(source[i..], output.AsSpan(at), literals);
            i += literals;
            at += literals;
            if (i >= source.Length)
                break;
            var offset = BinaryPrimitives.ReadUInt16LittleEndian(source[i..]);
            i += 2;
            at = CopyMatch(output, at, offset, Length(source, ref i, token & 15) + MatchMin, dictionary);
        }

        return at == output.Length ? output : throw new InvalidDataException("A stored block is damaged.");
    }

    private static int CopyMatch(byte[] output, int at, int offset, int length, ReadOnlySpan<byte> dictionary)
    {
        var from = at - offset;
        if (from < 0)
        {
            var inDictionary = Math.Min(length, -from);
            Copy(dictionary[(dictionary.Length + from)..], output.AsSpan(at), inDictionary);
            at += inDictionary;
            length -= inDictionary;
            if (length == 0)
                return at;
            from = 0;
        }

        if (offset >= Math.Max(length, AtOnce))
        {
            Copy(output.AsSpan(from), output.AsSpan(at), length);
            return at + length;
        }

        if (offset >= length)
        {
            output.AsSpan(from, length).CopyTo(output.AsSpan(at, length));
            return at + length;
        }

        // A match that reaches into itself repeats what it has just written.
        for (; length > 0; length--)
            output[at++] = output[from++];
        return at;
    }

    /// <summary>
    /// Most pieces are short, and a move of a fixed length is many times faster than one of theirs: what it writes beyond
    /// them is written over by the next piece.
    /// </summary>
    private static void Copy(ReadOnlySpan<byte> from, Span<byte> to, int length)
    {
        if (length <= AtOnce && from.Length >= AtOnce && to.Length >= AtOnce)
            MemoryMarshal.Write(to, MemoryMarshal.Read<Vector256<byte>>(from));
        else
            from[..length].CopyTo(to);
    }

    private static int Sequence(byte[] output, int at, ReadOnlySpan<byte> literals, int offset, int length)
    {
        var match = Math.Max(0, length - MatchMin);
        output[at++] = (byte)((Math.Min(15, literals.Length) << 4) | Math.Min(15, match));
        at = More(output, at, literals.Length);
        literals.CopyTo(output.AsSpan(at));
        at += literals.Length;
        if (length == 0)
            return at;
        BinaryPrimitives.WriteUInt16LittleEndian(output.AsSpan(at), (ushort)offset);
        return More(output, at + 2, match);
    }

    private static int More(byte[] output, int at, int value)
    {
        if (value < 15)
            return at;
        for (value -= 15; value >= 255; value -= 255)
            output[at++] = 255;
        output[at++] = (byte)value;
        return at;
    }

    private static int Length(ReadOnlySpan<byte> source, ref int i, int start)
    {
        if (start < 15)
            return start;
        byte more;
        do
        {
            more = source[i++];
            start += more;
        }
        while (more == 255);
        return start;
    }

    private bool SameFour(int a, int b) =>
        window.AsSpan(a, MatchMin).SequenceEqual(window.AsSpan(b, MatchMin));

    private static int Slot(byte[] bytes, int at) =>
        (int)(unchecked(BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at)) * 2654435761U) >> (32 - TableBits));
}
