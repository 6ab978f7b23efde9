using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Pipeline.Domain;
using Pipeline.Runtime.Loyalty.Storage;
using Pipeline.Runtime.Ports;

namespace Pipeline.Runtime.Insight;

/// <summary>Between what is stored of insight and what is decided on.</summary>
internal static class InsightMapping
{
    private const int Ten = 10;

    private static readonly WarningOutcome[] Outcomes = Enum.GetValues<WarningOutcome>();
    private static readonly LifecycleStage[] Stages = Enum.GetValues<LifecycleStage>();
    private static readonly string[] StageNames = Array.ConvertAll(Stages, InsightCounters.NameOf);

    public static string ModelId(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    public static InsightRow Write(CustomerInsight insight) => new()
    {
        Stage = StageNames[(int)insight.Stage],
        Cohort = insight.Cohort,
        Rfm = insight.Rfm is { } rfm ? (((rfm.Recency * Ten) + rfm.Frequency) * Ten) + rfm.Monetary : 0,
        Currency = insight.Value?.Currency.Code,
        Alive = insight.Value?.Alive ?? 0,
        Expected = insight.Value?.ExpectedPurchases ?? 0,
        YearMinor = insight.Value?.YearMinor ?? 0,
        Churn = insight.Churn,
        Points = [insight.Points.Issued, insight.Points.Redeemed, insight.Points.Expired, insight.Points.ClawedBack],
        Warning = insight.Warning is not { } warning ? null : new WarningRow
        {
            OpenedOn = warning.OpenedOn,
            Score = warning.Score,
            IsHeldOut = warning.IsHeldOut,
            ClosedOn = warning.ClosedOn,
            Outcome = warning.Outcome?.ToString(),
        },
    };

    public static WarningState? Read(WarningRow? row) => row is null ? null : new WarningState(
        row.OpenedOn, row.Score, row.IsHeldOut, row.ClosedOn,
        row.Outcome is { } outcome ? Enum.Parse<WarningOutcome>(outcome) : null);

    public static WarningDocument Write(ChurnWarning warning, int horizonDays, string? model, string? caseId) => new()
    {
        OpenedOn = DateOnly.FromDayNumber(warning.OpenedOn),
        Score = Math.Round(warning.Score.Probability, 4),
        HorizonDays = horizonDays,
        Base = Math.Round(warning.Score.Base, 4),
        Contributions = [.. warning.Score.Contributions.Select(static part =>
            new ContributionRow(part.Name, Math.Round(part.LogOdds, 4), part.Detail))],
        Cause = Kebab(warning.Cause.ToString()),
        Action = Kebab(warning.Action.ToString()),
        Currency = warning.Currency.Code,
        BudgetMinor = warning.BudgetMinor,
        IsHeldOut = warning.IsHeldOut,
        Evidence = [.. warning.Evidence.Select(static one =>
            new EvidenceRow(DateOnly.FromDayNumber(one.Day), one.What))],
        Model = model,
        Case = caseId,
    };

    /// <summary>How staff ended that warning; null: they did not.</summary>
    public static WarningOutcome? EndedOf(InsightDocument? known, WarningState? warning) =>
        known?.Ended is { } ended && ended.OpenedOn == warning?.OpenedOn
            ? Array.Find(Outcomes, outcome => Kebab(outcome.ToString()) == ended.Outcome)
            : null;

    public static SignalDocument Told(string type, long atMs, WarningDocument warning) =>
        new() { Type = type, AtMs = atMs, Warning = warning };

    /// <summary>Its id is its type and its day, so that doing a night again tells the same event.</summary>
    public static Write.Upsert Signal(DateOnly day, SignalDocument signal) => new(
        InsightKinds.Signal, $"{signal.Type}:{ModelId(day)}",
        JsonSerializer.SerializeToUtf8Bytes(signal, InsightJson.Default.SignalDocument));

    public static byte[] ToJson(InsightDocument insight) =>
        JsonSerializer.SerializeToUtf8Bytes(insight, InsightJson.Default.InsightDocument);

    public static byte[] ToJson(WarningDocument warning) =>
        JsonSerializer.SerializeToUtf8Bytes(warning, InsightJson.Default.WarningDocument);

    public static string Kebab(string name) => JsonNamingPolicy.KebabCaseLower.ConvertName(name);

    public static CustomerInsight Read(InsightRow row)
    {
        var stage = Array.IndexOf(StageNames, row.Stage);
        return new CustomerInsight(
            stage >= 0 ? Stages[stage] : throw LedgerMapping.Corrupt("stage"),
            row.Cohort,
            row.Rfm == 0 ? null : new RfmScore(row.Rfm / (Ten * Ten), row.Rfm / Ten % Ten, row.Rfm % Ten),
            Currency.TryParse(row.Currency, out var currency)
                ? new CustomerValue(currency, row.Alive, row.Expected, row.YearMinor)
                : null,
            row.Churn,
            row.Points is [var issued, var redeemed, var expired, var clawedBack]
                ? new PointFlows(issued, redeemed, expired, clawedBack)
                : default,
            Read(row.Warning));
    }

    public static TallyDocument Write(TallyParts parts) => new()
    {
        Customers = parts.Customers,
        GapDays = parts.GapDays,
        Gaps = parts.Gaps,
        Silence = Sorted(parts.Silence),
        Days = Sorted(parts.Days),
        Net = Sorted(parts.Net),
        MeanDay = Sorted(parts.MeanDay),
        Purchases = [.. parts.Purchases.SelectMany(static cell =>
            new[] { cell.Repeats, cell.Silence, cell.Age, cell.Count })],
        SpendCurrencies = [.. parts.Spend.Select(static cell => cell.Currency)],
        Spend = [.. parts.Spend.SelectMany(static cell => new[] { cell.Days, cell.Bin, cell.Count })],
        SampleIds = [.. parts.Sample.Select(static one => one.Id)],
        Sample = [.. parts.Sample.Select(static one => RhythmMapping.Write(one.Rhythm)!)],
    };

    public static TallyParts Read(TallyDocument stored) => new(
        stored.Customers,
        stored.GapDays,
        stored.Gaps,
        stored.Silence,
        stored.Days,
        stored.Net.ToDictionary(static one => one.Key, static one => (IReadOnlyDictionary<int, long>)one.Value),
        stored.MeanDay.ToDictionary(static one => one.Key, static one => (IReadOnlyDictionary<int, long>)one.Value),
        [.. stored.Purchases.Chunk(4).Select(static cell => ((int)cell[0], (int)cell[1], (int)cell[2], cell[3]))],
        [.. stored.Spend.Chunk(3).Select((cell, i) => (stored.SpendCurrencies[i], (int)cell[0], (int)cell[1], cell[2]))],
        [.. stored.SampleIds.Select((id, i) => new KnownCustomer(id, RhythmMapping.Read(stored.Sample[i])))]);

    public static ModelDocument Write(InsightModel model) => new()
    {
        Day = model.Day,
        Customers = model.Customers,
        Purchases = model.Purchases is { Model: var m } fit
            ? new PurchaseParameters(m.Rule.ToString(), m.R, m.Alpha, m.A, m.B, fit.LogLikelihood, fit.Customers)
            : null,
        Spend = new(model.Spend.ToDictionary(static one => one.Key, static one => new SpendParameters(
            one.Value.Model.P, one.Value.Model.Q, one.Value.Model.V, one.Value.LogLikelihood, one.Value.Customers,
            one.Value.Correlation)), StringComparer.Ordinal),
        MeanGap = model.Population.MeanGap,
        TypicalDay = new(model.Population.TypicalDay.ToDictionary(), StringComparer.Ordinal),
        SilenceCuts = [.. model.Rfm.Silence],
        DaysCuts = [.. model.Rfm.Days],
        NetCuts = new(model.Rfm.Net.ToDictionary(static one => one.Key, static one => one.Value.ToArray()), StringComparer.Ordinal),
        HorizonDays = model.Churn.HorizonDays,
        Rows = model.Churn.Rows,
        Churn = model.Churn.Learnt is { } learnt
            ? new ChurnParameters(
                learnt.Intercept, [.. Enumerable.Range(0, ChurnFeatures.Count).Select(ChurnFeatures.NameOf)],
                [.. learnt.Weights], [.. learnt.Means], [.. learnt.Deviations])
            : null,
    };

    public static InsightModel Read(ModelDocument stored) => new(
        stored.Day,
        stored.Customers,
        stored.Purchases is { } p
            ? new PurchaseFit(
                new PurchaseModel(Enum.Parse<DropoutRule>(p.Rule), p.R, p.Alpha, p.A, p.B), p.LogLikelihood, p.Customers, true)
            : null,
        stored.Spend.ToImmutableSortedDictionary(
            static one => one.Key,
            static one => new SpendFit(
                new SpendModel(one.Value.P, one.Value.Q, one.Value.V), one.Value.LogLikelihood, one.Value.Customers,
                one.Value.Correlation, true),
            StringComparer.Ordinal),
        new CustomerNorms(stored.MeanGap, stored.TypicalDay),
        new RfmCuts(
            [.. stored.SilenceCuts], [.. stored.DaysCuts],
            stored.NetCuts.ToImmutableSortedDictionary(
                static one => one.Key, static one => one.Value.ToImmutableArray(), StringComparer.Ordinal)),
        new ChurnModel(stored.HorizonDays, Learnt(stored.Churn), stored.Rows));

    /// <summary>Weights of other features than ours were learnt by another version of the code: they are not used.</summary>
    private static LogisticModel? Learnt(ChurnParameters? stored) =>
        stored is not null
        && stored.Features.SequenceEqual(Enumerable.Range(0, ChurnFeatures.Count).Select(ChurnFeatures.NameOf))
            ? new LogisticModel(stored.Intercept, [.. stored.Weights], [.. stored.Means], [.. stored.Deviations])
            : null;

    private static SortedDictionary<int, long> Sorted(IReadOnlyDictionary<int, long> bins) => new(bins.ToDictionary());

    private static SortedDictionary<string, SortedDictionary<int, long>> Sorted(
        IReadOnlyDictionary<string, IReadOnlyDictionary<int, long>> histograms) =>
        new(histograms.ToDictionary(static one => one.Key, static one => Sorted(one.Value)), StringComparer.Ordinal);
}
