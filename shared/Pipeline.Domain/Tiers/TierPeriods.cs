namespace Pipeline.Domain;

/// <summary>
/// Periods by number: the year, the year of membership, or the month (year x 12 + month - 1). All days are the program's.
/// </summary>
internal static class TierPeriods
{
    private const int MonthsPerYear = 12;

    /// <param name="first">The day of the first purchase, which membership years count from.</param>
    public static int NumberOf(this TierPeriod period, DateOnly first, DateOnly day) => period switch
    {
        TierPeriod.CalendarYear => day.Year,
        TierPeriod.Rolling => MonthOf(day),
        TierPeriod.Anniversary => day.Year - first.Year - (day < InYear(first, day.Year) ? 1 : 0),
        _ => throw new InvalidOperationException($"Unknown period {period.GetType().Name}."),
    };

    /// <summary>The first day of a period; the last of the calendar where it lies past the year 9999.</summary>
    public static DateOnly StartOf(this TierPeriod period, DateOnly first, int number) => period switch
    {
        TierPeriod.CalendarYear => InYear(new DateOnly(1, 1, 1), number),
        TierPeriod.Rolling => InYear(new DateOnly(1, (number % MonthsPerYear) + 1, 1), number / MonthsPerYear),
        TierPeriod.Anniversary => InYear(first, first.Year + number),
        _ => throw new InvalidOperationException($"Unknown period {period.GetType().Name}."),
    };

    public static DateOnly PlusDays(this DateOnly day, int days) =>
        DateOnly.FromDayNumber(Math.Min(day.DayNumber + days, DateOnly.MaxValue.DayNumber));

    /// <summary>The same day of another year; 1 March for 29 February where there is none.</summary>
    private static DateOnly InYear(DateOnly day, int year) =>
        year > DateOnly.MaxValue.Year ? DateOnly.MaxValue
        : day is { Month: 2, Day: 29 } && !DateTime.IsLeapYear(year) ? new DateOnly(year, 3, 1)
        : new DateOnly(year, day.Month, day.Day);

    private static int MonthOf(DateOnly day) => (day.Year * MonthsPerYear) + day.Month - 1;
}
