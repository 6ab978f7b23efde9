using System.Collections.Immutable;

namespace Pipeline.Domain.Tests;

/// <summary>Commands with literal data. What a test does not name is the shop's clock, GBP, and one line.</summary>
internal static class Commands
{
    /// <summary>A purchase of so many points under the default program: as many pounds.</summary>
    public static LedgerCommand.Purchase Bought(
        this Shop shop, string id, long points, DateTimeOffset? at = null, string? hold = null) =>
        shop.Bought(id, Basket("GBP", 0, ("A", 1, points * 100)), at, hold);

    public static LedgerCommand.Purchase Bought(
        this Shop shop, string id, PricedBasket basket, DateTimeOffset? at = null, string? hold = null) =>
        new(new PurchaseId(id), basket, hold is null ? null : new HoldId(hold), at ?? shop.Now, shop.Now, $"{id}/{basket.Net}");

    public static LedgerCommand.Refund Refunded(
        this Shop shop, string id, string of, RefundScope? scope = null, DateTimeOffset? at = null) =>
        new(new RefundId(id), new PurchaseId(of), scope ?? Whole, at ?? shop.Now, shop.Now, $"{id}/{of}");

    public static Decision Buy(
        this Shop shop, string id, long points, DateTimeOffset? at = null, string? hold = null) =>
        shop.Send(shop.Bought(id, points, at, hold));

    public static Decision Buy(this Shop shop, string id, PricedBasket basket) => shop.Send(shop.Bought(id, basket));

    public static Decision Return(
        this Shop shop, string id, string of, RefundScope? scope = null, DateTimeOffset? at = null) =>
        shop.Send(shop.Refunded(id, of, scope, at));

    public static Decision Hold(this Shop shop, string id, long points, int seconds = 1800) =>
        shop.Send(new LedgerCommand.PlaceHold(new HoldId(id), points, seconds, shop.Now, $"{points}/{seconds}"));

    public static Decision Capture(this Shop shop, string id) =>
        shop.Send(new LedgerCommand.Capture(new HoldId(id), shop.Now));

    public static Decision Release(this Shop shop, string id) =>
        shop.Send(new LedgerCommand.Release(new HoldId(id), shop.Now));

    public static Decision Restore(this Shop shop, string id) =>
        shop.Send(new LedgerCommand.Restore(new HoldId(id), shop.Now));

    public static Decision Expire(this Shop shop) => shop.Send(new LedgerCommand.Expire(shop.Now, shop.Now));

    public static RefundScope Whole { get; } = new RefundScope.Whole();

    public static RefundScope Amount(long minorUnits) => new RefundScope.ByAmount(minorUnits);

    public static RefundScope Goods(params (string Sku, long Quantity)[] lines) =>
        new RefundScope.ByLines([.. lines.Select(line => new ReturnedLine(line.Sku, line.Quantity))]);

    public static PricedBasket Basket(
        string currency, long discount, params (string Sku, long Quantity, long UnitPrice)[] lines)
    {
        Assert.True(Currency.TryParse(currency, out var parsed));
        var basket = new Basket(
            parsed, "web", [.. lines.Select(l => new BasketLine(l.Sku, null, null, l.Quantity, l.UnitPrice))],
            discount, 0, 0);
        Assert.Equal(BasketProblem.None, Pricing.TryPrice(basket, out var priced));
        return priced!;
    }

    /// <summary>The default program with other rules.</summary>
    public static LoyaltyProgram Program(
        ExpiryRule? expiry = null,
        int pendingDays = 0,
        RefundPolicy policy = RefundPolicy.AllowDeficit,
        int reinstateDays = 30,
        string zone = "UTC",
        int version = 1) => LoyaltyProgram.Default with
        {
            Version = version,
            TimeZone = zone,
            Expiry = expiry ?? ExpiryRule.Default,
            Earning = EarningRules.Default with { PendingDays = pendingDays },
            Refund = new RefundRules(policy, reinstateDays),
        };

    public static ExpiryRule Days(int days) => new ExpiryRule.RollingDays(days, ExpiryAlignment.None);

    public static Reason Refused(Decision decision) => Assert.IsType<Decision.Rejected>(decision).Reason;

    public static Entry First(Decision decision) => Assert.IsType<Decision.Accepted>(decision).Entries[0];

    public static Fact.Captured Captured(this Shop shop, string hold) =>
        (Fact.Captured)shop.Entry(EntryIds.Capture(new HoldId(hold))).Fact;

    public static string Receipt(this ImmutableArray<LotPoints> lots) =>
        string.Join(" ", lots.Select(part => $"{part.Lot}:{part.Points}"));
}
