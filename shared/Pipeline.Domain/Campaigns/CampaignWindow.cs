using System.Collections.Frozen;

namespace Pipeline.Domain;

/// <summary>
/// When a campaign runs, by the clock on the wall in the program's zone. Empty sets and nulls do not limit it.
/// </summary>
/// <remarks>
/// The ends are instants by the rules of <see cref="ZoneCalendar"/>: a wall time that the clocks skip is moved forward by the
/// gap, of one that occurs twice the earlier counts. Days and hours are read off the wall: an hour that the clocks repeat
/// counts both times, one that they skip does not occur.
/// </remarks>
/// <param name="From">The first moment.</param>
/// <param name="To">The first moment after.</param>
/// <param name="Hours">Of each day.</param>
public sealed record CampaignWindow(
    DateTime? From,
    DateTime? To,
    IReadOnlySet<DayOfWeek> DaysOfWeek,
    IReadOnlySet<int> DaysOfMonth,
    IReadOnlySet<int> Months,
    DailyHours? Hours)
{
    /// <summary>No zone is farther from another day's wall time.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromDays(2);

    public static readonly CampaignWindow Always = new(
        null, null, FrozenSet<DayOfWeek>.Empty, FrozenSet<int>.Empty, FrozenSet<int>.Empty, null);

    public bool Contains(DateTimeOffset instant, ZoneCalendar calendar)
    {
        var wall = calendar.LocalOf(instant);
        if (!HasBegun(instant, wall, calendar) || HasEnded(instant, wall, calendar))
            return false;
        var day = wall;
        if (Hours is { } hours && !hours.Contains(TimeOnly.FromDateTime(wall), ref day))
            return false;
        return (DaysOfWeek.Count == 0 || DaysOfWeek.Contains(day.DayOfWeek))
            && (DaysOfMonth.Count == 0 || DaysOfMonth.Contains(day.Day))
            && (Months.Count == 0 || Months.Contains(day.Month));
    }

    private bool HasBegun(DateTimeOffset instant, DateTime wall, ZoneCalendar calendar) =>
        From is not { } from
        || (wall.Ticks >= from.Ticks - Margin.Ticks && calendar.InstantOf(from) is { } begin && instant >= begin);

    private bool HasEnded(DateTimeOffset instant, DateTime wall, ZoneCalendar calendar) =>
        To is { } to
        && (wall.Ticks >= to.Ticks + Margin.Ticks || (calendar.InstantOf(to) is { } end && instant >= end));
}

/// <summary>
/// Hours of a day, the end not among them. Where the end is not after the beginning they go on past midnight, and what is
/// after midnight belongs to the day before.
/// </summary>
public readonly record struct DailyHours(TimeOnly From, TimeOnly To)
{
    internal bool Contains(TimeOnly time, ref DateTime day)
    {
        if (From < To)
            return time >= From && time < To;
        if (time >= From)
            return true;
        if (time >= To)
            return false;
        day = day > DateTime.MinValue.AddDays(1) ? day.AddDays(-1) : day;
        return true;
    }
}
