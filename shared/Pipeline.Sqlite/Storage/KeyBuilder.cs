using System.Text;

namespace Pipeline.Sqlite.Storage;

/// <summary>Appends bytes to a buffer that starts on the stack.</summary>
internal ref struct KeyBuilder(Span<byte> start)
{
    private Span<byte> buffer = start;
    private int length;

    public readonly ReadOnlySpan<byte> Written => buffer[..length];

    public readonly byte[] ToArray() => Written.ToArray();

    public void Byte(byte value)
    {
        Reserve(1);
        buffer[length++] = value;
    }

    public void Bytes(scoped ReadOnlySpan<byte> value)
    {
        Reserve(value.Length);
        value.CopyTo(buffer[length..]);
        length += value.Length;
    }

    /// <summary>A name followed by a terminator: U+0000 is written as two bytes, so that no zero byte is inside.</summary>
    public void Text(string value) => Append(value, zeroIsEscaped: true);

    /// <summary>A name at the end of a key: in strict order, U+0000 included.</summary>
    public void Raw(string value) => Append(value, zeroIsEscaped: false);

    private void Append(string value, bool zeroIsEscaped)
    {
        Reserve(3 * value.Length);
        if (Ascii.FromUtf16(value, buffer[length..], out var written) == System.Buffers.OperationStatus.Done
            && !(zeroIsEscaped && value.Contains('\0')))
        {
            length += written;
            return;
        }

        foreach (var character in value)
        {
            if (character < 0x80 && !(character == 0 && zeroIsEscaped))
            {
                buffer[length++] = (byte)character;
            }
            else if (character < 0x800)
            {
                buffer[length++] = (byte)(0xC0 | (character >> 6));
                buffer[length++] = (byte)(0x80 | (character & 0x3F));
            }
            else
            {
                buffer[length++] = (byte)(0xE0 | (character >> 12));
                buffer[length++] = (byte)(0x80 | ((character >> 6) & 0x3F));
                buffer[length++] = (byte)(0x80 | (character & 0x3F));
            }
        }
    }

    private void Reserve(int more)
    {
        if (length + more <= buffer.Length)
            return;
        var larger = new byte[Math.Max(2 * buffer.Length, length + more)];
        Written.CopyTo(larger);
        buffer = larger;
    }
}
