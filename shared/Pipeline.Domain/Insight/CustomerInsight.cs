namespace Pipeline.Domain;

/// <summary>How insights are made of models.</summary>
/// <param name="YearlyDiscount">Of the value to come: 0.1 is 10 % a year.</param>
public sealed record InsightRules(LifecycleRules Lifecycle, WarningRules Warnings, double YearlyDiscount = 0.1)
{
    public static readonly InsightRules Default = new(LifecycleRules.Default, WarningRules.Default);
}

/// <summary>What a customer is worth, in what is told of it: rounded, so that it changes when it says something new.</summary>
/// <param name="Alive">The chance of still being a customer, by the model of purchases; two decimals.</param>
/// <param name="ExpectedPurchases">Purchase days within the churn score's horizon; one decimal.</param>
/// <param name="YearMinor">Expected in the next 52 weeks, discounted, in minor units to two digits.</param>
public readonly record struct CustomerValue(Currency Currency, double Alive, double ExpectedPurchases, long YearMinor);

/// <summary>
/// All that a night knows of a customer, rounded to what it tells. Equal insights need not be written again.
/// </summary>
/// <param name="Cohort">The month of the first purchase, as year x 12 + month - 1; 0: has not bought.</param>
/// <param name="Rfm">Null: has not bought, or nobody had when the models were fitted.</param>
/// <param name="Churn">The chance of no purchase within the horizon, two decimals; null: nothing to score with.</param>
/// <param name="Points">What the ledger did, and so what is outstanding.</param>
/// <param name="Warning">The last one, open or closed; null: there was none.</param>
public sealed record CustomerInsight(
    LifecycleStage Stage, int Cohort, RfmScore? Rfm, CustomerValue? Value, double? Churn, PointFlows Points,
    WarningState? Warning)
{
    private const int ChurnHundredths = 3;
    private const int AliveHundredths = 10;
    private const int ExpectedTenths = 3;
    private const double Share = 0.1;

    /// <summary>Of the next year's value: less moves no budget by more than a few minor units.</summary>
    private const long ValueStepMinor = 500;

    /// <summary>Of the fifth of customers who spent most.</summary>
    public bool IsHighValue => Rfm is { Monetary: 5 };

    /// <param name="warning">The last warning as the night before left it.</param>
    /// <param name="signals">Beside the purchases.</param>
    /// <param name="ended">How staff ended that warning since.</param>
    public static CustomerInsight Of(
        KnownCustomer customer, PointFlows points, WarningState? warning, int today, InsightModel? model,
        InsightRules rules, ChurnSignals signals = default, WarningOutcome? ended = null)
    {
        var rhythm = customer.Rhythm;
        var isEnded = warning is { IsOpen: true } && ended is not null;
        if (isEnded)
            warning = warning! with { ClosedOn = today, Outcome = ended };
        var at = RhythmAt.Of(rhythm, today);
        var stage = rules.Lifecycle.StageOf(at, model?.Population.MeanGap ?? CustomerNorms.GapBeforeAnyIsKnown);
        if (at is not { } known)
            return new CustomerInsight(stage, 0, null, null, null, points, warning);
        var first = DateOnly.FromDayNumber(known.FirstDay);
        var cohort = (first.Year * 12) + first.Month - 1;
        if (model is not { Customers: > 0 })
            return new CustomerInsight(stage, cohort, null, null, null, points, warning);
        var rfm = model.Rfm.Score(known);
        if (model.Purchases is not { Model: var purchases })
            return new CustomerInsight(stage, cohort, rfm, null, null, points, warning);
        var value = new CustomerValue(
            known.Currency,
            Math.Round(purchases.Alive(known.Record), 2),
            Math.Round(purchases.Expected(known.Record, InsightFit.Weeks(model.Churn.HorizonDays)), 1),
            TwoDigits(InsightFit.YearValue(model, known, rules.YearlyDiscount)));
        var churn = Math.Round(model.Churn.Probability(known, model.Population, purchases, signals), 2);
        warning = isEnded ? warning : rules.Warnings.Next(warning, known, churn, model.Churn.HorizonDays, customer.Id);
        return new CustomerInsight(stage, cohort, rfm, value, churn, points, warning);
    }

    /// <summary>
    /// What was told before, as long as it still holds within a tolerance: a fit of the models moves every number a little,
    /// and a number that says the same is not worth writing for every customer.
    /// </summary>
    public CustomerInsight Unless(CustomerInsight? told)
    {
        if (told is not { Value: { } before, Churn: { } churn } || this is not { Value: { } now, Churn: { } score }
            || told.Stage != Stage || told.Rfm != Rfm || before.Currency != now.Currency)
            return this;
        var expected = Math.Max(ExpectedTenths, Share * 10 * before.ExpectedPurchases);
        var isSame = Steps(churn, score, 100) <= ChurnHundredths && Steps(before.Alive, now.Alive, 100) <= AliveHundredths
            && Steps(before.ExpectedPurchases, now.ExpectedPurchases, 10) <= expected
            && Math.Abs(before.YearMinor - now.YearMinor) <= Math.Max(ValueStepMinor, Share * before.YearMinor);
        return isSame ? this with { Value = before, Churn = churn } : this;
    }

    /// <summary>In whole steps, since as fractions 0.33 and 0.30 are more than 0.03 apart.</summary>
    private static double Steps(double a, double b, int stepsPerOne) => Math.Round(Math.Abs(a - b) * stepsPerOne);

    /// <summary>
    /// In how many days the customer is looked at again without having done anything: when silence alone makes the next
    /// stage, or when the horizon of an open warning has passed. A night that fits models looks at everybody anyway; an open
    /// case asks for every night, since nothing tells when it is resolved. Null: only when something happens.
    /// </summary>
    public static int? LookAgainDays(
        PurchaseRhythm rhythm, int today, WarningState? warning, bool hasOpenCase, int horizonDays, LifecycleRules rules,
        double everybodysGap)
    {
        if (hasOpenCase)
            return 1;
        if (RhythmAt.Of(rhythm, today) is not { } known)
            return null;
        var days = rules.NextSilence(known, everybodysGap) is { } silence ? silence - known.Silence : (int?)null;
        if (warning is not { IsOpen: true } open)
            return days;
        var ends = Math.Max(1, open.OpenedOn + horizonDays - today);
        return days < ends ? days : ends;
    }

    /// <summary>1,234,567 as 1,200,000.</summary>
    private static long TwoDigits(double value)
    {
        if (!(value >= 1))
            return 0;
        var scale = Math.Pow(10, Math.Max(0, Math.Floor(Math.Log10(value)) - 1));
        return (long)(Math.Round(value / scale) * scale);
    }
}
