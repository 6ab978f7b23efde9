using System.Buffers.Binary;

namespace Pipeline.Sqlite.Storage;

/// <summary>
/// The hash that places partitions in shards and keys in Bloom filters. It is stored, so it must never change
/// (the finaliser is that of MurmurHash3, https://github.com/aappleby/smhasher).
/// </summary>
internal static class StableHash
{
    public static ulong Of(ReadOnlySpan<byte> bytes)
    {
        unchecked
        {
            var hash = 0x9E3779B97F4A7C15UL ^ (ulong)bytes.Length;
            while (bytes.Length >= 8)
            {
                hash = Mix(hash ^ BinaryPrimitives.ReadUInt64LittleEndian(bytes));
                bytes = bytes[8..];
            }

            var tail = 0UL;
            for (var i = 0; i < bytes.Length; i++)
                tail |= (ulong)bytes[i] << (8 * i);
            return Mix(Mix(hash ^ tail) + 0x9E3779B97F4A7C15UL);
        }
    }

    private static ulong Mix(ulong value)
    {
        unchecked
        {
            value ^= value >> 33;
            value *= 0xFF51AFD7ED558CCDUL;
            value ^= value >> 33;
            value *= 0xC4CEB9FE1A85EC53UL;
            return value ^ (value >> 33);
        }
    }
}
