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

    private long[] counts = [];

    public long Count { get; private set; }

    /// <summary>The bins that are not empty, in order.</summary>
    public IReadOnlyDictionary<int, long> Bins
    {
        get
        {
            var bins = new SortedDictionary<int, long>();
            for (var bin = 0; bin < counts.Length; bin++)
                if (counts[bin] != 0)
                    bins.Add(bin, counts[bin]);
            return bins;
        }
    }

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
        if (bin >= counts.Length)
            Array.Resize(ref counts, Math.Max(bin + 1, 2 * counts.Length));
        counts[bin] += count;
        Count += count;
    }

    public void Add(LogHistogram other)
    {
        for (var bin = 0; bin < other.counts.Length; bin++)
            if (other.counts[bin] != 0)
                AddBin(bin, other.counts[bin]);
    }

    /// <summary>The greatest number of the bin up to which at least this share lies; 0 of none.</summary>
    public long Quantile(double share)
    {
        long below = 0;
        for (var bin = 0; bin < counts.Length; bin++)
        {
            below += counts[bin];
            if (counts[bin] != 0 && below >= share * Count)
                return GreatestOf(bin);
        }

        return 0;
    }
}
