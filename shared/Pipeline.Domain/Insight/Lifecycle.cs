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
    public LifecycleStage StageOf(RhythmAt? rhythm, double everybodysGap)
    {
        if (rhythm is not { } known)
            return LifecycleStage.Prospect;
        var cadence = known.Cadence(everybodysGap);
        return known.Silence >= LapsedFrom(cadence) ? LifecycleStage.Lapsed
            : known.Silence >= Math.Max(SlippingGaps * cadence, SlippingDaysMin) ? LifecycleStage.Slipping
            : known.Silence < WonBackDays && known.BeforeLast(everybodysGap) is var (before, gap) && gap >= LapsedFrom(before)
                ? LifecycleStage.WonBack
            : known.Days == 1 ? LifecycleStage.FirstPurchase
            : known.Days < LoyalDaysMin ? LifecycleStage.Repeat
            : LifecycleStage.Loyal;
    }

    /// <summary>The stage, and why.</summary>
    public Lifecycle Explain(RhythmAt? rhythm, double everybodysGap)
    {
        var stage = StageOf(rhythm, everybodysGap);
        if (rhythm is not { } known)
            return new Lifecycle(stage, "has not bought");
        return new Lifecycle(stage, stage switch
        {
            LifecycleStage.Lapsed or LifecycleStage.Slipping => string.Create(
                CultureInfo.InvariantCulture,
                $"last purchase {known.Silence} days ago, own cadence {known.Cadence(everybodysGap):0} days"),
            LifecycleStage.WonBack => string.Create(
                CultureInfo.InvariantCulture, $"bought again after {known.BeforeLast(everybodysGap)?.Gap} days"),
            LifecycleStage.FirstPurchase => "one purchase day",
            _ => string.Create(CultureInfo.InvariantCulture, $"{known.Days} purchase days"),
        });
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
