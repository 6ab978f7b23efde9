namespace Pipeline.Domain.Tests;

/// <summary>What is told of a level: what is missing, what keeps it, what leaves the window, where the pace leads.</summary>
public sealed class StandingTests
{
    [Fact]
    public void A_year_tells_what_is_missing_by_its_last_day_and_what_keeps_the_level_after_it()
    {
        var shop = Ladders.Having(Ladders.Points(new TierPeriod.CalendarYear(), graceDays: 31), "2026-03-01 120");
        var standing = shop.StandingOn("2026-07-01");
        Assert.Equal(("Silver", 120, Ladders.Day("2026-12-31")), (standing.Level.Name, standing.Progress, standing.PeriodEnds));
        Assert.Equal(new TierMissing("Gold", 180, null, Ladders.Day("2026-12-31")), standing.Next);
        Assert.Equal((Ladders.Day("2028-02-01"), "Basic"), (standing.Until, standing.After!.Name));
        Assert.Equal(new TierMissing("Silver", 100, Ladders.Day("2027-01-01"), Ladders.Day("2027-12-31")), standing.Keep);
        Assert.Null(standing.FallsOut);
    }

    [Fact]
    public void In_the_grace_it_is_the_running_year_that_can_still_keep_the_level()
    {
        var shop = Ladders.Having(Ladders.Points(new TierPeriod.CalendarYear(), graceDays: 31), "2026-03-01 120", "2028-01-10 30");
        Assert.Equal(
            new TierMissing("Silver", 70, null, Ladders.Day("2028-01-31")), shop.StandingOn("2028-01-10").Keep);
    }

    [Fact]
    public void A_rolling_window_tells_what_leaves_it_next()
    {
        var shop = Ladders.Having(Ladders.Points(new TierPeriod.Rolling(12)), "2026-03-10 60", "2026-03-20 10", "2026-09-01 50");
        var standing = shop.StandingOn("2026-10-05");
        Assert.Equal(("Silver", 120), (standing.Level.Name, standing.Progress));
        Assert.Equal(new TierFallsOut(70, Ladders.Day("2027-03-01")), standing.FallsOut);
        Assert.Equal(new TierMissing("Gold", 180, null, Ladders.Day("2027-02-28")), standing.Next);
        Assert.Equal(Ladders.Day("2027-04-01"), standing.Until);
        Assert.Equal(new TierMissing("Silver", 50, null, Ladders.Day("2027-03-31")), standing.Keep);
    }

    [Theory]
    // 60 points in the 59 days to 28 February lead to 371 in the year; 10 on 1 January count for thirty days, and lead to 121.
    [InlineData("2026-02-10 60", "2026-02-28", "Gold")]
    [InlineData("2026-02-10 60", "2026-12-01", "Basic")]
    [InlineData("2026-01-01 10", "2026-01-01", "Silver")]
    [InlineData("2026-01-01 8", "2026-01-01", "Basic")]
    [InlineData("2026-06-01 200", "2026-12-31", "Silver")]
    public void The_pace_of_a_year_is_what_was_counted_by_its_days_so_far_at_least_thirty(
        string story, string day, string projected) =>
        Assert.Equal(
            projected, Ladders.Having(Ladders.Points(new TierPeriod.CalendarYear()), story).StandingOn(day).Projected.Name);

    [Fact]
    public void The_pace_of_a_rolling_window_is_its_own_total()
    {
        var shop = Ladders.Having(Ladders.Points(new TierPeriod.Rolling(3)), "2026-01-10 300");
        Assert.Equal("Gold", shop.StandingOn("2026-03-31").Projected.Name);
        Assert.Equal(("Gold", "Basic"), (shop.StandingOn("2026-04-01").Level.Name, shop.StandingOn("2026-04-01").Projected.Name));
    }

    [Fact]
    public void Who_has_bought_nothing_stands_at_the_first_level_and_cannot_lose_it()
    {
        foreach (var period in new TierPeriod[] { new TierPeriod.CalendarYear(), new TierPeriod.Anniversary(), new TierPeriod.Rolling(6) })
        {
            var rules = Ladders.Points(period);
            var standing = TierProgress.None(rules.Shape).StandingAt(rules, Ladders.Day("2026-02-03"), null);
            Assert.Equal(("Basic", 0, "Basic"), (standing.Level.Name, standing.Progress, standing.Projected.Name));
            Assert.Equal((null, null, null), (standing.Until, standing.Keep, standing.FallsOut));
            Assert.Equal(("Silver", 100), (standing.Next!.Value.Name, standing.Next.Value.Missing));
        }
    }

    [Fact]
    public void Nothing_is_missing_above_the_highest_level()
    {
        var shop = Ladders.Having(Ladders.Points(new TierPeriod.Anniversary()), "2026-03-01 900");
        Assert.Null(shop.StandingOn("2026-03-02").Next);
    }

    [Fact]
    public void A_level_that_would_be_lost_past_the_year_9999_is_never_lost()
    {
        var rules = Ladders.Points(new TierPeriod.CalendarYear(), graceDays: 366);
        var last = TierProgress.Of(rules.Shape, 0, [new TierTotal(9999, 500)], []);
        Assert.Equal("Gold", last.LevelAt(rules, Ladders.Day("9999-06-01")).Name);
        Assert.Null(last.StandingAt(rules, Ladders.Day("9999-06-01"), null).Until);
    }
}
