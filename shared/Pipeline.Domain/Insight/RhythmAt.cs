using System.Collections.Immutable;

namespace Pipeline.Domain;

/// <summary>
/// A rhythm as it stood when a day began: what every score is computed from, now and at moments in the past. Exact as far
/// back as the rhythm keeps days one by one; before that its purchase days are taken as evenly spread. Refunds count from
/// the day of their purchase.
/// </summary>
/// <param name="Today">The day that began; purchases of it and later are not seen.</param>
/// <param name="Days">Purchase days, at least 1.</param>
/// <param name="Net">Minor units of the main currency.</param>
/// <param name="MeanDay">Mean value of a purchase day in minor units of the main currency.</param>
public readonly record struct RhythmAt(
    int Today, int Days, int FirstDay, int LastDay, double Net, double MeanDay, double Lines, double Units, bool HasReturned)
{
    private const double PriorGaps = 2;

    /// <summary>The purchase days that are known one by one, oldest first.</summary>
    public ImmutableArray<PurchaseDay> Kept { get; private init; } = [];

    /// <summary>What a single day was worth can be told from another's only within one currency.</summary>
    public bool HasOneCurrency { get; private init; }

    public Currency Currency { get; private init; }

    /// <summary>Days since the last purchase.</summary>
    public int Silence => Today - LastDay;

    /// <summary>Days since the first purchase.</summary>
    public int Age => Today - FirstDay;

    /// <summary>The record of the models of value, in weeks.</summary>
    public PurchaseRecord Record => new(Days - 1, (LastDay - FirstDay) / 7.0, Age / 7.0);

    /// <summary>The mean gap between purchase days; null with one alone.</summary>
    public double? MeanGap => Days > 1 ? (LastDay - FirstDay) / (double)(Days - 1) : null;

    /// <summary>Null: had not bought by then.</summary>
    public static RhythmAt? Of(PurchaseRhythm rhythm, int today)
    {
        if (!rhythm.HasBought || rhythm.FirstDay >= today || rhythm.Main is not { } main)
            return null;
        var recent = rhythm.Recent;
        var seen = recent.Length;
        while (seen > 0 && recent[seen - 1].Day >= today)
            seen--;
        double days = rhythm.Days - (recent.Length - seen);
        double lines = rhythm.Lines, units = rhythm.Units, net = 0;
        for (var i = seen; i < recent.Length; i++)
            (lines, units, net) = (lines - recent[i].Lines, units - recent[i].Units, net + recent[i].Net);
        var hasOne = rhythm.Spend.Length == 1;
        net = hasOne ? main.Net - net : main.Net * (days / rhythm.Days);
        var last = seen > 0 ? recent[seen - 1].Day : 0;
        if (seen == 0)
        {
            // All that is known of before is how many days there were.
            var gap = (recent[0].Day - rhythm.FirstDay) / days;
            var then = Math.Min(days, 1 + Math.Floor((today - 1 - rhythm.FirstDay) / gap));
            last = rhythm.FirstDay + (int)((then - 1) * gap);
            (lines, units, net, days) = (lines * then / days, units * then / days, net * then / days, then);
        }

        net = Math.Max(0, net);
        var meanDay = hasOne ? net / days : rhythm.MeanDay;
        return new RhythmAt(
            today, (int)days, rhythm.FirstDay, last, net, meanDay, lines, units,
            rhythm.FirstReturnDay > 0 && rhythm.FirstReturnDay < today)
        {
            Kept = seen == recent.Length ? recent : recent[..seen],
            HasOneCurrency = hasOne,
            Currency = main.Currency,
        };
    }

    /// <summary>
    /// The customer's own cadence in days: the mean of their gaps, with as much of everybody's as two gaps weigh, so that
    /// one gap does not make a habit.
    /// </summary>
    public double Cadence(double everybodysGap) => CadenceOf(LastDay - FirstDay, Days - 1, everybodysGap);

    /// <summary>The cadence before the last purchase, and the gap that it ended; null with one purchase day.</summary>
    public (double Cadence, int Gap)? BeforeLast(double everybodysGap) => Kept is [.., var before, var last]
        ? (CadenceOf(before.Day - FirstDay, Days - 2, everybodysGap), last.Day - before.Day)
        : null;

    private static double CadenceOf(int days, int gaps, double everybodysGap) =>
        (days + (PriorGaps * everybodysGap)) / (gaps + PriorGaps);
}
