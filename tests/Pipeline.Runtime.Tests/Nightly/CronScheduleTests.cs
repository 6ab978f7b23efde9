using Pipeline.Domain;
using Pipeline.Runtime.Nightly;

namespace Pipeline.Runtime.Tests.Nightly;

public sealed class CronScheduleTests
{
    private static readonly ZoneCalendar London = new("Europe/London");

    [Fact]
    public void A_night_runs_at_two_in_the_wall_time_of_the_zone()
    {
        var schedule = new CronSchedule("0 2 * * *", London);

        Assert.Equal(Night("2026-01-10T02:00:00Z", 10), schedule.Next(At("2026-01-09T12:00:00Z")));
        Assert.Equal(At("2026-07-10T01:00:00Z"), schedule.Next(At("2026-07-09T12:00:00Z"))!.Value.At);
    }

    [Fact]
    public void A_skipped_wall_time_runs_once_at_the_jump()
    {
        // On 2026-03-29 London goes from 01:00 to 02:00.
        var schedule = new CronSchedule("30 1 * * *", London);

        var jump = schedule.Next(At("2026-03-28T12:00:00Z"))!.Value;

        Assert.Equal(At("2026-03-29T01:00:00Z"), jump.At);
        Assert.Equal(new DateOnly(2026, 3, 29), jump.Day);
        Assert.Equal(At("2026-03-30T00:30:00Z"), schedule.Next(jump.At)!.Value.At);
    }

    [Fact]
    public void A_doubled_wall_time_runs_once_at_the_first()
    {
        // On 2026-10-25 London has 01:30 twice: at 00:30 and at 01:30 UTC.
        var schedule = new CronSchedule("30 1 * * *", London);

        var first = schedule.Next(At("2026-10-24T12:00:00Z"))!.Value;

        Assert.Equal(At("2026-10-25T00:30:00Z"), first.At);
        Assert.Equal(At("2026-10-26T01:30:00Z"), schedule.Next(first.At)!.Value.At);
        Assert.Equal(At("2026-10-26T01:30:00Z"), schedule.Next(At("2026-10-25T01:10:00Z"))!.Value.At);
    }

    [Fact]
    public void Several_skipped_wall_times_are_one_run()
    {
        var schedule = new CronSchedule("*/10 * * * *", London);

        var runs = schedule.Between(At("2026-03-29T00:45:00Z"), At("2026-03-29T01:15:00Z"), 31);

        Assert.Equal(
            [At("2026-03-29T00:50:00Z"), At("2026-03-29T01:00:00Z"), At("2026-03-29T01:10:00Z")],
            runs.Select(run => run.At));
    }

    [Fact]
    public void A_day_that_the_zone_skips_runs_at_the_start_of_the_next()
    {
        // Samoa had no 2011-12-30.
        var schedule = new CronSchedule("0 2 30 12 *", new ZoneCalendar("Pacific/Apia"));

        var run = schedule.Next(At("2011-12-29T00:00:00Z"))!.Value;

        Assert.Equal(At("2011-12-30T10:00:00Z"), run.At);
    }

    [Fact]
    public void Of_many_missed_moments_the_last_ones_are_given_oldest_first()
    {
        var schedule = new CronSchedule("0 2 * * *", new ZoneCalendar("UTC"));

        var missed = schedule.Between(At("2025-01-01T00:00:00Z"), At("2026-01-10T12:00:00Z"), 3);

        Assert.Equal([8, 9, 10], missed.Select(run => run.Day.Day));
    }

    [Theory]
    [InlineData("")]
    [InlineData("every night")]
    [InlineData("61 2 * * *")]
    public void What_is_no_cron_expression_is_said_so(string expression) =>
        Assert.Throws<FormatException>(() => new CronSchedule(expression, London));

    private static Occurrence Night(string instant, int day) => new(At(instant), new DateOnly(2026, 1, day));

    private static DateTimeOffset At(string instant) => DateTimeOffset.Parse(instant);
}
