using static Pipeline.Domain.Tests.Commands;
using static Pipeline.Domain.Tests.Shop;

namespace Pipeline.Domain.Tests;

public sealed class PurchaseWithHoldTests
{
    private readonly Shop shop = new();

    public PurchaseWithHoldTests() => shop.Buy("first", 100);

    private static Redeemed? RedeemedBy(Shop shop, string purchase) =>
        ((Fact.Purchased)shop.Entry(EntryIds.Purchase(purchase)).Fact).Redeemed;

    [Fact]
    public void A_purchase_captures_the_open_hold_that_it_names()
    {
        shop.Hold("h", 60);
        var entries = Assert.IsType<Decision.Accepted>(shop.Buy("p", 20, hold: "h")).Entries;
        Assert.Equal([("earn", 20L), ("redeem", -60L)], entries.Select(e => (e.Type, e.Points)));
        Assert.Equal("first:60", shop.Captured("h").Burned.Receipt());
        Assert.Equal(new PurchaseId("p"), shop.Captured("h").Purchase);
        Assert.Equal(new Redeemed(new HoldId("h"), 60), RedeemedBy(shop, "p"));
        Assert.Equal((60, 0, 0, 0), shop.Points);
        Assert.IsType<Decision.Repeated>(shop.Capture("h"));
        Assert.Equal(Reason.HoldCaptured, Refused(shop.Release("h")));
    }

    [Fact]
    public void A_hold_that_has_ended_is_burned_as_far_as_points_go_and_the_rest_is_owed()
    {
        shop.Hold("h", 60);
        shop.Now = Day(1);
        shop.Hold("other", 90);
        shop.Capture("other");
        Assert.IsType<Decision.Accepted>(shop.Buy("p", 20, hold: "h"));
        // 10 were left, the purchase's own 20 pay too, 30 are owed.
        Assert.Equal(("first:10 p:20", 30L, 0L),
            (shop.Captured("h").Burned.Receipt(), shop.Captured("h").Owed, shop.Captured("h").Shortfall));
        Assert.Equal((0, 0, 0, 30), shop.Points);
    }

    [Fact]
    public void Within_the_balance_what_an_ended_hold_cannot_burn_is_shown_as_shortfall()
    {
        var within = new Shop(Program(policy: RefundPolicy.WithinBalance));
        within.Buy("first", 100);
        within.Hold("h", 60);
        within.Now = Day(1);
        within.Hold("other", 90);
        within.Capture("other");
        within.Buy("p", 20, hold: "h");
        Assert.Equal(("first:10 p:20", 0L, 30L),
            (within.Captured("h").Burned.Receipt(), within.Captured("h").Owed, within.Captured("h").Shortfall));
        Assert.Equal((0, 0, 0, 0), within.Points);
    }

    [Fact]
    public void A_purchase_that_arrives_after_its_hold_ended_but_was_made_before_finds_the_points_reserved()
    {
        shop.Hold("h", 60);
        shop.Now = Day(2);
        shop.Buy("p", 20, at: Start.AddMinutes(5), hold: "h");
        Assert.Equal("first:60", shop.Captured("h").Burned.Receipt());
        Assert.Equal((60, 0, 0, 0), shop.Points);
    }

    [Fact]
    public void A_hold_that_was_released_is_burned_all_the_same_because_the_purchase_was_paid_with_it()
    {
        shop.Hold("h", 60);
        shop.Release("h");
        Assert.IsType<Decision.Accepted>(shop.Buy("p", 20, hold: "h"));
        Assert.Equal((60, 0, 0, 0), shop.Points);
    }

    [Fact]
    public void A_hold_that_was_captured_before_is_not_burned_twice_but_is_known_as_paid_with()
    {
        shop.Hold("h", 60);
        shop.Capture("h");
        shop.Now = Day(1);
        Assert.Single(Assert.IsType<Decision.Accepted>(shop.Buy("p", 20, hold: "h")).Entries);
        Assert.Equal(new Redeemed(new HoldId("h"), 60), RedeemedBy(shop, "p"));
        Assert.Equal((60, 0, 0, 0), shop.Points);
    }

    [Fact]
    public void A_purchase_that_names_an_unknown_hold_is_a_purchase_without_one()
    {
        Assert.Single(Assert.IsType<Decision.Accepted>(shop.Buy("p", 20, hold: "nobody")).Entries);
        Assert.Null(RedeemedBy(shop, "p"));
        Assert.Equal((120, 0, 0, 0), shop.Points);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Of_two_purchases_that_name_one_hold_the_earlier_captures_it_whichever_arrives_first(bool earlierFirst)
    {
        shop.Programs = new ProgramHistory([Program(Days(10))]);
        shop.Buy("old", 60);
        shop.Hold("h", 60);
        shop.Now = Day(8);
        shop.Buy("young", 70);
        shop.Now = Day(13);
        LedgerCommand earlier = shop.Bought("a", 1, Start.AddMinutes(1), "h");
        LedgerCommand later = shop.Bought("b", 1, Day(12), "h");
        shop.Send(earlierFirst ? earlier : later);
        shop.Send(earlierFirst ? later : earlier);
        // With the earlier one, on the first day, the old points were captured and not the young ones.
        Assert.Equal("young:70 b:1", string.Join(" ", shop.Balance.Lots.Where(l => l.Lot.Id.Value != "first").Select(l => $"{l.Lot.Id}:{l.Points}")));
        shop.Return("r", "a");
        shop.Return("s", "b");
        Assert.Equal(60, shop.Account.Lots.Where(lot => lot.Id.Value.Contains('~')).Sum(lot => lot.Points));
    }

    [Fact]
    public void A_refund_between_a_purchase_and_its_later_hold_returns_the_points_with_the_capture()
    {
        shop.Now = Day(1, 12);
        shop.Hold("h", 60);
        shop.Buy("p", 20, at: Day(1), hold: "h");
        Assert.Equal((60, 0, 0, 0), shop.Points);
        shop.Return("r", "p", at: Day(1, 6));
        Assert.Equal((100, 0, 0, 0), shop.Points);
    }
}
