using System.Collections.Immutable;

namespace Pipeline.Domain;

/// <summary>What was counted in one period, or at the most at one moment of it.</summary>
public readonly record struct TierTotal(int Period, long Amount);

/// <summary>
/// What counts towards a level, period by period: a part of the account, folded from the same facts as the rhythm is. It
/// knows no level and no threshold, so that these may change; which level it makes, <see cref="LevelAt"/> says.
/// </summary>
/// <remarks>
/// Purchases may be folded in any order as far as <see cref="TakesInAnyOrder"/> says so: totals are sums, and what is too old
/// to matter is dropped by the latest period alone. A refund takes back from the period of its purchase; what a window had
/// reached before that is kept beside it (<see cref="Peaks"/>), since a level that was reached stays to the period's end.
/// </remarks>
public sealed partial record TierProgress
{
    private TierProgress(TierShape shape) => Shape = shape;

    public TierShape Shape { get; private init; }

    /// <summary>The day number of the first purchase, where periods are membership years; else, and before it, 0.</summary>
    public int FirstDay { get; private init; }

    /// <summary>By period, the oldest first; a period without any is absent.</summary>
    public ImmutableArray<TierTotal> Totals { get; private init; } = [];

    /// <summary>
    /// The most that a window ever had, by its last period, where a refund has lowered it since.
    /// </summary>
    public ImmutableArray<TierTotal> Peaks { get; private init; } = [];

    public static TierProgress None(TierShape shape) => new(shape);

    /// <summary>As it was stored.</summary>
    public static TierProgress Of(
        TierShape shape, int firstDay, ImmutableArray<TierTotal> totals, ImmutableArray<TierTotal> peaks) =>
        new(shape) { FirstDay = firstDay, Totals = totals, Peaks = peaks };

    /// <summary>Whether a purchase may be folded after facts of a later time and end in the same.</summary>
    public bool TakesInAnyOrder(DateOnly day) => Peaks.IsEmpty && (FirstDay == 0 || day.DayNumber >= FirstDay);

    public TierProgress Bought(Fact.Purchased bought, DateOnly day)
    {
        if (bought.Rejection is not null)
            return this;
        var begun = Shape.Period is TierPeriod.Anniversary && FirstDay == 0 ? this with { FirstDay = day.DayNumber } : this;
        var amount = Shape.AmountOf(bought);
        return amount == 0 ? begun : begun.Plus(begun.NumberOf(day), amount);
    }

    /// <param name="boughtOn">The day of the purchase, whose period it counts against.</param>
    /// <param name="day">The day of the refund.</param>
    public TierProgress Returned(Fact.Purchased bought, DateOnly boughtOn, ReturnedShare returned, DateOnly day)
    {
        var amount = Shape.AmountOf(bought, returned);
        var period = NumberOf(boughtOn);
        if (amount == 0 || AmountOf(Totals, period) is null)
            return this; // what is dropped holds no level any more
        var peaks = Peaks;
        var lastWindow = Math.Min(NumberOf(day), period + Shape.Window - 1);
        for (var window = period; window <= lastWindow; window++)
            if (WindowAt(window) is var reached && reached > (AmountOf(peaks, window) ?? 0))
                peaks = With(peaks, window, reached, static (_, now) => now);
        return (this with { Peaks = peaks }).Plus(period, -amount);
    }

    public bool Equals(TierProgress? other) =>
        other is not null && Shape == other.Shape && FirstDay == other.FirstDay
        && Totals.AsSpan().SequenceEqual(other.Totals.AsSpan()) && Peaks.AsSpan().SequenceEqual(other.Peaks.AsSpan());

    public override int GetHashCode() => HashCode.Combine(Shape, FirstDay, Totals.Length, Peaks.Length);

    /// <summary>Sums wrap around instead of failing, so that they commute; no shop comes near 64 bits of pennies.</summary>
    private TierProgress Plus(int period, long amount)
    {
        var totals = With(Totals, period, amount, static (was, more) => unchecked(was + more));
        var latest = totals[^1].Period;
        return this with
        {
            Totals = Since(totals, latest - Shape.PeriodsThatHold - Shape.Window + 2),
            Peaks = Since(Peaks, latest - Shape.PeriodsThatHold + 1),
        };
    }

    /// <summary>What a window that ends with a period holds.</summary>
    private long WindowAt(int last)
    {
        long sum = 0;
        foreach (var total in Totals)
            if (total.Period <= last && total.Period > last - Shape.Window)
                sum = unchecked(sum + total.Amount);
        return sum;
    }

    private int NumberOf(DateOnly day) => Shape.Period.NumberOf(DateOnly.FromDayNumber(FirstDay), day);

    private DateOnly StartOf(int period) => Shape.Period.StartOf(DateOnly.FromDayNumber(FirstDay), period);

    private static ImmutableArray<TierTotal> Since(ImmutableArray<TierTotal> totals, int first)
    {
        var old = 0;
        while (old < totals.Length && totals[old].Period < first)
            old++;
        return old == 0 ? totals : totals[old..];
    }

    private static long? AmountOf(ImmutableArray<TierTotal> totals, int period)
    {
        foreach (var total in totals)
            if (total.Period == period)
                return total.Amount;
        return null;
    }

    private static ImmutableArray<TierTotal> With(
        ImmutableArray<TierTotal> totals, int period, long amount, Func<long, long, long> both)
    {
        var at = totals.Length;
        while (at > 0 && totals[at - 1].Period > period)
            at--;
        return at > 0 && totals[at - 1].Period == period
            ? totals.SetItem(at - 1, new TierTotal(period, both(totals[at - 1].Amount, amount)))
            : totals.Insert(at, new TierTotal(period, amount));
    }
}
