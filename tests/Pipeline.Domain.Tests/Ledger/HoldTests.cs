using static Pipeline.Domain.Tests.Commands;
using static Pipeline.Domain.Tests.Shop;

namespace Pipeline.Domain.Tests;

public sealed class HoldTests
{
    private readonly Shop shop = new();

    public HoldTests() => shop.Buy("p", 100);

    [Fact]
    public void A_hold_moves_points_from_spendable_to_held_and_changes_no_total()
    {
        var entry = First(shop.Hold("h", 60));
        Assert.Equal((40, 0, 60, 0), shop.Points);
        Assert.Equal(("hold", 0L, "h"), (entry.Type, entry.Points, entry.Reference));
        Assert.Empty(entry.Lots);
    }

    [Fact]
    public void A_capture_burns_what_was_held()
    {
        shop.Hold("h", 60);
        var entry = First(shop.Capture("h"));
        Assert.Equal((40, 0, 0, 0), shop.Points);
        Assert.Equal(("redeem", -60L, "p:-60"), (entry.Type, entry.Points, entry.Lots.Receipt()));
        Assert.Equal((60L, 0L, 0L), (shop.Captured("h").Points, shop.Captured("h").Owed, shop.Captured("h").Shortfall));
    }

    [Fact]
    public void A_release_gives_back_what_was_held()
    {
        shop.Hold("h", 60);
        var entry = First(shop.Release("h"));
        Assert.Equal((100, 0, 0, 0), shop.Points);
        Assert.Equal(("release", 0L), (entry.Type, entry.Points));
    }

    [Fact]
    public void A_hold_ends_by_itself_at_its_limit()
    {
        shop.Hold("h", 60, seconds: 1800);
        shop.Now = Start.AddSeconds(1800).AddMilliseconds(-1);
        Assert.Equal((40, 0, 60, 0), shop.Points);
        shop.Now = Start.AddSeconds(1800);
        Assert.Equal((100, 0, 0, 0), shop.Points);
        Assert.Equal(Reason.HoldExpired, Refused(shop.Capture("h")));
        Assert.Equal(Reason.HoldExpired, Refused(shop.Release("h")));
        Assert.IsType<Decision.Accepted>(shop.Hold("next", 100));
    }

    [Theory]
    [InlineData(100, true)]
    [InlineData(101, false)]
    public void A_hold_goes_up_to_the_balance_and_not_beyond(long points, bool fits)
    {
        var decision = shop.Hold("h", points);
        Assert.Equal(fits, decision is Decision.Accepted);
        Assert.Equal(fits ? (0, 0, 100, 0) : (100, 0, 0, 0), shop.Points);
    }

    [Fact]
    public void Holds_may_not_pass_the_balance_together()
    {
        shop.Hold("a", 60);
        Assert.Equal(Reason.InsufficientPoints, Refused(shop.Hold("b", 41)));
        Assert.IsType<Decision.Accepted>(shop.Hold("c", 40));
        Assert.Equal((0, 0, 100, 0), shop.Points);
    }

    [Fact]
    public void A_repeated_hold_has_the_same_answer_even_where_it_took_all_there_was()
    {
        var first = First(shop.Hold("h", 100));
        shop.Now = Day(3);
        Assert.Equal(first, Assert.IsType<Decision.Repeated>(shop.Hold("h", 100)).Entry);
        Assert.Equal(first, Assert.IsType<Decision.Mismatched>(shop.Hold("h", 99)).Entry);
    }

    [Fact]
    public void A_repeated_capture_has_the_same_answer_also_when_the_hold_would_have_ended()
    {
        shop.Hold("h", 60);
        var first = First(shop.Capture("h"));
        shop.Now = Day(3);
        Assert.Equal(first, Assert.IsType<Decision.Repeated>(shop.Capture("h")).Entry);
        Assert.Equal(Reason.HoldCaptured, Refused(shop.Release("h")));
        Assert.Equal((40, 0, 0, 0), shop.Points);
    }

    [Fact]
    public void A_repeated_release_has_the_same_answer_and_a_released_hold_is_not_captured()
    {
        shop.Hold("h", 60);
        var first = First(shop.Release("h"));
        shop.Now = Day(3);
        Assert.Equal(first, Assert.IsType<Decision.Repeated>(shop.Release("h")).Entry);
        Assert.Equal(Reason.HoldReleased, Refused(shop.Capture("h")));
        Assert.Equal((100, 0, 0, 0), shop.Points);
    }

    [Fact]
    public void A_hold_that_nobody_placed_is_unknown()
    {
        Assert.Equal(Reason.UnknownHold, Refused(shop.Capture("h")));
        Assert.Equal(Reason.UnknownHold, Refused(shop.Release("h")));
    }

    [Fact]
    public void Reserved_points_do_not_lapse_while_their_hold_lasts()
    {
        var kept = new Shop(Program(Days(1)));
        kept.Buy("p", 100);
        kept.Now = Day(0, 23);
        kept.Hold("h", 60, seconds: 7200);
        kept.Now = Day(1, 0, 30);
        Assert.Equal((0, 0, 60, 0), kept.Points);
        kept.Expire();
        Assert.Equal((0, 0, 60, 0), kept.Points);
        Assert.Equal("p:-60", First(kept.Capture("h")).Lots.Receipt());
        Assert.Equal((0, 0, 0, 0), kept.Points);
    }

    [Fact]
    public void Reserved_points_lapse_with_the_release_of_a_hold_that_outlived_them_and_an_entry_says_so()
    {
        var kept = new Shop(Program(Days(1)));
        kept.Buy("p", 100);
        kept.Now = Day(0, 23);
        kept.Hold("h", 60, seconds: 7200);
        kept.Now = Day(1, 0, 30);
        kept.Expire();
        kept.Now = Day(1, 0, 40);
        var entries = Assert.IsType<Decision.Accepted>(kept.Release("h")).Entries;
        Assert.Equal([("release", 0L), ("expire", -60L)], entries.Select(e => (e.Type, e.Points)));
        Assert.Equal((0, 0, 0, 0), kept.Points);
    }

    [Fact]
    public void A_refund_from_a_clock_that_runs_ahead_does_not_end_an_open_hold()
    {
        shop.Hold("h", 60, seconds: 60);
        shop.Now = Start.AddMinutes(2);
        Assert.IsType<Decision.Accepted>(shop.Return("r", "p", Amount(1_000)));
        shop.Now = Start.AddSeconds(30);
        Assert.Equal("p:60", ((Fact.Captured)First(shop.Capture("h")).Fact).Burned.Receipt());
        Assert.Equal((30, 0, 0, 0), shop.Points);
    }

    [Fact]
    public void A_refund_dated_ahead_counts_from_its_recording_and_leaves_open_holds_open()
    {
        shop.Hold("h", 60);
        shop.Return("r", "p", Amount(1_000), at: Start.AddHours(20));
        Assert.Equal((30, 0, 60, 0), shop.Points);
        shop.Now = Start.AddSeconds(30);
        Assert.IsType<Decision.Accepted>(shop.Capture("h"));
        Assert.Equal((30, 0, 0, 0), shop.Points);
    }

    [Fact]
    public void Points_that_come_back_only_later_cannot_be_held_now()
    {
        shop.Hold("h", 100);
        shop.Buy("q", 50, hold: "h");
        shop.Return("all", "p");
        shop.Now = Start.AddMinutes(2);
        shop.Return("r", "q");
        shop.Now = Start.AddMinutes(1);
        shop.Buy("more", 200);
        var (spendable, _, _, deficit) = shop.Points;
        Assert.Equal((200, 0), (spendable, deficit));
        Assert.Equal(Reason.InsufficientPoints, Refused(shop.Hold("early", 200)));
        Assert.IsType<Decision.Accepted>(shop.Hold("fits", 150));
    }
}
