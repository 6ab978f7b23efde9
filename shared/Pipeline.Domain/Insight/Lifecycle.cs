using System.Globalization;

namespace Pipeline.Domain;

/// <summary>Where a customer stands.</summary>
public enum LifecycleStage
{
    /// <summary>Known, and has never bought.</summary>
    Prospect,
    FirstPurchase,
    Repeat,
    Loyal,

    /// <summary>Silent for longer than is the customer's way.</summary>
    Slipping,
    Lapsed,

    /// <summary>Bought again not long ago, after having lapsed.</summary>
    WonBack,
}

/// <summary>A stage, and the numbers behind it in a sentence.</summary>
public readonly record struct Lifecycle(LifecycleStage Stage, string Reason);

/// <summary>When a customer is in which stage. Gaps are those of the customer's own cadence.</summary>
/// <param name="LoyalDaysMin">Purchase days.</param>
/// <param name="SlippingGaps">Silence in cadences, and no less than so many days.</param>
/// <param name="LapsedGaps">Silence in cadences, and no less than so many days.</param>
/// <param name="WonBackDays">For how long after the purchase that brought a lapsed customer back.</param>
public sealed record LifecycleRules(
    int LoyalDaysMin = 5,
    double SlippingGaps = 2,
    int SlippingDaysMin = 45,
    double LapsedGaps = 4,
    int LapsedDaysMin = 120,
    int WonBackDays = 60)
{
    public static readonly LifecycleRules Default = new();

    /// <param name="rhythm">Null: has not bought.</param>
    /// <param name="everybodysGap">Days.</param>
    public Lifecycle StageOf(RhythmAt? rhythm, double everybodysGap)
    {
        if (rhythm is not { } known)
            return new Lifecycle(LifecycleStage.Prospect, "has not bought");
        var cadence = known.Cadence(everybodysGap);
        var silent = string.Create(
            CultureInfo.InvariantCulture, $"last purchase {known.Silence} days ago, own cadence {cadence:0} days");
        if (known.Silence >= LapsedFrom(cadence))
            return new Lifecycle(LifecycleStage.Lapsed, silent);
        if (known.Silence >= Math.Max(SlippingGaps * cadence, SlippingDaysMin))
            return new Lifecycle(LifecycleStage.Slipping, silent);
        if (known.Silence < WonBackDays && known.BeforeLast(everybodysGap) is var (before, gap) && gap >= LapsedFrom(before))
            return new Lifecycle(
                LifecycleStage.WonBack, string.Create(CultureInfo.InvariantCulture, $"bought again after {gap} days"));
        var days = string.Create(CultureInfo.InvariantCulture, $"{known.Days} purchase days");
        return known.Days == 1 ? new Lifecycle(LifecycleStage.FirstPurchase, "one purchase day")
            : known.Days < LoyalDaysMin ? new Lifecycle(LifecycleStage.Repeat, days)
            : new Lifecycle(LifecycleStage.Loyal, days);
    }

    /// <summary>After how many days of silence the next stage begins; null: none follows.</summary>
    public int? NextSilence(RhythmAt known, double everybodysGap)
    {
        var cadence = known.Cadence(everybodysGap);
        int? next = null;
        foreach (var from in (ReadOnlySpan<double>)
            [WonBackDays, Math.Max(SlippingGaps * cadence, SlippingDaysMin), LapsedFrom(cadence)])
            if (from > known.Silence && !(next <= from))
                next = (int)Math.Ceiling(from);
        return next;
    }

    private double LapsedFrom(double cadence) => Math.Max(LapsedGaps * cadence, LapsedDaysMin);
}
