using static Pipeline.Domain.Tests.Commands;
using static Pipeline.Domain.Tests.Shop;

namespace Pipeline.Domain.Tests;

public sealed class LotTests
{
    [Fact]
    public void A_receipt_names_the_lots_burned_soonest_to_expire_first()
    {
        var shop = new Shop { Now = Day(100) };
        shop.Buy("late", 10, Day(90));
        shop.Buy("soon", 20, Day(1));
        shop.Hold("h", 25);
        shop.Capture("h");
        Assert.Equal("soon:20 late:5", shop.Captured("h").Burned.Receipt());
        Assert.Equal((5, 0, 0, 0), shop.Points);
    }

    [Fact]
    public void Lots_that_expire_together_burn_the_older_first_and_then_by_id()
    {
        var shop = new Shop { Now = Day(20) };
        shop.Buy("c", 10, Day(9));
        shop.Buy("a", 10, Day(10));
        shop.Buy("b", 10, Day(9));
        Assert.Equal("b:10 c:10 a:10", shop.Lots);
        shop.Hold("h", 21);
        shop.Capture("h");
        Assert.Equal("b:10 c:10 a:1", shop.Captured("h").Burned.Receipt());
    }

    [Fact]
    public void Undated_lots_burn_last()
    {
        var shop = new Shop(Program(new ExpiryRule.Never()));
        shop.Buy("undated", 10, Day(-50));
        shop.Programs = new ProgramHistory([Program(new ExpiryRule.Never()), Program(version: 2)]);
        shop.Buy("dated", 10);
        Assert.Equal("dated:10 undated:10", shop.Lots);
    }

    [Fact]
    public void A_point_is_spendable_until_just_before_it_expires()
    {
        var shop = new Shop(Program(Days(10)));
        shop.Buy("p", 10);
        Assert.Equal(10, shop.Account.BalanceAt(Day(10).AddMilliseconds(-1)).Spendable);
        Assert.Equal(0, shop.Account.BalanceAt(Day(10)).Spendable);
        shop.Now = Day(10).AddMilliseconds(-1);
        Assert.IsType<Decision.Accepted>(shop.Hold("in-time", 10, 1));
        shop.Now = Day(10);
        Assert.Equal((0, 0, 10, 0), shop.Points);
        shop.Now = Day(10).AddMilliseconds(999);
        Assert.Equal((0, 0, 0, 0), shop.Points);
        Assert.Equal(Reason.InsufficientPoints, Refused(shop.Hold("too-late", 1)));
    }

    [Fact]
    public void Points_are_pending_until_their_days_have_passed_and_cannot_be_held()
    {
        var shop = new Shop(Program(pendingDays: 14));
        shop.Buy("p", 10);
        Assert.Equal((0, 10, 0, 0), shop.Points);
        Assert.Equal(Reason.InsufficientPoints, Refused(shop.Hold("h", 1)));
        shop.Now = Day(14).AddMilliseconds(-1);
        Assert.Equal((0, 10, 0, 0), shop.Points);
        shop.Now = Day(14);
        Assert.Equal((10, 0, 0, 0), shop.Points);
        Assert.IsType<Decision.Accepted>(shop.Hold("h", 10));
    }

    [Fact]
    public void A_purchase_dated_some_hours_ahead_is_pending_until_then()
    {
        var shop = new Shop { Now = Day(0) };
        shop.Buy("p", 10, Day(0, 20));
        Assert.Equal((0, 10, 0, 0), shop.Points);
        shop.Now = Day(0, 20);
        Assert.Equal((10, 0, 0, 0), shop.Points);
    }

    [Fact]
    public void With_the_timer_off_for_30_days_no_expired_point_is_spendable_and_no_balance_collapses()
    {
        var shop = new Shop(Program(Days(10)));
        shop.Buy("a", 100);
        shop.Now = Day(5);
        shop.Buy("b", 40);
        var entries = shop.Entries.Count;
        int[] expected = [140, 140, 40, 40, 0, 0];
        int[] days = [5, 9, 10, 14, 15, 40];
        for (var i = 0; i < days.Length; i++)
        {
            shop.Now = Day(days[i]);
            Assert.Equal((expected[i], 0, 0, 0), shop.Points);
        }

        Assert.Equal(entries, shop.Entries.Count);
        shop.Buy("c", 7);
        Assert.Equal((7, 0, 0, 0), shop.Points);
    }

    [Fact]
    public void The_balance_can_be_asked_as_of_one_day_and_as_known_on_another()
    {
        var shop = new Shop { Now = Day(10) };
        shop.Buy("p", 100, Day(1));
        shop.Now = Day(20);
        shop.Return("r", "p", Amount(3_000), Day(5));
        Assert.Equal(0, At(asOf: Day(0), knownAt: Day(20)));
        Assert.Equal(0, At(asOf: Day(2), knownAt: Day(9)));
        Assert.Equal(100, At(asOf: Day(2), knownAt: Day(20)));
        Assert.Equal(100, At(asOf: Day(6), knownAt: Day(10)));
        Assert.Equal(70, At(asOf: Day(6), knownAt: Day(20)));

        long At(DateTimeOffset asOf, DateTimeOffset knownAt) =>
            History.BalanceAt(shop.Entries, shop.Programs, asOf, knownAt).Spendable;
    }

    [Fact]
    public void A_lot_names_the_entry_that_made_it()
    {
        Assert.Equal("purchase:p", LotId.Of(new PurchaseId("p")).EntryId);
        Assert.Equal("refund:r", LotId.Reinstated("r", LotId.Of(new PurchaseId("p"))).EntryId);
        Assert.Equal("refund:r", LotId.Unowed("r").EntryId);
    }
}
