using static Pipeline.Domain.Tests.Commands;

namespace Pipeline.Domain.Tests;

public sealed class RefundApportionmentTests
{
    private readonly Shop shop = new();

    private (long Amount, long Points) Applied(string refund, RefundScope? scope = null)
    {
        Assert.IsType<Decision.Accepted>(shop.Return(refund, "p", scope));
        var applied = Assert.IsType<RefundOutcome.Applied>(shop.Outcome("p", refund));
        return (applied.Amount, applied.Points);
    }

    private Reason Rejected(string refund, RefundScope scope)
    {
        var before = shop.Points;
        Assert.Equal(0, First(shop.Return(refund, "p", scope)).Points);
        Assert.Equal(before, shop.Points);
        return Assert.IsType<RefundOutcome.Rejected>(shop.Outcome("p", refund)).Reason;
    }

    [Fact]
    public void A_whole_refund_takes_back_all_points_and_all_money()
    {
        shop.Buy("p", Basket("GBP", 0, ("A", 6, 255)));
        Assert.Equal((1_530L, 15L), Applied("r"));
        Assert.True(shop.Books[new PurchaseId("p")].IsWhole);
        Assert.Equal((0, 0, 0, 0), shop.Points);
    }

    [Fact]
    public void Thirds_by_amount_add_up_to_the_whole()
    {
        shop.Buy("p", Basket("GBP", 0, ("A", 1, 1_000)));
        Assert.Equal((333L, 3L), Applied("r1", Amount(333)));
        Assert.Equal((333L, 4L), Applied("r2", Amount(333)));
        Assert.Equal((334L, 3L), Applied("r3"));
    }

    [Fact]
    public void A_tie_goes_to_the_customer()
    {
        shop.Buy("p", Basket("GBP", 0, ("A", 1, 300)));
        // 1.5 of 3 points: 1 is taken, 2 are kept.
        Assert.Equal((150L, 1L), Applied("r1", Amount(150)));
        Assert.Equal((150L, 2L), Applied("r2", Amount(150)));
    }

    [Fact]
    public void A_tie_of_redeemed_points_goes_to_the_customer_too()
    {
        shop.Buy("first", 3);
        shop.Hold("h", 3);
        shop.Send(shop.Bought("p", Basket("GBP", 0, ("A", 1, 300)), hold: "h"));
        shop.Return("r1", "p", Amount(150));
        Assert.Equal(new RefundOutcome.Applied(150, 1, 2), shop.Outcome("p", "r1"));
        shop.Return("r2", "p", Amount(150));
        Assert.Equal(new RefundOutcome.Applied(150, 2, 1), shop.Outcome("p", "r2"));
    }

    [Fact]
    public void By_lines_each_unit_is_worth_its_share_of_the_discounted_line()
    {
        shop.Buy("p", Basket("GBP", 1_000, ("A", 2, 1_000), ("B", 1, 3_000)));
        // 40.00 paid: A 16.00, B 24.00.
        Assert.Equal((800L, 8L), Applied("r1", Goods(("A", 1))));
        Assert.Equal((2_400L, 24L), Applied("r2", Goods(("B", 1))));
        Assert.Equal((800L, 8L), Applied("r3", Goods(("A", 1))));
        Assert.Equal(Reason.NothingLeftToRefund, Rejected("r4", Whole));
    }

    [Fact]
    public void Lines_of_one_sku_with_different_prices_come_back_in_the_purchases_order()
    {
        shop.Buy("p", Basket("GBP", 0, ("A", 1, 1_000), ("B", 1, 500), ("A", 2, 100)));
        Assert.Equal((1_000L, 10L), Applied("r1", Goods(("A", 1))));
        Assert.Equal((100L, 1L), Applied("r2", Goods(("A", 1))));
        Assert.Equal((600L, 6L), Applied("r3", Goods(("A", 1), ("B", 1))));
        Assert.True(shop.Books[new PurchaseId("p")].IsWhole);
    }

    [Fact]
    public void An_amount_is_spread_over_the_lines_in_proportion_to_what_is_left_of_each()
    {
        shop.Buy("p", Basket("GBP", 0, ("A", 1, 1_000), ("B", 1, 3_000)));
        Assert.Equal((2_000L, 20L), Applied("r1", Amount(2_000)));
        // 5.00 of A and 15.00 of B are left.
        Assert.Equal((500L, 5L), Applied("r2", Goods(("A", 1))));
        Assert.Equal((1_500L, 15L), Applied("r3", Goods(("B", 1))));
    }

    [Fact]
    public void Points_follow_the_lines_that_earned_them()
    {
        shop.Programs = new ProgramHistory([LoyaltyProgram.Default with
        {
            Earning = EarningRules.Default with { ExcludedSkus = new HashSet<string> { "gift" } },
        }]);
        shop.Buy("p", Basket("GBP", 0, ("gift", 1, 5_000), ("A", 1, 1_000)));
        Assert.Equal((5_000L, 0L), Applied("r1", Goods(("gift", 1))));
        Assert.Equal((500L, 5L), Applied("r2", Amount(500)));
        Assert.Equal((500L, 5L), Applied("r3"));
    }

    [Fact]
    public void A_refund_above_what_is_left_is_rejected_and_takes_nothing()
    {
        shop.Buy("p", Basket("GBP", 0, ("A", 2, 1_000)));
        Assert.Equal(Reason.RefundAbovePurchase, Rejected("r1", Amount(2_001)));
        Assert.Equal(Reason.RefundAbovePurchase, Rejected("r2", Goods(("A", 3))));
        Applied("r3", Amount(1_500));
        Assert.Equal(Reason.RefundAbovePurchase, Rejected("r4", Amount(501)));
        Assert.Equal((500L, 5L), Applied("r5", Amount(500)));
        Assert.Equal(Reason.NothingLeftToRefund, Rejected("r6", Goods(("A", 1))));
        Assert.Equal("Rejected: NothingLeftToRefund", shop.Entry("refund:r6").Reason);
    }

    [Fact]
    public void A_sku_that_was_not_bought_is_refused_with_all_the_lines_beside_it()
    {
        shop.Buy("p", Basket("GBP", 0, ("A", 1, 1_000)));
        Assert.Equal(Reason.RefundOfUnknownLine, Rejected("r1", Goods(("A", 1), ("Z", 1))));
        Assert.Equal(Reason.RefundOfUnknownLine, Rejected("r2", Goods(("a", 1))));
        Assert.Equal((1_000L, 10L), Applied("r3", Goods(("A", 1))));
    }

    [Fact]
    public void A_free_line_comes_back_for_nothing_and_the_whole_still_adds_up()
    {
        shop.Buy("p", Basket("GBP", 0, ("free", 2, 0), ("A", 1, 1_000)));
        Assert.Equal((0L, 0L), Applied("r1", Goods(("free", 1))));
        Assert.Equal((1_000L, 10L), Applied("r2", Goods(("A", 1))));
        Assert.Equal(Reason.NothingLeftToRefund, Rejected("r3", Goods(("free", 1))));
    }

    [Fact]
    public void A_purchase_at_a_full_discount_is_refunded_by_its_goods_and_returns_what_it_was_paid_with()
    {
        shop.Buy("first", 50);
        shop.Hold("h", 50);
        shop.Send(shop.Bought("p", Basket("GBP", 2_000, ("A", 2, 1_000)), hold: "h"));
        Assert.Equal(Reason.RefundAbovePurchase, Rejected("r1", Amount(1)));
        Assert.Equal((0L, 0L), Applied("r2", Goods(("A", 1))));
        Assert.Equal((0, 0, 0, 0), shop.Points);
        Assert.Equal((0L, 0L), Applied("r3", Goods(("A", 1))));
        Assert.Equal(new RefundOutcome.Applied(0, 0, 50), shop.Outcome("p", "r3"));
        Assert.Equal((50, 0, 0, 0), shop.Points);
    }

    [Fact]
    public void Points_that_shipping_earned_go_back_with_the_last_of_the_goods()
    {
        shop.Programs = new ProgramHistory([LoyaltyProgram.Default with
        {
            Earning = EarningRules.Default with { ShippingEarns = true },
        }]);
        var basket = Basket("GBP", 0, ("A", 2, 1_000));
        shop.Buy("p", basket with { Basket = basket.Basket with { Shipping = 500 } });
        Assert.Equal((1_000L, 12L), Applied("r1", Amount(1_000)));
        Assert.Equal((1_000L, 13L), Applied("r2", Amount(1_000)));
    }

    [Fact]
    public void Every_part_of_a_purchase_near_the_largest_number_adds_up_to_the_whole()
    {
        shop.Buy("p", Basket("JPY", 0, ("A", 1, long.MaxValue)));
        Assert.Equal((1L, 1L), Applied("r1", Amount(1)));
        Assert.Equal((long.MaxValue / 2, long.MaxValue / 2), Applied("r2", Amount(long.MaxValue / 2)));
        Assert.Equal((long.MaxValue / 2, long.MaxValue / 2), Applied("r3"));
        Assert.Equal((0, 0, 0, 0), shop.Points);
    }
}
