using System.Globalization;
using System.Text.Json;

namespace Pipeline.Domain;

/// <summary>What the churn score looks at, in the order of the model's weights.</summary>
public enum ChurnFeature
{
    Recency,
    Frequency,
    Spend,
    Tenure,
    OwnGap,
    FrequencyTrend,
    SpendTrend,
    Breadth,
    PriceLevel,
    Returns,
    Alive,
    ExpectedPurchases,
}

/// <summary>What everybody does, against which one customer is seen.</summary>
/// <param name="MeanGap">Days between purchase days, over all customers' gaps.</param>
/// <param name="TypicalDay">The median value of a purchase day in minor units, by currency code.</param>
public sealed record CustomerNorms(double MeanGap, IReadOnlyDictionary<string, double> TypicalDay)
{
    /// <summary>Days; a guess until anybody bought twice.</summary>
    public const double GapBeforeAnyIsKnown = 30;

    /// <summary>In a currency that nobody has been seen to spend, a purchase day is taken as typical.</summary>
    public double TypicalDayOf(RhythmAt rhythm) =>
        TypicalDay.TryGetValue(rhythm.Currency.Code, out var typical) && typical > 0 ? typical : Math.Max(1, rhythm.MeanDay);
}

/// <summary>
/// Numbers from a rhythm for the churn score: logarithms mostly, so that a day more counts for much after a day and for
/// little after a year.
/// </summary>
public static class ChurnFeatures
{
    public static readonly int Count = Enum.GetValues<ChurnFeature>().Length;

    private static readonly string[] Names =
        [.. Enum.GetNames<ChurnFeature>().Select(JsonNamingPolicy.KebabCaseLower.ConvertName)];

    /// <summary>Breadth of baskets counts half after so many days.</summary>
    private const double BreadthHalfLifeDays = 90;

    private const int WeekDays = 7;

    /// <summary>About 13 weeks: how far the model of purchases is asked.</summary>
    private const double ExpectedWeeks = 13;

    private const double AliveMin = 0.001;

    public static double[] Of(RhythmAt rhythm, CustomerNorms population, PurchaseModel model)
    {
        var typical = population.TypicalDayOf(rhythm);
        var features = new double[Count];
        void Set(ChurnFeature feature, double value) => features[(int)feature] = value;
        Set(ChurnFeature.Recency, Math.Log(rhythm.Silence + WeekDays));
        Set(ChurnFeature.Frequency, Math.Log(rhythm.Days));
        Set(ChurnFeature.Spend, Math.Log((rhythm.Net / typical) + 0.1));
        Set(ChurnFeature.Tenure, Math.Log(rhythm.Age + WeekDays));
        Set(ChurnFeature.OwnGap, Math.Log(
            (rhythm.Silence + WeekDays) / (rhythm.Cadence(population.MeanGap) + WeekDays)));
        Set(ChurnFeature.FrequencyTrend, FrequencyTrend(rhythm));
        Set(ChurnFeature.SpendTrend, SpendTrend(rhythm, typical));
        Set(ChurnFeature.Breadth, Math.Log(Breadth(rhythm) + 0.5));
        Set(ChurnFeature.PriceLevel, Math.Log((rhythm.Net / Math.Max(1, rhythm.Units) / typical) + 0.0001));
        Set(ChurnFeature.Returns, rhythm.HasReturned ? 1 : 0);
        var alive = Math.Clamp(model.Alive(rhythm.Record), AliveMin, 1 - AliveMin);
        Set(ChurnFeature.Alive, LogisticModel.LogOddsOf(alive));
        Set(ChurnFeature.ExpectedPurchases, Math.Log(model.Expected(rhythm.Record, ExpectedWeeks) + 0.05));
        return features;
    }

    /// <summary>In kebab case, as it is told outside.</summary>
    public static string NameOf(int feature) => Names[feature];

    /// <summary>The number behind a feature, for people.</summary>
    public static string Describe(ChurnFeature feature, RhythmAt rhythm, CustomerNorms population) => feature switch
    {
        ChurnFeature.Recency => Text($"last purchase {rhythm.Silence} days ago"),
        ChurnFeature.Frequency => Text($"{rhythm.Days} purchase days"),
        ChurnFeature.Spend => Text($"{rhythm.Net / population.TypicalDayOf(rhythm):0.0} typical days' spend in all"),
        ChurnFeature.Tenure => Text($"first purchase {rhythm.Age} days ago"),
        ChurnFeature.OwnGap => Text(
            $"silent for {rhythm.Silence} days, own cadence {rhythm.Cadence(population.MeanGap):0} days"),
        ChurnFeature.FrequencyTrend => Text($"{SecondHalf(rhythm)} of {rhythm.Kept.Length} purchase days in the later half"),
        ChurnFeature.SpendTrend => "the last purchase days against those before",
        ChurnFeature.Breadth => Text($"{Breadth(rhythm):0} recent order lines"),
        ChurnFeature.PriceLevel => "the price of a piece",
        ChurnFeature.Returns => rhythm.HasReturned ? "has returned goods" : "has returned nothing",
        ChurnFeature.Alive => "the model's chance of still being a customer",
        ChurnFeature.ExpectedPurchases => "the model's expected purchases",
        _ => throw new InvalidOperationException($"Unknown feature {feature}."),
    };

    /// <summary>Purchase days in the later half of the time since the first that is kept, against those in the earlier.</summary>
    private static double FrequencyTrend(RhythmAt rhythm) =>
        rhythm.Kept.Length < 2 ? 0 : Math.Log((SecondHalf(rhythm) + 1.0) / (rhythm.Kept.Length - SecondHalf(rhythm) + 1.0));

    private static int SecondHalf(RhythmAt rhythm)
    {
        if (rhythm.Kept.IsEmpty)
            return 0;
        var middle = rhythm.Kept[0].Day + ((rhythm.Today - rhythm.Kept[0].Day) / 2);
        var later = 0;
        foreach (var day in rhythm.Kept)
            if (day.Day > middle)
                later++;
        return later;
    }

    /// <summary>The last two purchase days' value against the mean of all; 0 with fewer than three, or several currencies.</summary>
    private static double SpendTrend(RhythmAt rhythm, double typical)
    {
        if (!rhythm.HasOneCurrency || rhythm.Kept is not [.., _, var before, var last])
            return 0;
        var lately = Math.Max(0, (before.Net + (double)last.Net) / 2);
        return Math.Log((lately + (0.1 * typical)) / (rhythm.MeanDay + (0.1 * typical)));
    }

    /// <summary>Order lines, each counting half as much for every half-life past.</summary>
    private static double Breadth(RhythmAt rhythm)
    {
        var sum = 0.0;
        foreach (var day in rhythm.Kept)
            sum += day.Lines * Math.Pow(0.5, (rhythm.Today - day.Day) / BreadthHalfLifeDays);
        return sum;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
