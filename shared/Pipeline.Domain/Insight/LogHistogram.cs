namespace Pipeline.Domain;

/// <summary>
/// Counts of whole numbers in bins that do not depend on the data: exact below 64, 32 bins to a doubling above (as HDR
/// histograms and DDSketch have them; Masson, Rim and Lee, VLDB 2019), so that any number of them can be added up in any
/// order. A negative number counts as 0.
/// </summary>
public sealed class LogHistogram
{
    private const int ExactBelow = 64;
    private const int ExactBits = 6;
    private const int BinsPerDoubling = 32;
    private const int BinBits = 5;

    private readonly SortedDictionary<int, long> counts = [];

    public long Count { get; private set; }

    /// <summary>The bins that are not empty, in order.</summary>
    public IReadOnlyDictionary<int, long> Bins => counts;

    public static int BinOf(long value)
    {
        if (value < ExactBelow)
            return (int)Math.Max(0, value);
        var exponent = 63 - (int)long.LeadingZeroCount(value);
        return ExactBelow + ((exponent - ExactBits) * BinsPerDoubling)
            + (int)((value >> (exponent - BinBits)) & (BinsPerDoubling - 1));
    }

    /// <summary>The least number of a bin.</summary>
    public static long LeastOf(int bin)
    {
        if (bin < ExactBelow)
            return bin;
        var (doublings, part) = Math.DivRem(bin - ExactBelow, BinsPerDoubling);
        return (long)(BinsPerDoubling + part) << (doublings + ExactBits - BinBits);
    }

    /// <summary>The greatest number of a bin.</summary>
    public static long GreatestOf(int bin) =>
        bin >= BinOf(long.MaxValue) ? long.MaxValue : LeastOf(bin + 1) - 1;

    public void Add(long value, long count = 1) => AddBin(BinOf(value), count);

    public void AddBin(int bin, long count)
    {
        counts[bin] = counts.GetValueOrDefault(bin) + count;
        Count += count;
    }

    public void Add(LogHistogram other)
    {
        foreach (var (bin, count) in other.counts)
            AddBin(bin, count);
    }

    /// <summary>The greatest number of the bin up to which at least this share lies; 0 of none.</summary>
    public long Quantile(double share)
    {
        long below = 0;
        foreach (var (bin, count) in counts)
        {
            below += count;
            if (below >= share * Count)
                return GreatestOf(bin);
        }

        return 0;
    }
}
