namespace Pipeline.Domain.Tests;

public sealed class RhythmAtTests
{
    [Fact]
    public void What_is_bought_on_the_day_or_later_is_not_seen()
    {
        var rhythm = Rhythms.Of(10, 20, 45, 50);
        var then = RhythmAt.Of(rhythm, 45)!.Value;

        Assert.Equal((2, 10, 20, 25, 35), (then.Days, then.FirstDay, then.LastDay, then.Silence, then.Age));
        Assert.Equal((2_000.0, 1_000.0, 4.0), (then.Net, then.MeanDay, then.Lines));
        Assert.Equal(10, then.MeanGap);
        Assert.Null(RhythmAt.Of(rhythm, 10));
        Assert.Null(RhythmAt.Of(PurchaseRhythm.None, 10));
    }

    [Fact]
    public void A_moment_within_the_days_that_are_kept_is_exact()
    {
        int[] days = [.. Enumerable.Range(0, 30).Select(static n => 5 + (n * 7))];
        var whole = Rhythms.Of(days);
        for (var today = whole.Recent[0].Day + 1; today < 230; today += 3)
        {
            var folded = RhythmAt.Of(Rhythms.Of([.. days.Where(day => day < today)]), today)!.Value;
            var cut = RhythmAt.Of(whole, today)!.Value;
            Assert.Equal(
                (folded.Days, folded.LastDay, folded.Net, folded.Lines, folded.Units),
                (cut.Days, cut.LastDay, cut.Net, cut.Lines, cut.Units));
        }
    }

    [Fact]
    public void Days_that_are_kept_no_more_are_taken_as_evenly_spread()
    {
        var rhythm = Rhythms.Of([.. Enumerable.Range(0, 30).Select(static n => 10 + (n * 10))]);

        var then = RhythmAt.Of(rhythm, 56)!.Value;

        Assert.Equal((5, 50, 5_000.0), (then.Days, then.LastDay, then.Net));
    }

    [Fact]
    public void One_gap_does_not_make_a_habit()
    {
        Assert.Equal(30, RhythmAt.Of(Rhythms.Of(5), 9)!.Value.Cadence(30));
        Assert.Equal(22, RhythmAt.Of(Rhythms.Of(5, 11), 20)!.Value.Cadence(30));
        Assert.Equal(10, RhythmAt.Of(Rhythms.Of([.. Enumerable.Range(1, 40).Select(static n => n * 10)]), 500)!.Value
            .Cadence(30), 1.0);
    }
}
