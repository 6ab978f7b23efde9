using System.Buffers.Binary;

namespace Pipeline.Cosmos.Gateway.Resources;

/// <summary>
/// The service's own ids: base64 of a database's 4 bytes, then a container's 4, then a document's 8, with <c>-</c> for
/// <c>/</c>. The SDK takes them apart, so their form matters.
/// </summary>
internal static class ResourceIds
{
    private const uint ContainerFlag = 0x8000_0000;

    public static string Database(uint number)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, number << 8);
        return Encode(bytes);
    }

    public static string Container(string database, uint number)
    {
        var bytes = new byte[8];
        Decode(database).CopyTo(bytes, 0);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(4), ContainerFlag | number);
        return Encode(bytes);
    }

    public static string Document(string container, ulong number)
    {
        var bytes = new byte[16];
        Decode(container).CopyTo(bytes, 0);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(8), number);
        return Encode(bytes);
    }

    /// <summary>A document's number, which is also its order among equals.</summary>
    public static ulong NumberOf(string document) => BinaryPrimitives.ReadUInt64LittleEndian(Decode(document).AsSpan(8));

    private static string Encode(byte[] bytes) => Convert.ToBase64String(bytes).Replace('/', '-');

    private static byte[] Decode(string id) => Convert.FromBase64String(id.Replace('-', '/'));
}
