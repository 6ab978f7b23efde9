using static Pipeline.Domain.Tests.Commands;
using static Pipeline.Domain.Tests.Shop;

namespace Pipeline.Domain.Tests;

public sealed class ClawbackTests
{
    [Fact]
    public void A_clawback_takes_the_purchases_own_lot_before_those_that_expire_sooner()
    {
        var shop = new Shop { Now = Day(100) };
        shop.Buy("old", 50, Day(1));
        shop.Buy("own", 40);
        var entry = First(shop.Return("r", "own"));
        Assert.Equal(("refund", -40L, "own:-40"), (entry.Type, entry.Points, entry.Lots.Receipt()));
        Assert.Equal("old:50", shop.Lots);
    }

    [Fact]
    public void Then_it_takes_spendable_points_by_burn_order_then_pending_ones_and_then_it_is_owed()
    {
        var shop = new Shop(Program(pendingDays: 10)) { Now = Day(100) };
        shop.Buy("a", 30, Day(40));
        shop.Buy("spent", 50, Day(1));
        shop.Hold("h", 50);
        shop.Capture("h");
        shop.Buy("pending", 20);
        Assert.Equal("a:30 pending:20", shop.Lots);
        shop.Return("r1", "spent", Amount(2_500));
        Assert.Equal("a:5 pending:20", shop.Lots);
        shop.Return("r2", "spent", Amount(1_000));
        Assert.Equal((0, 15, 0, 0), shop.Points);
        shop.Return("r3", "spent");
        Assert.Equal((0, 0, 0, 0), shop.Points);
        shop.Return("r4", "pending");
        Assert.Equal((0, 0, 0, 20), shop.Points);
    }

    [Fact]
    public void Later_credits_pay_the_deficit_first()
    {
        var shop = new Shop();
        shop.Buy("p", 100);
        shop.Hold("h", 80);
        shop.Capture("h");
        shop.Return("r", "p");
        Assert.Equal((0, 0, 0, 80), shop.Points);
        Assert.Equal(50, First(shop.Buy("q", 50)).Points);
        Assert.Equal((0, 0, 0, 30), shop.Points);
        shop.Buy("s", 50);
        Assert.Equal((20, 0, 0, 0), shop.Points);
        Assert.Equal("s:20", shop.Lots);
    }

    [Fact]
    public void Reserved_points_are_taken_after_all_others_and_the_youngest_hold_gives_way_first()
    {
        var shop = new Shop();
        shop.Buy("own", 100);
        shop.Now = Day(40);
        shop.Buy("other", 30);
        shop.Hold("older", 60);
        shop.Hold("younger", 40);
        shop.Return("r1", "own", Amount(3_000));
        Assert.Equal((0, 0, 100, 0), shop.Points);
        shop.Return("r2", "own", Amount(3_000));
        Assert.Equal(["older:60", "younger:10"], Holds(shop));
        shop.Return("r3", "own", Amount(3_000));
        Assert.Equal(["older:40", "younger:0"], Holds(shop));
        Assert.Equal((0, 0, 40, 0), shop.Points);
    }

    [Fact]
    public void The_youngest_hold_gives_way_first_also_where_the_older_reserved_the_sooner_lot()
    {
        var shop = new Shop();
        shop.Buy("spent", 50, Day(-1));
        shop.Hold("h", 50);
        shop.Capture("h");
        shop.Now = Day(40);
        shop.Buy("soon", 30, Day(1));
        shop.Buy("late", 30);
        shop.Hold("older", 30);
        shop.Hold("younger", 30);
        shop.Return("r", "spent", Amount(4_000));
        Assert.Equal(["older:20", "younger:0"], Holds(shop));
        Assert.Equal("soon:20", shop.Lots);
    }

    [Fact]
    public void A_hold_that_lost_its_cover_burns_what_there_is_and_owes_the_rest()
    {
        var shop = new Shop();
        shop.Buy("p", 100);
        shop.Hold("h", 80);
        shop.Return("r", "p");
        Assert.Equal((0, 0, 0, 0), shop.Points);
        shop.Now = shop.Now.AddMinutes(1);
        shop.Buy("q", 50);
        shop.Capture("h");
        Assert.Equal(("q:50", 30L), (shop.Captured("h").Burned.Receipt(), shop.Captured("h").Owed));
        Assert.Equal((0, 0, 0, 30), shop.Points);
    }

    [Fact]
    public void What_of_the_own_lot_has_expired_unspent_is_not_taken_twice()
    {
        var shop = new Shop(Program(Days(10)));
        shop.Buy("own", 100);
        shop.Hold("h", 30);
        shop.Capture("h");
        shop.Now = Day(9);
        shop.Buy("other", 50);
        shop.Now = Day(11);
        // 70 of the 100 have expired, 30 were spent: only those are taken from what there is.
        shop.Return("r", "own");
        Assert.Equal((20, 0, 0, 0), shop.Points);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void It_makes_no_difference_whether_the_expiry_of_the_own_lot_was_written_down(bool written)
    {
        var shop = new Shop(Program(Days(10)));
        shop.Buy("own", 100);
        shop.Now = Day(9);
        shop.Buy("other", 50);
        shop.Now = Day(11);
        if (written)
            Assert.IsType<Decision.Accepted>(shop.Expire());
        shop.Return("r", "own");
        Assert.Equal((50, 0, 0, 0), shop.Points);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_late_refund_takes_what_was_there_then_although_it_has_expired_since(bool written)
    {
        var shop = new Shop(Program(Days(10)));
        shop.Buy("own", 100);
        shop.Hold("h", 100);
        shop.Capture("h");
        shop.Now = Day(2);
        shop.Buy("other", 40);
        shop.Now = Day(20);
        if (written)
            shop.Expire();
        // On day 3 there were the 40 of the other purchase; 60 are owed.
        shop.Return("r", "own", at: Day(3));
        Assert.Equal((0, 0, 0, 60), shop.Points);
    }

    [Fact]
    public void Within_the_balance_a_clawback_stops_at_zero_and_never_touches_reserved_points()
    {
        var shop = new Shop(Program(policy: RefundPolicy.WithinBalance));
        shop.Buy("p", 100);
        shop.Hold("spent", 50);
        shop.Capture("spent");
        shop.Hold("h", 30);
        var entry = First(shop.Return("r", "p"));
        Assert.Equal(-20, entry.Points);
        Assert.Equal((0, 0, 30, 0), shop.Points);
        Assert.Equal(new RefundOutcome.Applied(10_000, 100, 0), shop.Outcome("p", "r"));
        Assert.Equal("p:-30", First(shop.Capture("h")).Lots.Receipt());
    }

    private static string[] Holds(Shop shop) =>
        [.. shop.Account.Holds.Select(hold => $"{hold.Id}:{hold.Lots.Sum(part => part.Points)}")];
}
