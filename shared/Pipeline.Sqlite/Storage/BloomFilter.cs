using System.Runtime.InteropServices;

namespace Pipeline.Sqlite.Storage;

/// <summary>
/// Says for sure that a run does not hold a key or a partition, so that a read visits one run instead of all.
/// Sixteen bits a name and six probes err in 1 of 1,000, since a read asks some thirty runs. (B. H. Bloom, CACM 13(7), 1970.)
/// </summary>
internal sealed class BloomFilter
{
    private const int BitsPerName = 16;
    private const int Probes = 6;
    private readonly ulong[] words;

    public BloomFilter(long namesMax) => words = new ulong[Math.Max(1, ((namesMax * BitsPerName) + 63) / 64)];

    public BloomFilter(ReadOnlySpan<byte> stored) => words = MemoryMarshal.Cast<byte, ulong>(stored).ToArray();

    public ReadOnlySpan<byte> Stored => MemoryMarshal.AsBytes(words.AsSpan());

    /// <summary>About how many names it was made for.</summary>
    public long Names => words.Length * 64L / BitsPerName;

    public void Add(ulong hash)
    {
        for (var probe = 0; probe < Probes; probe++)
        {
            var bit = Bit(hash, probe);
            words[bit >> 6] |= 1UL << (int)(bit & 63);
        }
    }

    public bool MayHold(ulong hash)
    {
        for (var probe = 0; probe < Probes; probe++)
        {
            var bit = Bit(hash, probe);
            if ((words[bit >> 6] & (1UL << (int)(bit & 63))) == 0)
                return false;
        }

        return true;
    }

    private long Bit(ulong hash, int probe)
    {
        // Two halves make all probes (Kirsch and Mitzenmacher, "Less Hashing, Same Performance", 2006).
        var mixed = unchecked((uint)hash + ((uint)probe * ((uint)(hash >> 32) | 1)));
        return (long)(((ulong)mixed * ((ulong)words.Length * 64)) >> 32);
    }
}
