using FsCheck.Fluent;

namespace Pipeline.Domain.Tests;

public sealed class ZoneCalendarTests
{
    [Theory]
    [InlineData("Europe/London", "2026-03-28T23:59:59.999Z", "2026-03-28")]
    [InlineData("Europe/London", "2026-06-30T23:00:00Z", "2026-07-01")]
    [InlineData("Asia/Shanghai", "2026-06-30T16:00:00Z", "2026-07-01")]
    [InlineData("America/New_York", "2026-01-01T04:59:59Z", "2025-12-31")]
    [InlineData("Pacific/Apia", "2011-12-30T09:59:59Z", "2011-12-29")]
    [InlineData("Pacific/Apia", "2011-12-30T10:00:00Z", "2011-12-31")]
    [InlineData("UTC", "2026-06-30T23:59:59+14:00", "2026-06-30")]
    public void A_day_is_the_day_of_the_zone(string zone, string instant, string day) =>
        Assert.Equal(Day(day), new ZoneCalendar(zone).DayOf(Instant(instant)));

    [Theory]
    [InlineData("Europe/London", "2026-03-29", "2026-03-29T00:00:00Z")]
    [InlineData("Europe/London", "2026-03-30", "2026-03-29T23:00:00Z")]
    [InlineData("Asia/Shanghai", "1986-05-05", "1986-05-04T15:00:00Z")]
    [InlineData("Asia/Shanghai", "2026-01-01", "2025-12-31T16:00:00Z")]
    [InlineData("UTC", "9999-12-31", "9999-12-31T00:00:00Z")]
    public void A_day_starts_at_midnight_of_the_zone(string zone, string day, string start) =>
        Assert.Equal(Instant(start), new ZoneCalendar(zone).StartOfDay(Day(day)));

    [Theory]
    [InlineData("America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00:00Z")]
    [InlineData("America/Sao_Paulo", "2010-10-17", "2010-10-17T03:00:00Z")]
    [InlineData("Asia/Beirut", "2024-03-31", "2024-03-30T22:00:00Z")]
    public void A_day_whose_midnight_is_skipped_starts_when_the_clocks_jump(string zone, string day, string start)
    {
        var calendar = new ZoneCalendar(zone);
        Assert.Equal(Instant(start), calendar.StartOfDay(Day(day)));
        Assert.Equal(new TimeSpan(1, 0, 0), calendar.LocalOf(Instant(start)).TimeOfDay);
    }

    [Fact]
    public void A_day_begins_half_an_hour_late_where_an_hour_around_midnight_is_skipped()
    {
        // Toronto, 30 March 1919: at 23:30 of the 30th the clocks went to 00:30 of the 31st.
        var toronto = new ZoneCalendar("America/Toronto");
        Assert.Equal(Instant("1919-03-31T04:30:00Z"), toronto.StartOfDay(Day("1919-03-31")));
        Assert.Equal(new TimeSpan(0, 30, 0), toronto.LocalOf(Instant("1919-03-31T04:30:00Z")).TimeOfDay);
    }

    [Theory]
    [InlineData("America/Havana", "2026-11-01", "2026-11-01T04:00:00Z")]
    [InlineData("Asia/Amman", "2021-10-29", "2021-10-28T21:00:00Z")]
    public void A_day_whose_midnight_occurs_twice_starts_at_the_earlier(string zone, string day, string start) =>
        Assert.Equal(Instant(start), new ZoneCalendar(zone).StartOfDay(Day(day)));

    [Fact]
    public void A_day_that_a_zone_skips_starts_and_ends_with_the_start_of_the_next()
    {
        var apia = new ZoneCalendar("Pacific/Apia");
        Assert.Equal(Instant("2011-12-30T10:00:00Z"), apia.StartOfDay(Day("2011-12-30")));
        Assert.Equal(Instant("2011-12-30T10:00:00Z"), apia.EndOfDay(Day("2011-12-30")));
        Assert.Equal(Instant("2011-12-30T10:00:00Z"), apia.EndOfDay(Day("2011-12-29")));
    }

    [Theory]
    [InlineData("Europe/London", "2026-03-29T01:30:00", "2026-03-29T01:30:00Z")]
    [InlineData("Europe/London", "2026-10-25T01:30:00", "2026-10-25T00:30:00Z")]
    [InlineData("Pacific/Apia", "2011-12-30T12:00:00", "2011-12-30T22:00:00Z")]
    public void A_skipped_wall_time_moves_forward_by_the_gap_and_a_doubled_one_is_the_earlier(
        string zone, string local, string instant) =>
        Assert.Equal(
            Instant(instant),
            new ZoneCalendar(zone).InstantOf(DateTime.Parse(local, System.Globalization.CultureInfo.InvariantCulture)));

    [Theory]
    [InlineData("2026-01-31T10:00:00Z", 1, "2026-02-28T10:00:00Z")]
    [InlineData("2028-01-31T10:00:00Z", 1, "2028-02-29T10:00:00Z")]
    [InlineData("2028-02-29T10:00:00Z", 12, "2029-02-28T10:00:00Z")]
    [InlineData("2026-02-28T10:00:00Z", 1, "2026-03-28T10:00:00Z")]
    [InlineData("2026-02-28T10:00:00Z", 2, "2026-04-28T09:00:00Z")]
    public void A_month_later_is_the_same_day_and_wall_time_or_the_months_last_day(
        string instant, int months, string later) =>
        Assert.Equal(Instant(later), new ZoneCalendar("Europe/London").AddMonths(Instant(instant), months));

    [Fact]
    public void Past_the_year_9999_there_is_no_instant()
    {
        var utc = new ZoneCalendar("UTC");
        Assert.Null(utc.AddMonths(Instant("9999-12-01T00:00:00Z"), 1));
        Assert.Null(utc.AddDays(Instant("9999-12-31T00:00:00Z"), 1));
        Assert.Null(utc.EndOfDay(DateOnly.MaxValue));
        Assert.Null(new ZoneCalendar("America/New_York").InstantOf(new DateTime(9999, 12, 31, 22, 0, 0)));
    }

    [Fact]
    public void An_unknown_zone_throws() =>
        Assert.Throws<TimeZoneNotFoundException>(() => new ZoneCalendar("Europe/Atlantis"));

    [Fact]
    public void The_wall_time_of_an_instant_leads_back_to_it_or_to_the_earlier_of_two() =>
        Proving.ForAll(
            from zone in Zones.Any from instant in Zones.Instants select (zone, instant),
            static given =>
            {
                var local = given.zone.LocalOf(given.instant);
                var back = given.zone.InstantOf(local);
                return back <= given.instant && given.zone.LocalOf(back!.Value) == local;
            });

    [Fact]
    public void Around_every_change_of_the_clocks_each_quarter_of_an_hour_is_read_by_the_rules()
    {
        foreach (var (calendar, zone) in Zones.All)
        {
            for (var utc = Instant("1985-01-01T00:00:00Z"); utc.Year < 2031; utc = utc.AddHours(12))
            {
                if (zone.GetUtcOffset(utc) != zone.GetUtcOffset(utc.AddHours(12)))
                    CheckQuarters(calendar, zone, utc);
            }
        }
    }

    [Fact]
    public void A_start_of_day_is_that_day_and_the_millisecond_before_is_not() =>
        Proving.ForAll(
            from zone in Zones.Any
            from number in Gen.Choose(Day("1970-01-02").DayNumber, Day("2037-12-31").DayNumber)
            select (zone, day: DateOnly.FromDayNumber(number)),
            static given =>
            {
                var start = given.zone.StartOfDay(given.day);
                return given.zone.DayOf(start) >= given.day
                    && given.zone.DayOf(start.AddMilliseconds(-1)) < given.day
                    && given.zone.StartOfDay(given.day) == start;
            });

    /// <summary>
    /// By brute force over the instants near a change: the first with the wall time, or forward by the gap.
    /// </summary>
    private static void CheckQuarters(ZoneCalendar calendar, TimeZoneInfo zone, DateTimeOffset near)
    {
        var before = zone.GetUtcOffset(near);
        var gap = zone.GetUtcOffset(near.AddHours(12)) - before;
        var first = new Dictionary<DateTime, DateTimeOffset>();
        for (var utc = near.AddHours(-50); utc < near.AddHours(62); utc = utc.AddMinutes(15))
            first.TryAdd(utc.ToOffset(zone.GetUtcOffset(utc)).DateTime, utc);
        for (var quarter = 0; quarter < 4 * 48; quarter++)
        {
            var local = near.DateTime.AddHours(-18).AddMinutes(15 * quarter);
            var expected = first.TryGetValue(local, out var instant) ? instant : first[local + gap];
            Assert.Equal(expected, calendar.InstantOf(local));
        }
    }

    private static DateTimeOffset Instant(string text) => Zones.Instant(text);

    private static DateOnly Day(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd");
}
