using System.Buffers.Binary;
using System.Text;
using Pipeline.Runtime.Ports;

namespace Pipeline.Sqlite.Storage;

/// <summary>
/// Names as bytes whose order is the order of their UTF-16 code units, which is what "ordinal" means in .NET.
/// UTF-8 orders characters beyond U+FFFF differently, so that surrogates are written one by one (as in CESU-8).
/// </summary>
/// <remarks>
/// Document: <c>1 kind 0 hash(4) partition 0 id</c>. Due index: <c>2 kind 0 shard(2) due(8) hash(4) partition 0 id</c>.
/// </remarks>
internal static class Keys
{
    private const byte DocumentSpace = 1;
    private const byte DueSpace = 2;

    public static byte[] Document(string kind, uint hash, string partition, string id)
    {
        var key = new KeyBuilder(stackalloc byte[512]);
        DocumentPrefix(ref key, kind, hash);
        key.Text(partition);
        key.Byte(0);
        key.Raw(id);
        return key.ToArray();
    }

    /// <summary>The start of all of a partition's documents of one kind.</summary>
    public static byte[] Partition(string kind, uint hash, string partition) => Document(kind, hash, partition, "");

    /// <summary>The first possible key of one kind at or after a hash.</summary>
    public static byte[] Hash(string kind, ulong hash)
    {
        var key = new KeyBuilder(stackalloc byte[512]);
        if (hash <= uint.MaxValue)
        {
            DocumentPrefix(ref key, kind, (uint)hash);
        }
        else
        {
            // Behind every hash of the kind: its terminator, raised by one.
            key.Byte(DocumentSpace);
            key.Text(kind);
            key.Byte(1);
        }

        return key.ToArray();
    }

    public static byte[] Due(string kind, int shard, long dueTicks, ReadOnlySpan<byte> documentKey)
    {
        var key = new KeyBuilder(stackalloc byte[512]);
        DuePrefix(ref key, kind, shard, dueTicks);
        key.Bytes(documentKey[HashOffset(documentKey)..]);
        return key.ToArray();
    }

    /// <summary>The first possible key of the due index at or after an instant.</summary>
    public static byte[] DueFrom(string kind, int shard, long dueTicks) => Due(kind, shard, dueTicks, [DocumentSpace, 0]);

    /// <summary>The key of the document that an entry of the due index stands for, and its instant.</summary>
    public static byte[] DocumentOfDue(ReadOnlySpan<byte> dueKey, out long dueTicks)
    {
        var kindEnd = dueKey.IndexOf((byte)0);
        dueTicks = BinaryPrimitives.ReadInt64BigEndian(dueKey[(kindEnd + 3)..]);
        var rest = dueKey[(kindEnd + 11)..];
        var key = new byte[kindEnd + 1 + rest.Length];
        dueKey[..(kindEnd + 1)].CopyTo(key);
        key[0] = DocumentSpace;
        rest.CopyTo(key.AsSpan(kindEnd + 1));
        return key;
    }

    /// <summary>The start of all documents of one kind.</summary>
    public static byte[] KindPrefix(string kind)
    {
        var key = new KeyBuilder(stackalloc byte[512]);
        key.Byte(DocumentSpace);
        key.Text(kind);
        key.Byte(0);
        return key.ToArray();
    }

    public static bool IsDocument(ReadOnlySpan<byte> key) => key[0] == DocumentSpace;

    /// <summary>The part of a document's key that all documents of its kind and partition share.</summary>
    public static ReadOnlySpan<byte> PartitionPrefix(ReadOnlySpan<byte> documentKey)
    {
        var partition = HashOffset(documentKey) + 4;
        return documentKey[..(partition + documentKey[partition..].IndexOf((byte)0) + 1)];
    }

    /// <param name="idBefore">Of many kinds all documents have one id: its string is taken again.</param>
    public static DocumentKey Read(ReadOnlySpan<byte> documentKey, string kind, string? idBefore)
    {
        var rest = documentKey[(HashOffset(documentKey) + 4)..];
        var end = rest.IndexOf((byte)0);
        var id = rest[(end + 1)..];
        return new DocumentKey(
            Decode(rest[..end]), kind, idBefore is not null && Ascii.Equals(id, idBefore) ? idBefore : Decode(id));
    }

    public static string Id(ReadOnlySpan<byte> documentKey, int partitionPrefixLength) =>
        Decode(documentKey[partitionPrefixLength..]);

    public static uint HashOf(string partition)
    {
        var bytes = new KeyBuilder(stackalloc byte[512]);
        bytes.Text(partition);
        return (uint)(StableHash.Of(bytes.Written) >> 32);
    }

    public static int ShardOf(uint hash, int shardCount) => (int)(((ulong)hash * (ulong)shardCount) >> 32);

    /// <summary>The first hash of a shard; for the shard after the last, one beyond the greatest hash.</summary>
    public static ulong FirstHash(int shard, int shardCount) =>
        (((ulong)shard << 32) + (ulong)shardCount - 1) / (ulong)shardCount;

    private static void DocumentPrefix(ref KeyBuilder key, string kind, uint hash)
    {
        key.Byte(DocumentSpace);
        key.Text(kind);
        key.Byte(0);
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(number, hash);
        key.Bytes(number);
    }

    private static void DuePrefix(ref KeyBuilder key, string kind, int shard, long dueTicks)
    {
        key.Byte(DueSpace);
        key.Text(kind);
        key.Byte(0);
        Span<byte> numbers = stackalloc byte[10];
        BinaryPrimitives.WriteUInt16BigEndian(numbers, (ushort)shard);
        BinaryPrimitives.WriteInt64BigEndian(numbers[2..], dueTicks);
        key.Bytes(numbers);
    }

    private static int HashOffset(ReadOnlySpan<byte> documentKey) => documentKey.IndexOf((byte)0) + 1;

    public static string Decode(ReadOnlySpan<byte> bytes)
    {
        if (Ascii.IsValid(bytes))
            return Encoding.ASCII.GetString(bytes);
        var characters = new StringBuilder(bytes.Length);
        for (var i = 0; i < bytes.Length;)
        {
            int lead = bytes[i++];
            if (lead < 0x80)
                characters.Append((char)lead);
            else if (lead < 0xE0)
                characters.Append((char)(((lead & 0x1F) << 6) | (bytes[i++] & 0x3F)));
            else
                characters.Append((char)(((lead & 0x0F) << 12) | ((bytes[i++] & 0x3F) << 6) | (bytes[i++] & 0x3F)));
        }

        return characters.ToString();
    }
}
