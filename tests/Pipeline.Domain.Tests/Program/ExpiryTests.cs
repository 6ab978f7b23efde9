using FsCheck;
using FsCheck.Fluent;

namespace Pipeline.Domain.Tests;

public sealed class ExpiryTests
{
    private static readonly Gen<ExpiryRule> Rules = Gen.OneOf<ExpiryRule>(
        from months in Gen.Choose(1, 60)
        from align in Gen.Elements(Enum.GetValues<ExpiryAlignment>())
        select (ExpiryRule)new ExpiryRule.RollingMonths(months, align),
        from days in Gen.Choose(1, 1000)
        from align in Gen.Elements(Enum.GetValues<ExpiryAlignment>())
        select (ExpiryRule)new ExpiryRule.RollingDays(days, align),
        from day in Gen.Choose(0, 365)
        let date = new DateOnly(2000, 1, 1).AddDays(day)
        select (ExpiryRule)new ExpiryRule.Yearly(date.Month, date.Day),
        from day in Gen.Choose(0, 25_000)
        select (ExpiryRule)new ExpiryRule.Once(new DateOnly(1970, 1, 1).AddDays(day)));

    [Fact]
    public void By_default_points_last_twelve_months_to_the_months_end()
    {
        var program = LoyaltyProgram.Default;
        Assert.Equal(Instant("2012-01-01T00:00:00Z"), program.ExpiresAt(Instant("2010-12-01T08:26:00Z")));
        Assert.Equal(Instant("2012-01-01T00:00:00Z"), program.ExpiresAt(Instant("2010-12-31T23:59:59.999Z")));
        Assert.Equal(Instant("2012-02-01T00:00:00Z"), program.ExpiresAt(Instant("2011-01-01T00:00:00Z")));
    }

    /// <summary>The table of docs/program.md.</summary>
    [Theory]
    [MemberData(nameof(GuideRows))]
    public void The_guide_tells_the_truth_about_15_March_2026(ExpiryRule rule, string? end) =>
        Assert.Equal(
            end is null ? null : Instant(end), London(rule).ExpiresAt(Instant("2026-03-15T10:00:00Z")));

    public static TheoryData<ExpiryRule, string?> GuideRows() => new()
    {
        { new ExpiryRule.Never(), null },
        { new ExpiryRule.RollingMonths(12, ExpiryAlignment.MonthEnd), "2027-03-31T23:00:00Z" },
        { new ExpiryRule.RollingMonths(12, ExpiryAlignment.DayEnd), "2027-03-16T00:00:00Z" },
        { new ExpiryRule.RollingMonths(12, ExpiryAlignment.None), "2027-03-15T10:00:00Z" },
        { new ExpiryRule.RollingDays(90, ExpiryAlignment.DayEnd), "2026-06-13T23:00:00Z" },
        { new ExpiryRule.Yearly(12, 31), "2027-01-01T00:00:00Z" },
        { new ExpiryRule.Once(new DateOnly(2027, 12, 31)), "2028-01-01T00:00:00Z" },
    };

    [Theory]
    [InlineData(1, "2026-01-31T10:00:00Z", "2026-02-28T10:00:00Z")]
    [InlineData(1, "2028-01-31T10:00:00Z", "2028-02-29T10:00:00Z")]
    [InlineData(12, "2028-02-29T10:00:00Z", "2029-02-28T10:00:00Z")]
    [InlineData(1, "2026-02-28T01:30:00Z", "2026-03-28T01:30:00Z")]
    [InlineData(1, "2026-02-28T01:30:00.0009999Z", "2026-03-28T01:30:00Z")]
    public void Rolling_months_clip_the_day_to_the_month_and_end_at_whole_milliseconds(
        int months, string active, string end) =>
        Assert.Equal(
            Instant(end),
            London(new ExpiryRule.RollingMonths(months, ExpiryAlignment.None)).ExpiresAt(Instant(active)));

    [Theory]
    [InlineData(12, 31, "2026-12-31T23:59:59Z", "2027-01-01T00:00:00Z")]
    [InlineData(12, 31, "2027-01-01T00:00:00Z", "2028-01-01T00:00:00Z")]
    [InlineData(2, 29, "2026-01-01T00:00:00Z", "2026-03-01T00:00:00Z")]
    [InlineData(2, 29, "2026-02-28T12:00:00Z", "2026-03-01T00:00:00Z")]
    [InlineData(2, 29, "2028-02-28T12:00:00Z", "2028-03-01T00:00:00Z")]
    [InlineData(6, 30, "2026-06-30T22:59:59Z", "2026-06-30T23:00:00Z")]
    [InlineData(6, 30, "2026-06-30T23:00:00Z", "2027-06-30T23:00:00Z")]
    public void A_yearly_day_is_the_next_one_and_its_own_day_counts(int month, int day, string active, string end) =>
        Assert.Equal(Instant(end), London(new ExpiryRule.Yearly(month, day)).ExpiresAt(Instant(active)));

    [Fact]
    public void Points_after_the_one_date_do_not_expire()
    {
        var program = London(new ExpiryRule.Once(new DateOnly(2027, 12, 31)));
        Assert.Equal(Instant("2028-01-01T00:00:00Z"), program.ExpiresAt(Instant("2027-12-31T23:59:59Z")));
        Assert.Null(program.ExpiresAt(Instant("2028-01-01T00:00:00Z")));
    }

    [Fact]
    public void Points_that_would_expire_past_the_year_9999_never_expire()
    {
        Assert.Null(LoyaltyProgram.Default.ExpiresAt(Instant("9998-12-31T00:00:00Z")));
        Assert.NotNull(LoyaltyProgram.Default.ExpiresAt(Instant("9998-11-30T00:00:00Z")));
        Assert.Null(London(new ExpiryRule.RollingDays(36_500, ExpiryAlignment.None)).ExpiresAt(DateTimeOffset.MaxValue));
        Assert.Null(London(new ExpiryRule.Yearly(12, 31)).ExpiresAt(DateTimeOffset.MaxValue));
        Assert.Null(London(new ExpiryRule.Once(DateOnly.MaxValue)).ExpiresAt(DateTimeOffset.MaxValue));
    }

    [Fact]
    public void The_date_that_is_shown_again_after_midnight_was_set_back_has_ended_already()
    {
        // Goose Bay, 7 November 2010: at 00:01 the clocks went back to 23:01 of the 6th, which had ended at
        // 03:00 UTC.
        var once = new ExpiryRule.Once(new DateOnly(2010, 11, 6));
        var program = LoyaltyProgram.Default with { TimeZone = "America/Goose_Bay", Expiry = once };
        Assert.Equal(Instant("2010-11-07T03:00:00Z"), program.ExpiresAt(Instant("2010-11-07T02:59:00Z")));
        Assert.Equal(new DateOnly(2010, 11, 6), program.DayOf(Instant("2010-11-07T03:30:00Z")));
        Assert.Null(program.ExpiresAt(Instant("2010-11-07T03:30:00Z")));
        var yearly = program with { Expiry = new ExpiryRule.Yearly(11, 6) };
        Assert.Equal(Instant("2011-11-07T04:00:00Z"), yearly.ExpiresAt(Instant("2010-11-07T03:30:00Z")));
    }

    [Fact]
    public void Points_become_active_after_the_pending_days_at_the_same_wall_time()
    {
        var program = London(new ExpiryRule.Never());
        program = program with { Earning = program.Earning with { PendingDays = 14 } };
        Assert.Equal(Instant("2026-04-03T09:00:00Z"), program.ActiveAt(Instant("2026-03-20T10:00:00Z")));
        Assert.Equal(Instant("2026-03-29T01:30:00Z"), program.ActiveAt(Instant("2026-03-15T01:30:00Z")));
        Assert.Equal(
            Instant("9999-12-31T23:59:59.999Z"), program.ActiveAt(Instant("9999-12-31T10:00:00Z")));
    }

    [Fact]
    public void Points_that_are_active_at_once_are_so_at_the_instant_in_utc_and_whole_milliseconds()
    {
        var active = LoyaltyProgram.Default.ActiveAt(Instant("2026-03-20T10:00:00.1239999+02:00"));
        Assert.Equal(Instant("2026-03-20T08:00:00.123Z"), active);
        Assert.Equal(TimeSpan.Zero, active.Offset);
    }

    [Fact]
    public void Expiry_is_later_than_activation_in_utc_and_whole_milliseconds() =>
        Proving.ForAll(
            from zone in Gen.Elements(Zones.Ids)
            from rule in Rules
            from instant in Zones.Instants
            select (program: LoyaltyProgram.Default with { TimeZone = zone, Expiry = rule }, instant),
            static given => given.program.ExpiresAt(given.instant) is not { } end
                || (end > given.instant
                    && end.Offset == TimeSpan.Zero
                    && end.Ticks % TimeSpan.TicksPerMillisecond == 0));

    [Fact]
    public void Points_that_become_active_later_never_expire_before_earlier_ones_where_expiry_is_aligned() =>
        Proving.ForAll(
            from zone in Gen.Elements(Zones.Ids)
            from rule in Rules
            where IsAligned(rule)
            from instant in Zones.Instants
            from later in Proving.Between(0, 5_000_000_000)
            select (program: LoyaltyProgram.Default with { TimeZone = zone, Expiry = rule }, instant, later),
            static given =>
                given.program.ExpiresAt(given.instant)
                <= given.program.ExpiresAt(given.instant.AddMilliseconds(given.later)));

    [Fact]
    public void Clipped_to_the_month_without_alignment_later_points_may_expire_some_hours_earlier()
    {
        var program = London(new ExpiryRule.RollingMonths(1, ExpiryAlignment.None));
        Assert.Equal(Instant("2026-02-28T23:00:00Z"), program.ExpiresAt(Instant("2026-01-28T23:00:00Z")));
        Assert.Equal(Instant("2026-02-28T01:00:00Z"), program.ExpiresAt(Instant("2026-01-29T01:00:00Z")));
    }

    private static bool IsAligned(ExpiryRule rule) => rule
        is ExpiryRule.Yearly
        or ExpiryRule.RollingDays { Align: not ExpiryAlignment.None }
        or ExpiryRule.RollingMonths { Align: not ExpiryAlignment.None };

    private static LoyaltyProgram London(ExpiryRule rule) =>
        LoyaltyProgram.Default with { TimeZone = "Europe/London", Expiry = rule };

    private static DateTimeOffset Instant(string text) => Zones.Instant(text);
}
