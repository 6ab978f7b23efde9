using System.Globalization;
using static Pipeline.Domain.Tests.Promotions;

namespace Pipeline.Domain.Tests;

public sealed class CampaignWindowTests
{
    private static readonly ZoneCalendar London = new("Europe/London");

    [Fact]
    public void A_window_begins_and_ends_on_the_walls_clock_in_the_programs_zone()
    {
        var window = CampaignWindow.Always with { From = new(2026, 7, 1), To = new(2026, 8, 1) };

        // London is an hour ahead of UTC in summer.
        Assert.False(Holds(window, "2026-06-30T22:59:59Z"));
        Assert.True(Holds(window, "2026-06-30T23:00:00Z"));
        Assert.True(Holds(window, "2026-07-31T22:59:59Z"));
        Assert.False(Holds(window, "2026-07-31T23:00:00Z"));
    }

    [Fact]
    public void Where_the_clocks_skip_the_beginning_it_moves_forward_and_of_a_repeated_end_the_earlier_counts()
    {
        var spring = CampaignWindow.Always with { From = new(2026, 3, 29, 1, 30, 0) };
        var autumn = CampaignWindow.Always with { To = new(2026, 10, 25, 1, 30, 0) };

        Assert.False(Holds(spring, "2026-03-29T01:29:59Z"));
        Assert.True(Holds(spring, "2026-03-29T01:30:00Z"));
        Assert.True(Holds(autumn, "2026-10-25T00:29:59Z"));
        Assert.False(Holds(autumn, "2026-10-25T00:30:00Z"));
        Assert.False(Holds(autumn, "2026-10-25T01:15:00Z"));
    }

    [Fact]
    public void An_hour_that_the_clocks_repeat_counts_both_times_and_one_that_they_skip_does_not_occur()
    {
        var night = CampaignWindow.Always with { Hours = new DailyHours(new(1, 0), new(2, 0)) };

        Assert.True(Holds(night, "2026-10-25T00:15:00Z"));
        Assert.True(Holds(night, "2026-10-25T01:15:00Z"));
        Assert.False(Holds(night, "2026-03-29T00:59:59Z"));
        Assert.False(Holds(night, "2026-03-29T01:00:00Z"));
    }

    [Fact]
    public void Hours_past_midnight_belong_to_the_day_on_which_they_began()
    {
        var window = CampaignWindow.Always with
        {
            DaysOfWeek = SetOf(DayOfWeek.Friday),
            Hours = new DailyHours(new(22, 0), new(2, 0)),
        };

        Assert.False(Holds(window, "2026-01-09T01:00:00Z")); // the night from Thursday
        Assert.False(Holds(window, "2026-01-09T21:59:59Z"));
        Assert.True(Holds(window, "2026-01-09T22:00:00Z"));
        Assert.True(Holds(window, "2026-01-10T01:59:59Z")); // Saturday on the wall
        Assert.False(Holds(window, "2026-01-10T02:00:00Z"));
        Assert.False(Holds(window, "2026-01-10T22:00:00Z"));
    }

    [Fact]
    public void Days_of_the_month_and_months_recur()
    {
        var window = CampaignWindow.Always with { DaysOfMonth = SetOf(11, 31), Months = SetOf(2, 11) };

        Assert.True(Holds(window, "2026-11-11T12:00:00Z"));
        Assert.True(Holds(window, "2027-02-11T12:00:00Z"));
        Assert.False(Holds(window, "2026-12-11T12:00:00Z"));
        Assert.False(Holds(window, "2026-11-30T12:00:00Z"));
    }

    private static bool Holds(CampaignWindow window, string instant) =>
        window.Contains(DateTimeOffset.Parse(instant, CultureInfo.InvariantCulture), London);
}
