using System.Collections.Immutable;

namespace Pipeline.Domain;

/// <summary>A customer of whom a model learns.</summary>
public readonly record struct KnownCustomer(string Id, PurchaseRhythm Rhythm);

/// <summary>All parameters that a night scores customers with, fitted on what was known when <see cref="Day"/> began.</summary>
/// <param name="Day">As <see cref="DateOnly.DayNumber"/>.</param>
/// <param name="Customers">Who had bought by then.</param>
/// <param name="Purchases">MBG/NBD; null: there was too little to learn from.</param>
/// <param name="Spend">Gamma-Gamma in major units, by currency code; only those that are usable.</param>
public sealed record InsightModel(
    int Day,
    long Customers,
    PurchaseFit? Purchases,
    ImmutableSortedDictionary<string, SpendFit> Spend,
    CustomerNorms Population,
    RfmCuts Rfm,
    ChurnModel Churn);

/// <summary>How models are fitted.</summary>
/// <param name="HorizonDays">How far ahead the churn score looks.</param>
/// <param name="Windows">Past moments that the regression learns from: the horizon before the day, and so many before it.</param>
/// <param name="WindowStepDays">Between those moments.</param>
/// <param name="PenaltyPerWindow">
/// Ridge: how many customers' worth the weights are held towards zero, times the moments, since each tells of the same
/// customers again.
/// </param>
/// <param name="RowsMin">Fewer rows, or fewer than a tenth of it with either outcome: no regression.</param>
public sealed record FitRules(
    int HorizonDays = 90,
    int Windows = 4,
    int WindowStepDays = 30,
    double PenaltyPerWindow = 75,
    int RowsMin = 300)
{
    public static readonly FitRules Default = new();
}

/// <summary>Fits all models from what pages of customers added up to.</summary>
public static class InsightFit
{
    private const double DaysPerWeek = 7;
    public const int PurchaseCustomersMin = 50;
    private const int SpendCustomersMin = 50;

    public static InsightModel Of(InsightTally tally, FitRules rules)
    {
        var population = tally.Norms();
        var fit = tally.Customers >= PurchaseCustomersMin
            ? PurchaseFit.Of(DropoutRule.AfterEveryPurchase, tally.PurchaseRecords())
            : null;
        var purchases = fit is { HasConverged: true } ? fit : null;
        var spend = ImmutableSortedDictionary.CreateBuilder<string, SpendFit>(StringComparer.Ordinal);
        foreach (var (currency, records) in tally.SpendRecords())
            if (records.Sum(static record => record.Count) >= SpendCustomersMin
                && SpendFit.Of(records) is { IsUsable: true } usable)
                spend.Add(currency, usable);
        var churn = purchases is null
            ? new ChurnModel(rules.HorizonDays, null, 0)
            : Churn(tally, population, purchases.Model, rules);
        return new InsightModel(
            tally.Day, tally.Customers, purchases, spend.ToImmutable(), population, tally.Cuts(), churn);
    }

    /// <summary>
    /// Learns from moments that lie a horizon and more back: what was known then, and whether a purchase came within the
    /// horizon. No row looks past the tally's day.
    /// </summary>
    private static ChurnModel Churn(InsightTally tally, CustomerNorms population, PurchaseModel model, FitRules rules)
    {
        var rows = new List<LogisticRow>();
        var windows = 0;
        for (var window = 0; window < rules.Windows; window++)
        {
            var then = tally.Day - rules.HorizonDays - (window * rules.WindowStepDays);
            var before = rows.Count;
            foreach (var (_, rhythm) in tally.Sample)
                if (RhythmAt.Of(rhythm, then) is { } known)
                    rows.Add(new LogisticRow(
                        ChurnFeatures.Of(known, population, model), BoughtWithin(rhythm, then, rules.HorizonDays)));
            // A moment at which hardly anybody was known yet says nothing of how customers are.
            if (rows.Count - before >= rules.RowsMin)
                windows++;
            else
                rows.RemoveRange(before, rows.Count - before);
        }

        var bought = rows.Count(static row => row.Outcome);
        return Math.Min(bought, rows.Count - bought) < rules.RowsMin / 10
            ? new ChurnModel(rules.HorizonDays, null, rows.Count)
            : new ChurnModel(
                rules.HorizonDays, LogisticModel.Fit(rows, rules.PenaltyPerWindow * windows), rows.Count);
    }

    /// <summary>Whether a purchase day lies in the horizon from a day on.</summary>
    public static bool BoughtWithin(PurchaseRhythm rhythm, int from, int horizonDays)
    {
        foreach (var day in rhythm.Recent)
            if (day.Day >= from && day.Day < from + horizonDays)
                return true;
        // Days that are kept no more lie before those that are, evenly spread: a customer of so many bought.
        return rhythm.Days > rhythm.Recent.Length && rhythm.Recent[0].Day >= from + horizonDays;
    }

    /// <summary>The expected value of a customer's purchases in the next 52 weeks, discounted to now, in minor units.</summary>
    public static double YearValue(InsightModel model, RhythmAt rhythm, double yearlyDiscount)
    {
        if (model.Purchases is not { } purchases)
            return 0;
        const double Weeks = 52;
        var days = LifetimeValue.DiscountedPurchases(
            purchases.Model, rhythm.Record, Weeks, LifetimeValue.Continuous(yearlyDiscount, Weeks));
        return days * DayValue(model, rhythm);
    }

    /// <summary>Mean value of a purchase day to come, in minor units of the customer's main currency.</summary>
    public static double DayValue(InsightModel model, RhythmAt rhythm)
    {
        if (!model.Spend.TryGetValue(rhythm.Currency.Code, out var spend))
            return rhythm.MeanDay;
        var major = rhythm.Currency.MinorUnitsPerMajor;
        return spend.Model.Expected(rhythm.Days, rhythm.MeanDay / major) * major;
    }

    internal static double Weeks(int days) => days / DaysPerWeek;
}
