namespace Pipeline.Domain;

/// <summary>One line of a basket.</summary>
/// <param name="Quantity">Whole units, 1 or more.</param>
/// <param name="UnitPrice">Minor units, 0 or more.</param>
public sealed record BasketLine(string Sku, string? Name, string? Category, long Quantity, long UnitPrice);

/// <summary>
/// What a customer buys, as the shop states it. Amounts are minor units of the currency, 0 or more.
/// </summary>
/// <param name="Discount">Off the goods as a whole; it is spread over the lines.</param>
public sealed record Basket(
    Currency Currency, string? Channel, IReadOnlyList<BasketLine> Lines, long Discount, long Shipping, long Tax);

/// <summary>A basket with its sums, all in minor units.</summary>
/// <param name="LineNets">
/// For each line, quantity x unit price less its share of the discount; they add up to Net.
/// </param>
/// <param name="Goods">The lines before the discount.</param>
/// <param name="Net">Goods less discount; without shipping and tax.</param>
public sealed record PricedBasket(Basket Basket, IReadOnlyList<long> LineNets, long Goods, long Net)
{
    /// <summary>
    /// What the customer pays: net, shipping and tax. <see cref="Pricing.TryPrice"/> proved that it fits 64
    /// bits.
    /// </summary>
    public long Payable => Net + Basket.Shipping + Basket.Tax;
}

/// <summary>Why a basket has no price: a business refusal, not a fault.</summary>
public enum BasketProblem
{
    None,

    /// <summary>Goods, shipping and tax pass 64 bits of minor units.</summary>
    TotalOverflows,

    /// <summary>The discount is larger than the goods.</summary>
    DiscountAboveGoods,
}

/// <summary>Adds a basket up.</summary>
public static class Pricing
{
    /// <summary>
    /// Prices a basket. The discount is spread over the lines in proportion to quantity x unit price by
    /// largest remainder, so that no line falls below zero and the lines add up to the net.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">
    /// An amount or a quantity is negative: a caller skipped the edge's check.
    /// </exception>
    public static BasketProblem TryPrice(Basket basket, out PricedBasket? priced)
    {
        ArgumentNullException.ThrowIfNull(basket);
        ArgumentOutOfRangeException.ThrowIfNegative(basket.Discount);
        ArgumentOutOfRangeException.ThrowIfNegative(basket.Shipping);
        ArgumentOutOfRangeException.ThrowIfNegative(basket.Tax);
        priced = null;

        var lines = basket.Lines;
        var nets = new long[lines.Count];
        // 2^31 lines of 2^126 would pass 128 bits, so the running sum is checked a line at a time.
        Int128 goods = 0;
        for (var i = 0; i < nets.Length; i++)
        {
            var line = lines[i];
            ArgumentOutOfRangeException.ThrowIfNegative(line.Quantity, nameof(basket));
            ArgumentOutOfRangeException.ThrowIfNegative(line.UnitPrice, nameof(basket));
            var gross = (Int128)line.Quantity * line.UnitPrice;
            goods += gross;
            if (goods > long.MaxValue)
                return BasketProblem.TotalOverflows;
            nets[i] = (long)gross;
        }
        if (goods + basket.Shipping + basket.Tax > long.MaxValue)
            return BasketProblem.TotalOverflows;
        if (basket.Discount > goods)
            return BasketProblem.DiscountAboveGoods;

        if (basket.Discount > 0)
        {
            var shares = Apportion.LargestRemainder(basket.Discount, nets);
            for (var i = 0; i < nets.Length; i++)
                nets[i] -= shares[i];
        }
        priced = new PricedBasket(basket, nets, (long)goods, (long)goods - basket.Discount);
        return BasketProblem.None;
    }
}
