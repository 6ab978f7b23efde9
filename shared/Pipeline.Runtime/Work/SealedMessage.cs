using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json.Serialization.Metadata;
using Pipeline.Runtime.Loyalty.Storage;

namespace Pipeline.Runtime.Work;

/// <summary>A body ready for the queue: the content with the stamp of intake at its end, as <c>"rec"</c>.</summary>
/// <param name="Fingerprint">Of the content without the stamp: 128 bits of SHA-256.</param>
internal readonly record struct SealedMessage(byte[] Body, string Fingerprint)
{
    private const int FingerprintBytes = 16;

    /// <param name="message">Has at least one field, and none that is called <c>rec</c>.</param>
    public static SealedMessage Of<T>(T message, JsonTypeInfo<T> type, DateTimeOffset recordedAt) =>
        StoredJson.Write(message, type, recordedAt, static (content, stamp) =>
            new SealedMessage(Stamp(content, stamp), FingerprintOf(content)));

    public static string FingerprintOf<T>(T message, JsonTypeInfo<T> type) =>
        StoredJson.Write(message, type, 0, static (content, _) => FingerprintOf(content));

    public static string FingerprintOf(ReadOnlySpan<byte> content)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(content, hash);
        return Base64Url.EncodeToString(hash[..FingerprintBytes]);
    }

    private static byte[] Stamp(ReadOnlySpan<byte> content, DateTimeOffset recordedAt)
    {
        Span<byte> digits = stackalloc byte[20];
        Utf8Formatter.TryFormat(recordedAt.ToUnixTimeMilliseconds(), digits, out var length);
        var property = ",\"rec\":"u8;
        // The content's last byte, its closing brace, moves behind the stamp.
        var body = new byte[content.Length + property.Length + length];
        content[..^1].CopyTo(body);
        property.CopyTo(body.AsSpan(content.Length - 1));
        digits[..length].CopyTo(body.AsSpan(content.Length - 1 + property.Length));
        body[^1] = (byte)'}';
        return body;
    }
}
