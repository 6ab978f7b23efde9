namespace Pipeline.Domain;

/// <summary>
/// When a birthday is given for. At least <see cref="DaysBetweenMin"/> days lie between two, so that who edits their
/// birthday gains none by it.
/// </summary>
public static class Birthdays
{
    public const int DaysBetweenMin = 365;

    /// <summary>The day on which it is kept in a year.</summary>
    public static DateOnly In(DateOnly birthday, int year, LeapDay leapDay) =>
        birthday is not { Month: 2, Day: 29 } || DateTime.IsLeapYear(year)
            ? new DateOnly(year, birthday.Month, birthday.Day)
        : leapDay == LeapDay.February28 ? new DateOnly(year, 2, 28)
        : new DateOnly(year, 3, 1);

    /// <summary>The first that is given for; null past the year 9999.</summary>
    /// <param name="from">Not before this day.</param>
    /// <param name="last">The one that was given for last.</param>
    public static DateOnly? Next(DateOnly birthday, LeapDay leapDay, DateOnly from, DateOnly? last)
    {
        var earliest = last is { } day && day.AddDays(DaysBetweenMin) is var again && again > from ? again : from;
        for (var year = earliest.Year; year <= DateOnly.MaxValue.Year; year++)
            if (year > birthday.Year && In(birthday, year, leapDay) is var next && next >= earliest)
                return next;
        return null;
    }
}
