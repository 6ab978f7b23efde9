namespace Pipeline.Domain.Tests;

public sealed class WarningTests
{
    private const int Horizon = 90;

    private static readonly WarningRules Rules = WarningRules.Default with { HoldOutShare = 0 };

    [Fact]
    public void A_warning_is_raised_once_and_stays_until_something_ends_it()
    {
        var rhythm = Rhythms.Of(100, 150, 200);

        Assert.Null(Next(null, rhythm, 260, 0.59));
        var raised = Next(null, rhythm, 261, 0.6)!;
        Assert.Equal(new WarningState(261, 0.6, false, 0, null), raised);
        Assert.Same(raised, Next(raised, rhythm, 262, 0.95));
        Assert.Same(raised, Next(raised, rhythm, 263, 0.5));
    }

    [Fact]
    public void It_ends_with_a_purchase_with_the_horizon_or_when_it_no_longer_holds()
    {
        var raised = new WarningState(261, 0.6, false, 0, null);

        Assert.Equal(WarningOutcome.WonBack, Next(raised, Rhythms.Of(100, 150, 200, 270), 271, 0.3)!.Outcome);
        Assert.Equal(WarningOutcome.Lost, Next(raised, Rhythms.Of(100, 150, 200), 261 + Horizon, 0.9)!.Outcome);
        Assert.Equal(WarningOutcome.Declined, Next(raised, Rhythms.Of(100, 150, 200), 280, 0.44)!.Outcome);
        Assert.Equal(280, Next(raised, Rhythms.Of(100, 150, 200), 280, 0.44)!.ClosedOn);
    }

    [Fact]
    public void It_is_raised_again_when_it_is_worse_or_after_a_while()
    {
        var ended = new WarningState(261, 0.6, false, 280, WarningOutcome.Declined);
        var rhythm = Rhythms.Of(100, 150, 200);

        Assert.Same(ended, Next(ended, rhythm, 300, 0.65));
        Assert.True(Next(ended, rhythm, 300, 0.7)!.IsOpen);
        Assert.True(Next(ended, rhythm, 340, 0.6)!.IsOpen);
    }

    [Fact]
    public void Of_one_who_bought_once_there_is_no_warning() =>
        Assert.Null(Next(null, Rhythms.Of(100), 300, 0.99));

    [Fact]
    public void The_action_follows_from_the_cause_within_the_budget()
    {
        Assert.Equal((ChurnAction.WinBackOffer, 500L), Raised(10_000, points: 0));
        Assert.Equal((ChurnAction.RemindOfPoints, 500L), Raised(10_000, points: 10));
        Assert.Equal((ChurnAction.Call, 10_000L), Raised(200_000, points: 10));
        Assert.Equal((ChurnAction.None, 50L), Raised(1_000, points: 10));
        Assert.Equal((ChurnAction.ApologiseAndResolve, 500L), Raised(10_000, 10, new ChurnSignals(Satisfaction: -1, OpenCases: 3)));
        Assert.Equal((ChurnAction.None, 500L), Raised(10_000, 10, default, heldOut: true));
    }

    [Fact]
    public void A_warning_cites_dated_records_and_its_contributions_add_up()
    {
        var warning = Raise(10_000, 0, default, heldOut: false);

        Assert.Equal([200, 150, 100], warning.Evidence.Select(static one => one.Day));
        Assert.All(warning.Evidence, static one => Assert.NotEmpty(one.What));
        Assert.Equal(
            LogisticModel.LogOddsOf(warning.Score.Probability),
            warning.Score.Base + warning.Score.Contributions.Sum(static part => part.LogOdds), 1e-9);
    }

    [Fact]
    public void About_the_share_asked_for_is_held_out_and_always_the_same()
    {
        var rules = WarningRules.Default with { HoldOutShare = 0.1 };
        var held = Enumerable.Range(0, 20_000).Count(n => rules.IsHeldOut($"c{n}"));

        Assert.InRange(held, 1_850, 2_150);
        Assert.Equal(rules.IsHeldOut("ann"), rules.IsHeldOut("ann"));
    }

    [Fact]
    public void Uplift_has_the_interval_of_the_paper()
    {
        // Newcombe 1998, table II, example (a): 56/70 and 48/80, method 10.
        var (difference, low, high) = new WarningUplift(70, 56, 80, 48).Interval!.Value;

        Assert.Equal(0.2, difference, 1e-12);
        Assert.Equal(0.0524, low, 1e-4);
        Assert.Equal(0.3339, high, 1e-4);
        Assert.Null(new WarningUplift(5, 1, 0, 0).Interval);
    }

    private static WarningState? Next(WarningState? before, PurchaseRhythm rhythm, int today, double score) =>
        Rules.Next(before, RhythmAt.Of(rhythm, today)!.Value, score, Horizon, "ann");

    private static (ChurnAction Action, long Budget) Raised(
        long year, long points, ChurnSignals signals = default, bool heldOut = false)
    {
        var warning = Raise(year, points, signals, heldOut);
        return (warning.Action, warning.BudgetMinor);
    }

    private static ChurnWarning Raise(long year, long points, ChurnSignals signals, bool heldOut)
    {
        var model = Rhythms.Fitted(Rhythms.Simulated(1_500, 500, 11), 500);
        var rhythm = RhythmAt.Of(Rhythms.Of(100, 150, 200), 300)!.Value;
        return Rules.Raise(
            new WarningState(300, 0.7, heldOut, 0, null), rhythm,
            model.Churn.Score(rhythm, model.Population, model.Purchases!.Model, signals), model.Population, year, points, []);
    }
}
