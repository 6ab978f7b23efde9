namespace Pipeline.Domain.Tests;

public sealed class LookAgainTests
{
    private const double EverybodysGap = 30;

    private static readonly CustomerInsight Told = new(
        LifecycleStage.Repeat, 24_000, new RfmScore(3, 3, 3), new CustomerValue(Pounds, 0.8, 2, 10_000), 0.3, default, null);

    private static Currency Pounds => Rhythms.Purchase(1).Terms.Currency;

    [Fact]
    public void A_customer_is_looked_at_again_on_the_day_on_which_silence_makes_the_next_stage()
    {
        var rhythm = Rhythms.Of(100, 120, 140, 160);
        for (var today = 161; today < 400; today++)
        {
            var stage = StageAt(today);
            var next = CustomerInsight.LookAgainDays(rhythm, today, null, false, 90, LifecycleRules.Default, EverybodysGap);
            var until = next ?? 200;
            Assert.All(Enumerable.Range(today, until), day => Assert.Equal(stage, StageAt(day)));
        }

        Assert.Null(CustomerInsight.LookAgainDays(rhythm, 390, null, false, 90, LifecycleRules.Default, EverybodysGap));

        LifecycleStage StageAt(int today) =>
            LifecycleRules.Default.StageOf(RhythmAt.Of(rhythm, today), EverybodysGap);
    }

    [Fact]
    public void An_open_warning_is_looked_at_when_its_horizon_has_passed_and_an_open_case_every_night()
    {
        var rhythm = Rhythms.Of(100, 120, 140, 160);
        var warning = new WarningState(380, 0.7, false, 0, null);

        Assert.Equal(80, Look(warning, hasOpenCase: false));
        Assert.Equal(1, Look(warning, hasOpenCase: true));
        Assert.Null(Look(warning with { ClosedOn = 385, Outcome = WarningOutcome.Declined }, hasOpenCase: false));

        int? Look(WarningState state, bool hasOpenCase) =>
            CustomerInsight.LookAgainDays(rhythm, 390, state, hasOpenCase, 90, LifecycleRules.Default, EverybodysGap);
    }

    [Fact]
    public void What_was_told_stays_while_it_holds_and_gives_way_when_it_does_not()
    {
        var near = Told with { Churn = 0.32, Value = new CustomerValue(Pounds, 0.75, 2.2, 10_900) };

        Assert.Equal(Told, near.Unless(Told));
        Assert.Equal(near, near.Unless(null));
        foreach (var far in (CustomerInsight[])
        [
            near with { Churn = 0.36 },
            near with { Value = new CustomerValue(Pounds, 0.69, 2, 10_000) },
            near with { Value = new CustomerValue(Pounds, 0.8, 2.5, 10_000) },
            near with { Value = new CustomerValue(Pounds, 0.8, 2, 12_100) },
            near with { Stage = LifecycleStage.Slipping },
            near with { Rfm = new RfmScore(2, 3, 3) },
        ])
            Assert.Equal(far, far.Unless(Told));
    }

    [Fact]
    public void A_score_that_is_off_by_exactly_the_tolerance_is_told_no_more_for_the_want_of_binary_fractions()
    {
        for (var hundredths = 0; hundredths <= 97; hundredths++)
        {
            var told = Told with { Churn = hundredths / 100.0 };
            var now = told with { Churn = (hundredths + 3) / 100.0 };

            Assert.Equal(told, now.Unless(told));
            Assert.Equal(now, now.Unless(told with { Churn = (hundredths - 1) / 100.0 }));
        }
    }

    [Fact]
    public void Points_and_warnings_are_told_as_they_are_whatever_was_told()
    {
        var now = Told with { Points = new PointFlows(5, 0, 0, 0), Warning = new WarningState(1, 0.7, false, 0, null) };

        Assert.Equal(now, (now with { Churn = 0.31 }).Unless(Told));
    }
}
