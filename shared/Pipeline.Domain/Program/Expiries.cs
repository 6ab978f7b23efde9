namespace Pipeline.Domain;

/// <summary>When points expire, by the program's rule and in its zone.</summary>
internal static class Expiries
{
    internal static DateTimeOffset? ExpiresAt(ExpiryRule rule, ZoneCalendar calendar, DateTimeOffset activeAt) =>
        rule switch
        {
            ExpiryRule.Never => null,
            ExpiryRule.RollingMonths { Align: ExpiryAlignment.None } months =>
                calendar.AddMonths(activeAt, months.Months),
            ExpiryRule.RollingDays { Align: ExpiryAlignment.None } days =>
                calendar.AddDays(activeAt, days.Days),
            _ => EndOfLastDay(rule, calendar, activeAt),
        };

    private static DateTimeOffset? EndOfLastDay(ExpiryRule rule, ZoneCalendar calendar, DateTimeOffset activeAt)
    {
        var day = calendar.DayOf(activeAt);
        var end = LastDay(rule, day) is { } last ? calendar.EndOfDay(last) : null;
        // Where clocks are set back over midnight, an instant shows yesterday's date after yesterday has
        // ended.
        return end <= activeAt && LastDay(rule, day.AddDays(1)) is { } next ? calendar.EndOfDay(next)
            : end <= activeAt ? null
            : end;
    }

    /// <summary>
    /// The last day on which points are spendable that became active on a day; null for ever, or past the
    /// year 9999.
    /// </summary>
    private static DateOnly? LastDay(ExpiryRule rule, DateOnly active) => rule switch
    {
        ExpiryRule.RollingMonths months => Aligned(PlusMonths(active, months.Months), months.Align),
        ExpiryRule.RollingDays days => Aligned(PlusDays(active, days.Days), days.Align),
        ExpiryRule.Yearly yearly => NextYearly(yearly, active),
        ExpiryRule.Once once => active <= once.On ? once.On : null,
        _ => null,
    };

    private static DateOnly? PlusMonths(DateOnly day, int months) =>
        (day.Year * 12) + day.Month + months <= (9999 * 12) + 12 ? day.AddMonths(months) : null;

    private static DateOnly? PlusDays(DateOnly day, int days) =>
        days <= DateOnly.MaxValue.DayNumber - day.DayNumber ? day.AddDays(days) : null;

    private static DateOnly? Aligned(DateOnly? day, ExpiryAlignment align) =>
        day is { } some && align == ExpiryAlignment.MonthEnd
            ? new DateOnly(some.Year, some.Month, DateTime.DaysInMonth(some.Year, some.Month))
            : day;

    private static DateOnly? NextYearly(ExpiryRule.Yearly rule, DateOnly active)
    {
        var thisYear = InYear(rule, active.Year);
        if (active <= thisYear)
            return thisYear;
        return active.Year < 9999 ? InYear(rule, active.Year + 1) : null;
    }

    private static DateOnly InYear(ExpiryRule.Yearly rule, int year) =>
        new(year, rule.Month, Math.Min(rule.Day, DateTime.DaysInMonth(year, rule.Month)));
}
