using static Pipeline.Domain.Tests.Commands;
using static Pipeline.Domain.Tests.Shop;

namespace Pipeline.Domain.Tests;

public sealed class ArrivalTests
{
    private readonly Shop shop = new();

    [Fact]
    public void A_refund_that_arrives_first_waits_for_its_purchase_and_settles_with_it()
    {
        shop.Now = Day(2);
        var waits = First(shop.Return("r", "p", Amount(3_000)));
        Assert.Equal(("refund", 0L, "Waits for purchase p"), (waits.Type, waits.Points, waits.Reason));
        Assert.Equal(new RefundOutcome.Waiting(), shop.Outcome("p", "r"));
        Assert.Equal([new WaitingRefund(new RefundId("r"), new PurchaseId("p"))], shop.Account.Waiting.ToArray());
        shop.Now = Day(3);
        var entries = Assert.IsType<Decision.Accepted>(shop.Buy("p", 100, at: Day(1))).Entries;
        Assert.Equal(["purchase:p", "settled:r"], entries.Select(e => e.Id));
        Assert.Equal([100, -30], entries.Select(e => e.Points));
        Assert.Equal("Refund of GBP 30.00 of GBP 100.00 takes back 30 of 100 points", entries[1].Reason);
        Assert.Equal(new RefundOutcome.Applied(3_000, 30, 0), shop.Outcome("p", "r"));
        Assert.Empty(shop.Account.Waiting);
        Assert.Equal((70, 0, 0, 0), shop.Points);
    }

    [Fact]
    public void Several_waiting_refunds_settle_in_the_order_of_the_business_and_some_may_be_refused()
    {
        shop.Now = Day(9);
        shop.Return("late", "p", Amount(5_000), at: Day(8));
        shop.Return("early", "p", Amount(6_000), at: Day(7));
        shop.Return("of-another", "q", at: Day(6));
        var entries = Assert.IsType<Decision.Accepted>(shop.Buy("p", 100, at: Day(1))).Entries;
        Assert.Equal(["purchase:p", "settled:early", "settled:late"], entries.Select(e => e.Id));
        Assert.Equal(new RefundOutcome.Applied(6_000, 60, 0), shop.Outcome("p", "early"));
        Assert.Equal(new RefundOutcome.Rejected(Reason.RefundAbovePurchase), shop.Outcome("p", "late"));
        Assert.Equal("Rejected: RefundAbovePurchase", entries[2].Reason);
        Assert.Equal("of-another", Assert.Single(shop.Account.Waiting).Refund.Value);
        Assert.Equal((40, 0, 0, 0), shop.Points);
    }

    [Fact]
    public void A_waiting_refund_returns_what_its_purchase_was_paid_with()
    {
        shop.Buy("first", 100);
        shop.Hold("h", 60);
        shop.Now = Day(2);
        shop.Return("r", "p");
        shop.Buy("p", 20, at: Start.AddMinutes(5), hold: "h");
        Assert.Equal(new RefundOutcome.Applied(2_000, 20, 60), shop.Outcome("p", "r"));
        Assert.Equal((100, 0, 0, 0), shop.Points);
    }

    [Fact]
    public void A_refund_dated_before_its_purchase_counts_from_the_purchase_on()
    {
        shop.Now = Day(5);
        shop.Buy("p", 100, at: Day(3));
        shop.Hold("h", 30);
        shop.Return("r", "p", Amount(8_000), at: Day(1));
        Assert.Equal(new RefundOutcome.Applied(8_000, 80, 0), shop.Outcome("p", "r"));
        Assert.Equal((0, 0, 20, 0), shop.Points);
    }

    [Fact]
    public void Refunds_dated_before_their_purchase_count_at_one_instant_by_id()
    {
        shop.Now = Day(5);
        shop.Buy("p", 100, at: Day(3));
        shop.Return("b", "p", Amount(6_000), at: Day(1));
        shop.Return("a", "p", Amount(7_000), at: Day(2));
        Assert.Equal(new RefundOutcome.Applied(7_000, 70, 0), shop.Outcome("p", "a"));
        Assert.Equal(new RefundOutcome.Rejected(Reason.RefundAbovePurchase), shop.Outcome("p", "b"));
    }

    [Theory]
    [InlineData("a", "b")]
    [InlineData("b", "a")]
    public void Refunds_of_one_instant_count_by_id_whichever_arrives_first(string first, string second)
    {
        shop.Buy("spent", 50, at: Day(-90));
        shop.Hold("s", 50);
        shop.Capture("s");
        shop.Now = Day(1);
        shop.Buy("soon", 60, at: Day(-40));
        shop.Hold("h", 60);
        shop.Buy("paid", 0, hold: "h");
        shop.Now = Day(2);
        shop.Buy("late", 100);
        shop.Now = Day(3);
        var of = new Dictionary<string, string> { ["a"] = "spent", ["b"] = "paid" };
        shop.Return(first, of[first]);
        shop.Return(second, of[second]);
        // a takes 50 of what there is; only then does b give 60 back.
        Assert.Equal("soon:60 late:50", shop.Lots);
    }

    [Fact]
    public void A_refund_that_arrives_late_may_undo_one_that_was_dated_after_it()
    {
        shop.Buy("p", 100);
        shop.Now = Day(9);
        shop.Return("second", "p", Amount(6_000), at: Day(8));
        Assert.Equal((40, 0, 0, 0), shop.Points);
        shop.Return("first", "p", Amount(7_000), at: Day(7));
        Assert.Equal(new RefundOutcome.Rejected(Reason.RefundAbovePurchase), shop.Outcome("p", "second"));
        Assert.Equal((30, 0, 0, 0), shop.Points);
        Assert.Equal(-10, shop.Entry("refund:first").Points);
    }

    [Fact]
    public void A_purchase_that_arrives_late_pays_what_was_owed_since()
    {
        shop.Buy("a", 50);
        shop.Hold("h", 50);
        shop.Capture("h");
        shop.Now = Day(3);
        shop.Return("r", "a");
        Assert.Equal((0, 0, 0, 50), shop.Points);
        var entry = First(shop.Buy("b", 80, at: Day(1)));
        Assert.Equal((80L, "b:30"), (entry.Points, entry.Lots.Receipt()));
        Assert.Equal((30, 0, 0, 0), shop.Points);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public void Of_two_purchases_the_earlier_pays_a_deficit_and_at_one_instant_that_of_the_lower_id(int dayOfA)
    {
        shop.Buy("spent", 50);
        shop.Hold("h", 50);
        shop.Capture("h");
        shop.Now = Day(3);
        shop.Return("r", "spent");
        shop.Now = Day(5);
        shop.Buy("b", 80);
        Assert.Equal("b:30", shop.Lots);
        shop.Buy("a", 60, at: Day(dayOfA));
        Assert.Equal("a:10 b:80", shop.Lots);
    }

    [Fact]
    public void A_purchase_that_arrives_late_is_burned_where_it_would_have_been_and_its_entry_moves_the_lots()
    {
        shop.Programs = new ProgramHistory([Program(Days(10))]);
        shop.Now = Day(5);
        shop.Buy("b", 50);
        shop.Hold("h", 40);
        shop.Capture("h");
        shop.Now = Day(6);
        // Of a, which expires first, 40 would have been burned instead of b's.
        var entry = First(shop.Buy("a", 60, at: Day(1)));
        Assert.Equal(("a:20 b:40", 60L), (entry.Lots.Receipt(), entry.Points));
        Assert.Equal("a:20 b:50", shop.Lots);
        Assert.Equal("b:40", shop.Captured("h").Burned.Receipt());
    }

    [Fact]
    public void A_purchase_that_arrives_after_its_points_have_expired_earns_and_expires_at_once()
    {
        shop.Programs = new ProgramHistory([Program(Days(10))]);
        shop.Buy("a", 10);
        shop.Now = Day(20);
        shop.Expire();
        var entries = Assert.IsType<Decision.Accepted>(shop.Buy("late", 60, at: Day(2))).Entries;
        Assert.Equal([("earn", 60L, "late:60"), ("expire", -60L, "late:-60")],
            entries.Select(e => (e.Type, e.Points, e.Lots.Receipt())));
        Assert.Equal("60 points expired", entries[1].Reason);
        Assert.Equal((0, 0, 0, 0), shop.Points);
        shop.Return("r", "late");
        Assert.Equal((0, 0, 0, 0), shop.Points);
    }

    [Fact]
    public void A_purchase_that_arrives_late_lets_other_points_expire_instead_and_says_so()
    {
        shop.Programs = new ProgramHistory([Program(Days(10))]);
        shop.Buy("a", 100, at: Day(0));
        shop.Now = Day(5);
        shop.Hold("h", 50);
        shop.Capture("h");
        shop.Now = Day(20);
        shop.Expire();
        // b would have been burned first; then the other 50 of a would have expired too.
        var entries = Assert.IsType<Decision.Accepted>(shop.Buy("b", 50, at: Day(-2))).Entries;
        Assert.Equal([("earn", 50L, "a:50"), ("expire", -50L, "a:-50")],
            entries.Select(e => (e.Type, e.Points, e.Lots.Receipt())));
    }

    [Fact]
    public void Facts_in_order_never_need_the_history()
    {
        shop.Buy("a", 100);
        shop.Now = Day(1);
        shop.Hold("h", 30);
        shop.Now = Day(1, 0, 5);
        shop.Buy("b", 20, hold: "h");
        shop.Now = Day(2);
        shop.Return("r", "a", Amount(1_000));
        shop.Now = Day(3);
        shop.Hold("i", 30);
        shop.Release("i");
        Assert.Equal(0, shop.HistoriesRead);
        shop.Return("s", "b");
        Assert.Equal(1, shop.HistoriesRead);
    }

    [Fact]
    public void No_more_than_50_refunds_wait_for_one_purchase()
    {
        for (var n = 0; n < Ledger.WaitingPerPurchaseMax; n++)
            Assert.IsType<Decision.Accepted>(shop.Return($"r{n}", "p", Amount(100)));
        Assert.Equal(Reason.TooManyRefunds, Refused(shop.Return("r50", "p", Amount(100))));
        Assert.IsType<Decision.Accepted>(shop.Return("other", "q"));
        var accepted = Assert.IsType<Decision.Accepted>(shop.Buy("p", 100));
        Assert.Equal(51, accepted.Entries.Length);
        Assert.Equal((50, 0, 0, 0), shop.Points);
    }

    [Fact]
    public void No_more_than_500_refunds_wait_for_one_customer()
    {
        for (var n = 0; n < Ledger.WaitingMax; n++)
            Assert.IsType<Decision.Accepted>(shop.Return($"r{n}", $"p{n}"));
        Assert.Equal(Reason.TooManyRefunds, Refused(shop.Return("one-more", "p")));
    }
}
