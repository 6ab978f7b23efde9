using Pipeline.Domain;

namespace Pipeline.Local.Commands;

/// <param name="Outcome">What all scores but <paramref name="Leaving"/> are held to.</param>
/// <param name="Auc">Of the score.</param>
/// <param name="Leaving">Of the score turned round: those most likely to leave, and who did.</param>
internal sealed record BacktestResult(
    DateOnly Cutoff,
    int HorizonDays,
    string Outcome,
    int Customers,
    double BaseRate,
    double Auc,
    BacktestLift At10,
    BacktestLift At20,
    double Brier,
    double BaseBrier,
    double CalibrationError,
    BacktestBin[] Calibration,
    BacktestRanking Leaving,
    BacktestRanking[] Baselines,
    BacktestModel Model,
    string Picture,
    double Seconds)
{
    public static BacktestResult Of(BacktestReport report, string picture, double seconds) => new(
        report.Cutoff, report.HorizonDays, "buys again", report.Customers, Round(report.BaseRate),
        Round(report.Ranking.Auc), BacktestLift.Of(report.Ranking.At10), BacktestLift.Of(report.Ranking.At20),
        Round(report.Brier), Round(report.BaseBrier), Round(report.CalibrationError),
        [.. report.Calibration.Select(static bin => new BacktestBin(
            bin.Customers, Round(bin.Low), Round(bin.High), Round(bin.Predicted), Round(bin.Observed)))],
        BacktestRanking.Of(report.Leaving), [.. report.Baselines.Select(BacktestRanking.Of)],
        BacktestModel.Of(report.Model), picture, seconds);

    public void WriteTo(TextWriter writer)
    {
        writer.WriteLine(
            $"{Customers:N0} customers had bought before {Cutoff:yyyy-MM-dd}; {BaseRate:P1} bought again within {HorizonDays} days.");
        writer.WriteLine();
        writer.WriteLine($"  {"",-20}{"AUC",7}{"top 10 %",18}{"top 20 %",18}");
        Line(writer, "score", Auc, At10, At20);
        foreach (var baseline in Baselines)
            Line(writer, baseline.Name, baseline.Auc, baseline.At10, baseline.At20);
        writer.WriteLine();
        writer.WriteLine($"  Who does not buy again, of those most likely to leave:");
        Line(writer, "score", Leaving.Auc, Leaving.At10, Leaving.At20);
        writer.WriteLine();
        writer.WriteLine($"  Brier {Brier:0.0000}; {BaseBrier:0.0000} for saying {BaseRate:P1} of everyone.");
        writer.WriteLine($"  Calibration error {CalibrationError:0.000}:");
        foreach (var bin in Calibration)
            writer.WriteLine($"    {bin.Customers,6:N0} customers  said {bin.Predicted,6:P1}  bought {bin.Observed,6:P1}");
        writer.WriteLine();
        writer.WriteLine($"  Learnt from {Model.Rows:N0} moments before the cutoff. Picture: {Picture}");
        writer.WriteLine($"Done in {Seconds:0.0} s.");
    }

    internal static double Round(double value) => Math.Round(value, 4);

    private static void Line(TextWriter writer, string name, double auc, BacktestLift at10, BacktestLift at20) =>
        writer.WriteLine($"  {name,-20}{auc,7:0.000}{Text(at10),18}{Text(at20),18}");

    private static string Text(BacktestLift lift) => $"{lift.Precision:P1}, x{lift.Lift:0.00}";
}

internal sealed record BacktestLift(double Precision, double Lift)
{
    public static BacktestLift Of(LiftAt lift) =>
        new(BacktestResult.Round(lift.Precision), BacktestResult.Round(lift.Lift));
}

internal sealed record BacktestBin(int Customers, double Low, double High, double Predicted, double Observed);

internal sealed record BacktestRanking(string Name, double Auc, BacktestLift At10, BacktestLift At20)
{
    public static BacktestRanking Of(RankingReport ranking) => new(
        ranking.Name, BacktestResult.Round(ranking.Auc), BacktestLift.Of(ranking.At10), BacktestLift.Of(ranking.At20));
}

/// <param name="Rows">Past moments of customers behind the weights; 0: the model of purchases alone.</param>
/// <param name="Weights">On log-odds of buying again, per deviation of the feature.</param>
internal sealed record BacktestModel(
    double[] PurchaseParameters,
    double PurchaseLogLikelihood,
    string[] SpendModels,
    int Rows,
    Dictionary<string, double> Weights)
{
    public static BacktestModel Of(InsightModel model) => new(
        model.Purchases is { Model: var purchases }
            ? [.. new[] { purchases.R, purchases.Alpha, purchases.A, purchases.B }.Select(BacktestResult.Round)]
            : [],
        BacktestResult.Round(model.Purchases?.LogLikelihood ?? 0),
        [.. model.Spend.Select(static one =>
            $"{one.Key} p {one.Value.Model.P:0.000} q {one.Value.Model.Q:0.000} v {one.Value.Model.V:0.000}")],
        model.Churn.Learnt is null ? 0 : model.Churn.Rows,
        model.Churn.Learnt is { } learnt
            ? Enumerable.Range(0, ChurnFeatures.Count).ToDictionary(
                ChurnFeatures.NameOf, feature => BacktestResult.Round(learnt.Weights[feature]))
            : []);
}
