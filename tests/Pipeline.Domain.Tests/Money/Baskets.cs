namespace Pipeline.Domain.Tests;

/// <summary>Baskets in one line.</summary>
internal static class Baskets
{
    internal static Currency Currency(string code) =>
        Domain.Currency.TryParse(code, out var currency) ? currency : throw new ArgumentException(code, nameof(code));

    internal static Basket Of(
        string currency, long discount, long shipping, long tax, params (long Quantity, long UnitPrice)[] lines) =>
        new(
            Currency(currency),
            "web",
            [.. lines.Select((line, i) => new BasketLine($"sku-{i + 1}", null, null, line.Quantity, line.UnitPrice))],
            discount,
            shipping,
            tax);

    internal static PricedBasket Priced(Basket basket)
    {
        Assert.Equal(BasketProblem.None, Pricing.TryPrice(basket, out var priced));
        return priced!;
    }

    internal static PricedBasket Priced(string currency, params (long Quantity, long UnitPrice)[] lines) =>
        Priced(Of(currency, 0, 0, 0, lines));
}
