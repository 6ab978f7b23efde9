using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Pipeline.Domain;

/// <summary>
/// What models are fitted from, added up customer by customer and page by page: histograms, customers with one record
/// counted once, and a sample of rhythms. All of it is bounded whatever the number of customers, and the same in any order.
/// </summary>
/// <param name="day">As <see cref="DateOnly.DayNumber"/>: purchases of that day and later are not seen.</param>
/// <param name="sampleMax">How many customers the sample keeps.</param>
public sealed class InsightTally(int day, int sampleMax = InsightTally.SampleMax)
{
    /// <summary>Customers of whom the regression learns: those whose ids hash lowest.</summary>
    public const int SampleMax = 4_000;

    private const int RepeatsExactMax = 64;

    private readonly LogHistogram silence = new();
    private readonly LogHistogram days = new();
    private readonly SortedDictionary<string, LogHistogram> net = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, LogHistogram> meanDay = new(StringComparer.Ordinal);
    private readonly Dictionary<PurchaseCell, long> purchases = [];
    private readonly Dictionary<(string Currency, int Days, int Bin), long> spend = [];
    private readonly SortedSet<Sampled> sample = [];
    private long gapDays;
    private long gaps;

    public int Day { get; } = day;

    /// <summary>Who had bought.</summary>
    public long Customers { get; private set; }

    /// <summary>In the order of their hashes, which is as good as none.</summary>
    public IEnumerable<KnownCustomer> Sample => sample.Select(static one => one.Customer);

    /// <summary>Customers with one record, counted once; in weeks.</summary>
    public IReadOnlyList<CountedRecord> PurchaseRecords() =>
        [.. Sorted(purchases).Select(static cell => new CountedRecord(cell.Key.Record, cell.Value))];

    public IEnumerable<(string Currency, IReadOnlyList<SpendRecord> Records)> SpendRecords() => Sorted(spend)
        .GroupBy(static cell => cell.Key.Currency)
        .Select(static group => (group.Key, (IReadOnlyList<SpendRecord>)[.. group.Select(static cell =>
            new SpendRecord(cell.Key.Days, SpendOf(cell.Key.Currency, cell.Key.Bin), cell.Value))]));

    public void Add(KnownCustomer customer)
    {
        if (RhythmAt.Of(customer.Rhythm, Day) is not { } known)
            return;
        Customers++;
        silence.Add(known.Silence);
        days.Add(known.Days);
        Of(net, known.Currency.Code).Add((long)known.Net);
        Of(meanDay, known.Currency.Code).Add((long)known.MeanDay);
        Count(purchases, PurchaseCell.Of(known), 1);
        if (known.MeanDay >= 1)
            Count(spend, (known.Currency.Code, Coarse(known.Days), LogHistogram.BinOf((long)known.MeanDay)), 1);

        gaps += known.Days - 1;
        gapDays += known.LastDay - known.FirstDay;
        Keep(new Sampled(HashOf(customer.Id), customer));
    }

    public CustomerNorms Norms() => new(
        gaps > 0 ? gapDays / (double)gaps : CustomerNorms.GapBeforeAnyIsKnown,
        meanDay.ToImmutableSortedDictionary(
            static one => one.Key, static one => (double)one.Value.Quantile(0.5), StringComparer.Ordinal));

    public RfmCuts Cuts() => RfmCuts.Of(silence, days, net);

    /// <summary>What is in it, to be stored and added up again, with so many of the sample.</summary>
    public TallyParts PartsWith(int sampled) => new(
        Customers, gapDays, gaps,
        silence.Bins, days.Bins,
        net.ToImmutableSortedDictionary(static one => one.Key, static one => one.Value.Bins, StringComparer.Ordinal),
        meanDay.ToImmutableSortedDictionary(static one => one.Key, static one => one.Value.Bins, StringComparer.Ordinal),
        [.. Sorted(purchases).Select(static one => (one.Key.Repeats, one.Key.Silence, one.Key.Age, one.Value))],
        [.. Sorted(spend).Select(static one => (one.Key.Currency, one.Key.Days, one.Key.Bin, one.Value))],
        [.. Sample.Take(sampled)]);

    public void Add(TallyParts parts)
    {
        Customers += parts.Customers;
        gapDays += parts.GapDays;
        gaps += parts.Gaps;
        Add(silence, parts.Silence);
        Add(days, parts.Days);
        foreach (var (currency, bins) in parts.Net)
            Add(Of(net, currency), bins);
        foreach (var (currency, bins) in parts.MeanDay)
            Add(Of(meanDay, currency), bins);
        foreach (var (repeats, silent, age, count) in parts.Purchases)
            Count(purchases, new PurchaseCell(repeats, silent, age), count);
        foreach (var (currency, of, bin, count) in parts.Spend)
            Count(spend, (currency, of, bin), count);
        foreach (var customer in parts.Sample)
            Keep(new Sampled(HashOf(customer.Id), customer));
    }

    /// <summary>FNV-1a, 64 bits, and a finish that spreads it (Steele, Lea and Flood's mix of SplitMix64).</summary>
    public static ulong HashOf(string id)
    {
        unchecked
        {
            var hash = 14_695_981_039_346_656_037UL;
            foreach (var character in id)
                hash = (hash ^ character) * 1_099_511_628_211UL;
            hash = (hash ^ (hash >> 30)) * 0xBF58_476D_1CE4_E5B9UL;
            hash = (hash ^ (hash >> 27)) * 0x94D0_49BB_1331_11EBUL;
            return hash ^ (hash >> 31);
        }
    }

    /// <summary>Counts of purchase days are exact up to 64 and in bins above.</summary>
    private static int Coarse(int days) => (int)LogHistogram.LeastOf(LogHistogram.BinOf(days));

    private static void Count<TCell>(Dictionary<TCell, long> cells, TCell cell, long more)
        where TCell : notnull =>
        CollectionsMarshal.GetValueRefOrAddDefault(cells, cell, out _) += more;

    /// <summary>In one order whatever the order of adding, so that sums of fractions come out the same.</summary>
    private static IEnumerable<KeyValuePair<TCell, long>> Sorted<TCell>(Dictionary<TCell, long> cells)
        where TCell : notnull =>
        cells.OrderBy(static one => one.Key);

    private static double SpendOf(string currency, int bin)
    {
        _ = Domain.Currency.TryParse(currency, out var parsed);
        return (LogHistogram.LeastOf(bin) + LogHistogram.GreatestOf(bin)) / 2.0 / parsed.MinorUnitsPerMajor;
    }

    private static LogHistogram Of(SortedDictionary<string, LogHistogram> histograms, string currency)
    {
        if (!histograms.TryGetValue(currency, out var histogram))
            histograms.Add(currency, histogram = new LogHistogram());
        return histogram;
    }

    private static void Add(LogHistogram histogram, IReadOnlyDictionary<int, long> bins)
    {
        foreach (var (bin, count) in bins)
            histogram.AddBin(bin, count);
    }

    private void Keep(Sampled candidate)
    {
        if (sample.Count < sampleMax)
        {
            sample.Add(candidate);
        }
        else if (candidate.CompareTo(sample.Max) < 0)
        {
            sample.Remove(sample.Max);
            sample.Add(candidate);
        }
    }

    private readonly record struct Sampled(ulong Hash, KnownCustomer Customer) : IComparable<Sampled>
    {
        public int CompareTo(Sampled other) => Hash.CompareTo(other.Hash) is var byHash and not 0
            ? byHash
            : string.CompareOrdinal(Customer.Id, other.Customer.Id);
    }

    /// <summary>A record in days, as far as it is told apart: to the day in the first quarter, then by about 3 %.</summary>
    private readonly record struct PurchaseCell(int Repeats, int Silence, int Age) : IComparable<PurchaseCell>
    {
        public PurchaseRecord Record
        {
            get
            {
                var age = Math.Max(Age, Silence);
                return new PurchaseRecord(
                    Repeats, Repeats == 0 ? 0 : InsightFit.Weeks(age - Silence), InsightFit.Weeks(age));
            }
        }

        public static PurchaseCell Of(RhythmAt known)
        {
            var repeats = known.Days - 1 <= RepeatsExactMax ? known.Days - 1 : Coarse(known.Days - 1);
            // One who bought once has one number only.
            return new PurchaseCell(repeats, repeats == 0 ? 0 : Coarse(known.Silence), Coarse(known.Age));
        }

        public int CompareTo(PurchaseCell other) =>
            Repeats.CompareTo(other.Repeats) is var byRepeats and not 0 ? byRepeats
            : Silence.CompareTo(other.Silence) is var bySilence and not 0 ? bySilence
            : Age.CompareTo(other.Age);
    }
}

/// <summary>The numbers of a tally, bare.</summary>
/// <param name="Purchases">Repeats, silence and age in days, customers.</param>
/// <param name="Spend">Currency, purchase days, bin of the mean day in minor units, customers.</param>
public sealed record TallyParts(
    long Customers,
    long GapDays,
    long Gaps,
    IReadOnlyDictionary<int, long> Silence,
    IReadOnlyDictionary<int, long> Days,
    IReadOnlyDictionary<string, IReadOnlyDictionary<int, long>> Net,
    IReadOnlyDictionary<string, IReadOnlyDictionary<int, long>> MeanDay,
    ImmutableArray<(int Repeats, int Silence, int Age, long Count)> Purchases,
    ImmutableArray<(string Currency, int Days, int Bin, long Count)> Spend,
    ImmutableArray<KnownCustomer> Sample);
