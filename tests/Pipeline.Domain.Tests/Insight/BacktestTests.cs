namespace Pipeline.Domain.Tests;

public sealed class BacktestTests
{
    [Fact]
    public void The_area_counts_pairs_and_ties_half()
    {
        Assert.Equal(1, Backtest.Auc([new(0.9, true), new(0.8, true), new(0.1, false)]));
        Assert.Equal(0, Backtest.Auc([new(0.1, true), new(0.8, false)]));
        Assert.Equal(0.75, Backtest.Auc([new(0.5, true), new(0.5, false), new(0.9, true), new(0.5, false)]));
        Assert.Equal(0.5, Backtest.Auc([new(0.5, true)]));
    }

    [Fact]
    public void Lift_is_the_share_at_the_top_over_everybodys()
    {
        Judged[] judged = [.. Enumerable.Range(0, 100).Select(static n => new Judged(n, n >= 90 || n % 10 == 0))];

        var lift = Backtest.LiftOf(judged, 0.1);

        Assert.Equal(1, lift.Precision);
        Assert.Equal(100 / 19.0, lift.Lift, 1e-9);
        // Everybody ties: the top is a draw.
        Assert.Equal(1, Backtest.LiftOf([.. judged.Select(static one => one with { Score = 1 })], 0.1).Lift, 1e-9);
    }

    [Fact]
    public void Bins_hold_enough_customers_to_mean_something()
    {
        Judged[] judged = [.. Enumerable.Range(0, 1_100).Select(static n => new Judged(n / 1_100.0, n % 2 == 0))];

        var bins = Backtest.Calibrate(judged);

        Assert.Equal(5, bins.Length);
        Assert.All(bins, static bin => Assert.Equal(220, bin.Customers));
        Assert.Equal(1_100, bins.Sum(static bin => bin.Customers));
        Assert.Single(Backtest.Calibrate(judged[..150]));
    }

    [Fact]
    public void A_score_that_learnt_from_the_past_orders_and_sizes_the_future()
    {
        const int Cutoff = 400;
        var whole = Rhythms.Simulated(6_000, 500, 31);
        // Exactly what was known at the cutoff: only customers whose days are all kept can be cut.
        var fit = whole.Where(static one => one.Rhythm.Days <= PurchaseRhythm.DaysKeptMax).ToList();
        var past = fit.ConvertAll(static one => one with
        {
            Rhythm = Rhythms.Of([.. one.Rhythm.Recent.Select(static day => day.Day).Where(static day => day < Cutoff)]),
        });
        var bought = fit
            .Where(static one => one.Rhythm.Recent.Any(static day => day.Day is >= Cutoff and < Cutoff + 90))
            .Select(static one => one.Id).ToHashSet();

        var report = Backtest.Run(past, bought, DateOnly.FromDayNumber(Cutoff), FitRules.Default)!;

        Assert.True(report.Ranking.Auc > 0.7, $"AUC {report.Ranking.Auc}");
        Assert.All(report.Baselines, baseline => Assert.True(
            baseline.Auc < report.Ranking.Auc + 0.01, $"{baseline.Name} {baseline.Auc} beats {report.Ranking.Auc}"));
        Assert.True(report.Brier < report.BaseBrier);
        Assert.InRange(report.CalibrationError, 0, 0.05);
        Assert.True(report.Ranking.At10.Lift > report.Ranking.At20.Lift);
    }

    [Fact]
    public void A_handful_of_customers_cannot_be_scored() =>
        Assert.Null(Backtest.Run(Rhythms.Simulated(20, 100, 1), new HashSet<string>(), DateOnly.FromDayNumber(100), FitRules.Default));
}
