namespace Pipeline.Domain;

/// <summary>
/// Days and wall time of one IANA zone. Instants come back in UTC and whole milliseconds. The rules, which
/// hold for every method: a wall time that the zone skips moves forward by the length of the gap; one that
/// occurs twice is the earlier.
/// </summary>
/// <remarks>
/// Only the direction from UTC to an offset is asked of <see cref="TimeZoneInfo"/>. The other direction is
/// worked out here, because there a day that a zone skips (Pacific/Apia, 2011-12-30) is no ordinary gap.
/// </remarks>
public sealed class ZoneCalendar
{
    /// <summary>
    /// No zone is farther from UTC, so that a wall time's instant lies within it on either side. No zone changes
    /// its offset twice in so short a time.
    /// </summary>
    private static readonly long FarthestOffset = TimeSpan.FromHours(16).Ticks;

    private readonly TimeZoneInfo zone;
    private readonly bool isUtc;
    private StartMemo memo;

    /// <exception cref="TimeZoneNotFoundException">The zone is not in the system's database.</exception>
    public ZoneCalendar(string timeZone)
    {
        zone = timeZone == "UTC" ? TimeZoneInfo.Utc : TimeZoneInfo.FindSystemTimeZoneById(timeZone);
        isUtc = ReferenceEquals(zone, TimeZoneInfo.Utc);
        TimeZone = timeZone;
        memo = new StartMemo(DateOnly.MinValue, FirstInstantOf(DateOnly.MinValue));
    }

    /// <summary>The IANA id.</summary>
    public string TimeZone { get; }

    /// <summary>The last whole millisecond of the year 9999, UTC.</summary>
    internal static DateTimeOffset End { get; } = WholeMilliseconds(DateTimeOffset.MaxValue);

    /// <summary>The day of an instant.</summary>
    public DateOnly DayOf(DateTimeOffset instant) => DateOnly.FromDateTime(LocalOf(instant));

    /// <summary>
    /// The first instant of a day. Where midnight is skipped, it is the instant at which the clocks jump; for
    /// a day that is skipped as a whole, the start of the next. Where midnight occurs twice, it is the
    /// earlier.
    /// </summary>
    public DateTimeOffset StartOfDay(DateOnly day)
    {
        // Most lots of a time expire at one boundary. A memo is replaced as a whole, so that threads never
        // see half of one.
        var last = memo;
        if (last.Day == day)
            return last.Start;
        var start = FirstInstantOf(day);
        memo = new StartMemo(day, start);
        return start;
    }

    /// <summary>The first instant after a day; null past the year 9999.</summary>
    public DateTimeOffset? EndOfDay(DateOnly day) =>
        day < DateOnly.MaxValue ? StartOfDay(day.AddDays(1)) : null;

    private DateTimeOffset FirstInstantOf(DateOnly day)
    {
        var local = day.DayNumber * TimeSpan.TicksPerDay;
        var (utc, gap) = Resolve(local);
        if (gap > 0)
            utc = JumpIn(utc - gap, utc);
        return FromTicks(Math.Clamp(utc, 0, DateTime.MaxValue.Ticks));
    }

    /// <summary>So many calendar days later at the same wall time; null past the year 9999.</summary>
    /// <param name="days">0 or more.</param>
    public DateTimeOffset? AddDays(DateTimeOffset instant, int days)
    {
        var local = LocalOf(instant);
        return days <= (DateTime.MaxValue - local).Days ? InstantOf(local.AddDays(days)) : null;
    }

    /// <summary>
    /// So many calendar months later at the same wall time, the day clipped to the month: 31 January + 1
    /// month is 28 or 29 February, 29 February + 12 months is 28 February. Null past the year 9999.
    /// </summary>
    /// <param name="months">0 or more.</param>
    public DateTimeOffset? AddMonths(DateTimeOffset instant, int months)
    {
        var local = LocalOf(instant);
        return MonthOf(local) + months <= MonthOf(DateTime.MaxValue) ? InstantOf(local.AddMonths(months)) : null;
    }

    /// <summary>The instant of a wall time; null past the year 9999.</summary>
    public DateTimeOffset? InstantOf(DateTime local)
    {
        var utc = Resolve(local.Ticks).Utc;
        return utc <= DateTime.MaxValue.Ticks ? FromTicks(Math.Max(utc, 0)) : null;
    }

    /// <summary>The wall time of an instant; its kind is unspecified.</summary>
    public DateTime LocalOf(DateTimeOffset instant) =>
        new(Math.Clamp(instant.UtcTicks + OffsetAt(instant.UtcTicks), 0, DateTime.MaxValue.Ticks));

    internal static DateTimeOffset WholeMilliseconds(DateTimeOffset instant) => FromTicks(instant.UtcTicks);

    private static DateTimeOffset FromTicks(long utcTicks) =>
        new(utcTicks - (utcTicks % TimeSpan.TicksPerMillisecond), TimeSpan.Zero);

    private sealed record StartMemo(DateOnly Day, DateTimeOffset Start);

    private static int MonthOf(DateTime local) => (local.Year * 12) + local.Month;

    /// <summary>
    /// The instant of a wall time in ticks, and the length of the gap where the zone skips it. Of the offsets
    /// before and after any change near by, the earlier instant comes from the one before; if neither maps
    /// back, the wall time is skipped.
    /// </summary>
    private (long Utc, long Gap) Resolve(long local)
    {
        var before = OffsetAt(local - FarthestOffset);
        var after = OffsetAt(local + FarthestOffset);
        if (OffsetAt(local - before) == before)
            return (local - before, 0);
        if (OffsetAt(local - after) == after)
            return (local - after, 0);
        return (local - before, after - before);
    }

    /// <summary>
    /// The change of offset after <paramref name="from"/> and at or before <paramref name="to"/>, UTC ticks.
    /// </summary>
    private long JumpIn(long from, long to)
    {
        var old = OffsetAt(from);
        while (to - from > 1)
        {
            var middle = from + ((to - from) / 2);
            if (OffsetAt(middle) == old)
                from = middle;
            else
                to = middle;
        }
        return to;
    }

    private long OffsetAt(long utcTicks) =>
        isUtc
            ? 0
            : zone.GetUtcOffset(
                new DateTime(Math.Clamp(utcTicks, 0, DateTime.MaxValue.Ticks), DateTimeKind.Utc)).Ticks;
}
