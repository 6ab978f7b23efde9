namespace Pipeline.Sentiment.Features;

/// <summary>
/// The distinct features of one text, as buckets of a hash. It is made once and used for many texts, so that reading a
/// text allocates nothing.
/// </summary>
public sealed class FeatureSet
{
    /// <summary>Words and grams have half of the buckets each.</summary>
    public const int BucketBits = 20;

    public const int BucketCount = 1 << BucketBits;

    private const int FirstGram = BucketCount / 2;
    private const int HalfShift = 32 - (BucketBits - 1);

    // One bit a bucket: whether the text has it already.
    private readonly ulong[] seen = new ulong[BucketCount / 64];
    private int[] buckets = new int[1024];
    private int count;

    /// <summary>Each bucket once, in the order in which the text has them.</summary>
    public ReadOnlySpan<int> Buckets => buckets.AsSpan(0, count);

    /// <summary>How many of <see cref="Buckets"/> are words, pairs of words and marks.</summary>
    public int Words { get; private set; }

    /// <summary>How many of <see cref="Buckets"/> are runs of characters.</summary>
    public int Grams => count - Words;

    public static bool IsGram(int bucket) => bucket >= FirstGram;

    public void Clear()
    {
        // A few hundred bits of a megabit are set: clearing them one at a time is the shorter way.
        foreach (var bucket in Buckets)
            seen[bucket >> 6] = 0;
        count = 0;
        Words = 0;
    }

    internal void AddWord(uint hash)
    {
        if (TryAdd((int)(Hash.Mix(hash) >> HalfShift)))
            Words++;
    }

    internal void AddGram(uint hash) => TryAdd(FirstGram | (int)(Hash.Mix(hash) >> HalfShift));

    private bool TryAdd(int bucket)
    {
        ref var word = ref seen[bucket >> 6];
        var bit = 1UL << (bucket & 63);
        if ((word & bit) != 0)
            return false;
        word |= bit;
        if (count == buckets.Length)
            Array.Resize(ref buckets, count * 2);
        buckets[count++] = bucket;
        return true;
    }
}
