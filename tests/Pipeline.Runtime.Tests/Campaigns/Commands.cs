using Pipeline.Domain;
using Pipeline.Runtime.Tests.Doubles;

namespace Pipeline.Runtime.Tests.Campaigns;

internal static class Commands
{
    internal static LedgerCommand.Purchase Buy(Shop shop, string purchase, long cups) => Buy(shop, purchase, Shop.Cups(cups));

    internal static LedgerCommand.Purchase Buy(Shop shop, string purchase, Basket basket)
    {
        Assert.Equal(BasketProblem.None, Pricing.TryPrice(basket, out var priced));
        return new LedgerCommand.Purchase(new PurchaseId(purchase), priced!, null, shop.Now, shop.Now, purchase);
    }
}
