using FsCheck.Fluent;

namespace Pipeline.Domain.Tests;

public sealed class BirthdayTests
{
    [Theory]
    [InlineData("1990-05-10", 2026, LeapDay.February28, "2026-05-10")]
    [InlineData("2000-02-29", 2028, LeapDay.February28, "2028-02-29")]
    [InlineData("2000-02-29", 2028, LeapDay.March1, "2028-02-29")]
    [InlineData("2000-02-29", 2026, LeapDay.February28, "2026-02-28")]
    [InlineData("2000-02-29", 2026, LeapDay.March1, "2026-03-01")]
    [InlineData("2000-02-29", 2100, LeapDay.February28, "2100-02-28")]
    [InlineData("2000-02-29", 2100, LeapDay.March1, "2100-03-01")]
    [InlineData("2000-02-28", 2028, LeapDay.March1, "2028-02-28")]
    public void Those_born_on_29_February_keep_it_in_common_years_when_the_program_says(
        string born, int year, LeapDay leapDay, string kept) =>
        Assert.Equal(Day(kept), Birthdays.In(Day(born), year, leapDay));

    [Theory]
    [InlineData("1990-05-10", "2026-05-10", null, "2026-05-10")]
    [InlineData("1990-05-10", "2026-05-11", null, "2027-05-10")]
    [InlineData("2026-05-10", "2026-05-10", null, "2027-05-10")] // nobody has a birthday on the day of their birth
    [InlineData("1990-05-10", "2026-05-11", "2026-05-10", "2027-05-10")]
    [InlineData("1990-06-01", "2026-05-20", "2026-05-10", "2027-06-01")] // edited to a later day of the same year
    [InlineData("1990-04-01", "2026-05-20", "2026-05-10", "2028-04-01")] // edited to an earlier day: not within a year
    [InlineData("2000-02-29", "2027-03-01", "2027-02-28", "2028-02-29")]
    [InlineData("2000-02-29", "2028-03-01", "2028-02-29", "2029-02-28")]
    public void The_next_birthday_is_a_year_after_the_last_that_was_given_for(
        string born, string from, string? last, string next) =>
        Assert.Equal(
            Day(next), Birthdays.Next(Day(born), LeapDay.February28, Day(from), last is null ? null : Day(last)));

    [Fact]
    public void Whatever_birthday_a_customer_enters_no_two_are_given_for_within_365_days() =>
        Proving.ForAll(
            from edits in Gen.NonEmptyListOf(Gen.Choose(0, 36_524))
            from leapDay in Gen.Elements(LeapDay.February28, LeapDay.March1)
            select (edits, leapDay),
            static given =>
            {
                DateOnly? last = null;
                var today = new DateOnly(2026, 1, 1);
                foreach (var edit in given.edits)
                {
                    var born = new DateOnly(1920, 1, 1).AddDays(edit);
                    var next = Birthdays.Next(born, given.leapDay, today, last)!.Value;
                    if (next < today || (last is { } before && next.DayNumber - before.DayNumber < 365))
                        return false;
                    (last, today) = (next, next.AddDays(1));
                }

                return true;
            });

    [Fact]
    public void Who_edits_nothing_has_one_birthday_in_every_year()
    {
        foreach (var leapDay in Enum.GetValues<LeapDay>())
        {
            var last = new DateOnly(2026, 1, 1);
            for (var year = 2026; year < 2126; year++)
            {
                last = Birthdays.Next(new DateOnly(2000, 2, 29), leapDay, last.AddDays(1), year == 2026 ? null : last)!.Value;
                Assert.Equal(year, last.Year);
            }
        }
    }

    [Fact]
    public void After_the_last_year_of_the_calendar_there_is_none() =>
        Assert.Null(Birthdays.Next(new DateOnly(1990, 5, 10), LeapDay.March1, new DateOnly(9999, 5, 11), null));

    private static DateOnly Day(string text) => DateOnly.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
