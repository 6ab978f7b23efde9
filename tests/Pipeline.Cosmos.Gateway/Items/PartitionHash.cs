using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json.Nodes;

namespace Pipeline.Cosmos.Gateway.Items;

/// <summary>
/// Where a partition key lies among the servers: its Murmur3 hash of 128 bits, as partitioning of version 2 uses it. Checked
/// against the SDK, which finds the server of a key by its own calculation.
/// </summary>
internal static class PartitionHash
{
    private const int HashBits = 126;
    private const byte StringMark = 8;
    private const byte EndOfString = 0xFF;

    /// <param name="key">The key as JSON.</param>
    public static string Of(string key)
    {
        if (JsonNode.Parse(key) is not JsonValue value || !value.TryGetValue(out string? text))
            throw new NotSupportedException($"The double hashes texts only, not {key}.");
        byte[] bytes = [StringMark, .. Encoding.UTF8.GetBytes(text), EndOfString];
        var (low, high) = Murmur3(bytes);
        // Most significant byte first, without the two bits that mark the end of the range.
        return ((((BigInteger)high << 64) | low) & ((BigInteger.One << HashBits) - 1))
            .ToString("X33", CultureInfo.InvariantCulture)[^32..];
    }

    /// <summary>The first hash of a range; of the one behind the last, the end of all.</summary>
    public static string Boundary(int range, int count)
    {
        if (range == 0)
            return "";
        return range == count
            ? "FF"
            : ((BigInteger.One << HashBits) * range / count).ToString("X33", CultureInfo.InvariantCulture)[^32..];
    }

    /// <summary>MurmurHash3_x64_128 with seed 0 (Austin Appleby, public domain).</summary>
    private static (ulong Low, ulong High) Murmur3(ReadOnlySpan<byte> data)
    {
        unchecked
        {
            ulong h1 = 0, h2 = 0;
            var rest = data;
            for (; rest.Length >= 16; rest = rest[16..])
            {
                h1 ^= MixFirst(BitConverter.ToUInt64(rest));
                h1 = ((BitOperations.RotateLeft(h1, 27) + h2) * 5) + 0x52dce729;
                h2 ^= MixSecond(BitConverter.ToUInt64(rest[8..]));
                h2 = ((BitOperations.RotateLeft(h2, 31) + h1) * 5) + 0x38495ab5;
            }

            Span<byte> tail = stackalloc byte[16];
            tail.Clear();
            rest.CopyTo(tail);
            h2 ^= MixSecond(BitConverter.ToUInt64(tail[8..]));
            h1 ^= MixFirst(BitConverter.ToUInt64(tail));
            h1 ^= (ulong)data.Length;
            h2 ^= (ulong)data.Length;
            h1 += h2;
            h2 += h1;
            h1 = Finish(h1);
            h2 = Finish(h2);
            h1 += h2;
            return (h1, h2 + h1);
        }
    }

    private static ulong MixFirst(ulong block) =>
        unchecked(BitOperations.RotateLeft(block * 0x87c37b91114253d5, 31) * 0x4cf5ad432745937f);

    private static ulong MixSecond(ulong block) =>
        unchecked(BitOperations.RotateLeft(block * 0x4cf5ad432745937f, 33) * 0x87c37b91114253d5);

    private static ulong Finish(ulong hash)
    {
        unchecked
        {
            hash = (hash ^ (hash >> 33)) * 0xff51afd7ed558ccd;
            hash = (hash ^ (hash >> 33)) * 0xc4ceb9fe1a85ec53;
            return hash ^ (hash >> 33);
        }
    }
}
