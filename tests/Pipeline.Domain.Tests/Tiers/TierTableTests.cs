namespace Pipeline.Domain.Tests;

/// <summary>
/// How levels are reached, kept and lost, line by line. Basic from 0, Silver from 100, Gold from 300 points; a pound is a
/// point. A story is days with purchases in pounds; -1 is the return of the first purchase.
/// </summary>
public sealed class TierTableTests
{
    private static readonly TierPeriod Year = new TierPeriod.CalendarYear();
    private static readonly TierPeriod Membership = new TierPeriod.Anniversary();
    private static readonly TierPeriod TwelveMonths = new TierPeriod.Rolling(12);

    [Theory]
    // Up at once, with the purchase that reaches it.
    [InlineData("2026-03-01 99", "2026-03-01", "Basic")]
    [InlineData("2026-03-01 100", "2026-03-01", "Silver")]
    [InlineData("2026-03-01 100; 2026-06-01 200", "2026-06-01", "Gold")]
    // Kept to the end of the year, and of the next.
    [InlineData("2026-03-01 300", "2026-12-31", "Gold")]
    [InlineData("2026-03-01 300", "2027-12-31", "Gold")]
    [InlineData("2026-03-01 300", "2028-01-01", "Basic")]
    [InlineData("2026-12-31 300", "2027-12-31", "Gold")]
    // Kept on where the next year qualifies, and lost to what it qualifies for where not.
    [InlineData("2026-03-01 300; 2027-03-01 300", "2028-12-31", "Gold")]
    [InlineData("2026-03-01 300; 2027-03-01 120", "2027-12-31", "Gold")]
    [InlineData("2026-03-01 300; 2027-03-01 120", "2028-01-01", "Silver")]
    [InlineData("2026-03-01 300; 2027-03-01 120", "2029-01-01", "Basic")]
    // What comes back does not take a level before the year's end, and does not count after it.
    [InlineData("2026-03-01 300; 2026-05-01 -1", "2026-12-31", "Gold")]
    [InlineData("2026-03-01 300; 2026-05-01 -1", "2027-01-01", "Basic")]
    [InlineData("2026-03-01 200; 2026-04-01 100; 2026-05-01 -2", "2027-01-01", "Silver")]
    // A return in the next year counts against the year of the purchase, and takes at once what only that year gave.
    [InlineData("2026-12-30 300", "2027-01-05", "Gold")]
    [InlineData("2026-12-30 300; 2027-01-05 -1", "2027-01-05", "Basic")]
    public void By_calendar_years(string story, string day, string level) =>
        Assert.Equal(level, Ladders.Having(Ladders.Points(Year), story.Split("; ")).LevelOn(day));

    [Theory]
    // A month of grace: lost on 1 February, unless the new year qualifies by then.
    [InlineData("2026-03-01 300", "2028-01-31", "Gold")]
    [InlineData("2026-03-01 300", "2028-02-01", "Basic")]
    [InlineData("2026-03-01 300; 2028-01-20 300", "2028-02-01", "Gold")]
    [InlineData("2026-03-01 300; 2028-01-20 100", "2028-01-31", "Gold")]
    [InlineData("2026-03-01 300; 2028-01-20 100", "2028-02-01", "Silver")]
    // What a refund undoes is kept for the grace too.
    [InlineData("2026-03-01 300; 2026-05-01 -1", "2027-01-31", "Gold")]
    [InlineData("2026-03-01 300; 2026-05-01 -1", "2027-02-01", "Basic")]
    public void With_a_grace_of_31_days(string story, string day, string level) =>
        Assert.Equal(level, Ladders.Having(Ladders.Points(Year, graceDays: 31), story.Split("; ")).LevelOn(day));

    [Theory]
    [InlineData("2026-03-01 300", "2028-01-01", "Silver")]
    [InlineData("2026-03-01 300", "2028-12-31", "Silver")]
    [InlineData("2026-03-01 300", "2029-01-01", "Basic")]
    // A year that qualifies for Silver holds it a year longer; it brings no Gold back.
    [InlineData("2026-03-01 300; 2028-06-01 100", "2029-12-31", "Silver")]
    [InlineData("2026-03-01 300; 2028-06-01 100", "2030-01-01", "Basic")]
    public void Down_one_level_at_a_time(string story, string day, string level) =>
        Assert.Equal(
            level, Ladders.Having(Ladders.Points(Year, downgrade: TierDowngrade.OneLevel), story.Split("; ")).LevelOn(day));

    [Theory]
    // The year of membership begins with the first purchase: here on 15 May.
    [InlineData("2026-05-15 60; 2027-05-14 40", "2027-05-14", "Silver")]
    [InlineData("2026-05-15 60; 2027-05-15 40", "2027-05-15", "Basic")]
    [InlineData("2026-05-15 100", "2028-05-14", "Silver")]
    [InlineData("2026-05-15 100", "2028-05-15", "Basic")]
    // Who began on 29 February begins again on 1 March, and on 29 February in leap years.
    [InlineData("2024-02-29 60; 2025-02-28 40", "2025-02-28", "Silver")]
    [InlineData("2024-02-29 60; 2025-03-01 40", "2025-03-01", "Basic")]
    [InlineData("2024-02-29 100", "2026-02-28", "Silver")]
    [InlineData("2024-02-29 100", "2026-03-01", "Basic")]
    [InlineData("2024-02-29 1; 2027-03-01 100", "2029-02-28", "Silver")]
    [InlineData("2024-02-29 1; 2026-03-01 100", "2028-02-28", "Silver")]
    [InlineData("2024-02-29 1; 2026-03-01 100", "2028-02-29", "Basic")]
    public void By_years_of_membership(string story, string day, string level) =>
        Assert.Equal(level, Ladders.Having(Ladders.Points(Membership), story.Split("; ")).LevelOn(day));

    [Theory]
    // Twelve months count together, whatever the year.
    [InlineData("2026-09-10 60; 2027-08-20 40", "2027-08-20", "Silver")]
    [InlineData("2026-09-10 60; 2027-09-20 40", "2027-09-20", "Basic")]
    // On the first of each month the twelve months before it are looked at: March 2026 is last among them on 1 March 2027.
    [InlineData("2026-03-10 100", "2027-03-31", "Silver")]
    [InlineData("2026-03-10 100", "2027-04-01", "Basic")]
    [InlineData("2026-03-10 100; 2027-03-31 100", "2027-04-01", "Silver")]
    [InlineData("2026-03-10 300; 2026-10-01 100", "2027-04-01", "Silver")]
    [InlineData("2026-03-10 300; 2026-10-01 100", "2027-10-31", "Silver")]
    [InlineData("2026-03-10 300; 2026-10-01 100", "2027-11-01", "Basic")]
    // A return takes the level with the month's end.
    [InlineData("2026-03-10 300; 2026-05-02 -1", "2026-05-31", "Gold")]
    [InlineData("2026-03-10 300; 2026-05-02 -1", "2026-06-01", "Basic")]
    public void By_twelve_rolling_months(string story, string day, string level) =>
        Assert.Equal(level, Ladders.Having(Ladders.Points(TwelveMonths), story.Split("; ")).LevelOn(day));

    [Theory]
    [InlineData("2026-03-10 300", "2027-03-31", "Gold")]
    [InlineData("2026-03-10 300", "2027-04-01", "Silver")]
    [InlineData("2026-03-10 300", "2027-04-30", "Silver")]
    [InlineData("2026-03-10 300", "2027-05-01", "Basic")]
    public void By_rolling_months_one_level_is_lost_each_month(string story, string day, string level) =>
        Assert.Equal(
            level, Ladders.Having(Ladders.Points(TwelveMonths, downgrade: TierDowngrade.OneLevel), story.Split("; ")).LevelOn(day));

    [Fact]
    public void The_year_turns_in_the_programs_zone()
    {
        var shop = new Shop(Ladders.Program(Ladders.Points(Year), "Asia/Shanghai"))
        {
            Now = new DateTimeOffset(2025, 12, 31, 17, 0, 0, TimeSpan.Zero), // 1 January, 01:00
        };
        shop.Buy("p1", 100);
        Assert.Equal("Silver", shop.LevelOn("2027-12-31"));
        Assert.Equal("Basic", shop.LevelOn("2028-01-01"));
    }
}
