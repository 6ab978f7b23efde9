using FsCheck.Fluent;

namespace Pipeline.Domain.Tests;

public sealed class PricingTests
{
    [Fact]
    public void A_discount_is_spread_over_the_lines_in_proportion_to_their_value()
    {
        var basket = Baskets.Of("GBP", discount: 100, shipping: 395, tax: 20, (6, 255), (1, 1000), (3, 7));
        Assert.Equal(BasketProblem.None, Pricing.TryPrice(basket, out var priced));
        Assert.Equal(2551, priced!.Goods);
        Assert.Equal(2451, priced.Net);
        Assert.Equal([1470, 961, 20], priced.LineNets);
        Assert.Equal(2866, priced.Payable);
    }

    [Fact]
    public void A_discount_of_all_the_goods_leaves_nothing_on_any_line()
    {
        Assert.Equal(BasketProblem.None, Pricing.TryPrice(Baskets.Of("GBP", 18, 0, 0, (1, 10), (2, 4)), out var priced));
        Assert.Equal([0, 0], priced!.LineNets);
        Assert.Equal(0, priced.Net);
    }

    [Fact]
    public void A_discount_above_the_goods_is_refused()
    {
        Assert.Equal(BasketProblem.DiscountAboveGoods, Pricing.TryPrice(Baskets.Of("GBP", 11, 5, 5, (1, 10)), out var none));
        Assert.Null(none);
    }

    [Theory]
    [InlineData(long.MaxValue, 2, 0, 0)]
    [InlineData(1, long.MaxValue, 1, 0)]
    [InlineData(1, long.MaxValue, 0, 1)]
    [InlineData(1, 1, long.MaxValue, long.MaxValue)]
    [InlineData(long.MaxValue, long.MaxValue, 0, 0)]
    public void A_total_past_64_bits_is_refused(long quantity, long unitPrice, long shipping, long tax) =>
        Assert.Equal(
            BasketProblem.TotalOverflows,
            Pricing.TryPrice(Baskets.Of("GBP", 0, shipping, tax, (quantity, unitPrice)), out _));

    [Fact]
    public void The_largest_total_of_64_bits_is_priced()
    {
        Assert.Equal(
            BasketProblem.None, Pricing.TryPrice(Baskets.Of("GBP", 0, 3, 4, (1, long.MaxValue - 7)), out var priced));
        Assert.Equal(long.MaxValue, priced!.Payable);
    }

    [Fact]
    public void The_lines_add_up_to_the_net_and_none_is_below_zero() =>
        Proving.ForAll(
            from count in Gen.Choose(1, 8)
            from prices in Gen.ArrayOf(Proving.Between(0, 1_000_000_000_000), count)
            from quantities in Gen.ArrayOf(Gen.Choose(1, 1000), count)
            let goods = prices.Zip(quantities).Sum(static line => line.First * line.Second)
            from discount in Proving.Between(0, goods)
            select (discount, lines: quantities.Zip(prices).Select(static l => ((long)l.First, l.Second)).ToArray()),
            static given =>
                Pricing.TryPrice(Baskets.Of("GBP", given.discount, 0, 0, given.lines), out var priced) == BasketProblem.None
                && priced!.LineNets.Sum() == priced.Net
                && priced.LineNets.All(static net => net >= 0));
}
