namespace Pipeline.Sqlite.Storage;

/// <summary>A growing buffer with the few encodings of our rows.</summary>
internal sealed class ByteWriter(int capacity = 256)
{
    private byte[] buffer = new byte[capacity];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => buffer.AsSpan(0, Length);

    public void Clear()
    {
        Length = 0;
        // One rare giant must not stay resident for ever.
        if (buffer.Length > 8 * 1024 * 1024)
            buffer = new byte[capacity];
    }

    /// <summary>Takes back what was written since.</summary>
    public void CutTo(int length) => Length = length;

    public void Byte(byte value)
    {
        Reserve(1);
        buffer[Length++] = value;
    }

    /// <summary>Seven bits a byte, least first.</summary>
    public void Number(long value)
    {
        Reserve(10);
        var rest = unchecked((ulong)value);
        for (; rest >= 0x80; rest >>= 7)
            buffer[Length++] = (byte)((rest & 0x7F) | 0x80);
        buffer[Length++] = (byte)rest;
    }

    public void Raw(ReadOnlySpan<byte> bytes)
    {
        Reserve(bytes.Length);
        bytes.CopyTo(buffer.AsSpan(Length));
        Length += bytes.Length;
    }

    public void Bytes(ReadOnlySpan<byte> bytes)
    {
        Number(bytes.Length);
        Raw(bytes);
    }

    /// <summary>Any string, lone surrogates too.</summary>
    public void Text(string value)
    {
        var key = new KeyBuilder(stackalloc byte[512]);
        key.Raw(value);
        Bytes(key.Written);
    }

    public void OptionalText(string? value)
    {
        Byte(value is null ? (byte)0 : (byte)1);
        if (value is not null)
            Text(value);
    }

    private void Reserve(int more)
    {
        if (Length + more > buffer.Length)
            Array.Resize(ref buffer, Math.Max(2 * buffer.Length, Length + more));
    }
}

/// <summary>Reads what <see cref="ByteWriter"/> wrote.</summary>
/// <remarks>What ends too early is an <see cref="InvalidDataException"/>.</remarks>
internal ref struct ByteReader(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> bytes = bytes;

    public int At { get; private set; }

    public readonly bool End => At >= bytes.Length;

    public byte Byte() => At < bytes.Length ? bytes[At++] : throw Damaged();

    public long Number()
    {
        var value = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var next = Byte();
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
                return unchecked((long)value);
        }
    }

    /// <summary>What is not read yet.</summary>
    public readonly ReadOnlySpan<byte> Rest() => bytes[At..];

    public ReadOnlySpan<byte> Raw(int length)
    {
        if ((uint)length > (uint)(bytes.Length - At))
            throw Damaged();
        var slice = bytes.Slice(At, length);
        At += length;
        return slice;
    }

    public ReadOnlySpan<byte> Bytes() => Raw((int)Number());

    public string Text() => Keys.Decode(Bytes());

    public string? OptionalText() => Byte() == 0 ? null : Text();

    private static InvalidDataException Damaged() => new("A stored row is damaged.");
}
