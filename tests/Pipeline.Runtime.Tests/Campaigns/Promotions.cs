using System.Collections.Frozen;
using Pipeline.Domain;
using Pipeline.Runtime.Tests.Doubles;

namespace Pipeline.Runtime.Tests.Campaigns;

/// <summary>Programs with campaigns.</summary>
internal static class Promotions
{
    internal static Campaign Of(string id, CampaignEffect effect, CampaignCaps? caps = null) => new(
        id, id, effect, CampaignConditions.None, CampaignWindow.Always, caps ?? CampaignCaps.None, CampaignStacking.Alone);

    internal static Campaign Gives(string id, long points, long? budget = null, long? customer = null, long? day = null) =>
        Of(id, new CampaignEffect.Bonus(points), new CampaignCaps(null, customer, day, budget));

    internal static Campaign For(this Campaign campaign, Func<CampaignConditions, CampaignConditions> when) =>
        campaign with { When = when(campaign.When) };

    internal static LoyaltyProgram Program(params Campaign[] campaigns) =>
        LoyaltyProgram.Default with { Campaigns = [.. campaigns] };

    internal static FrozenSet<T> SetOf<T>(params T[] items) => items.ToFrozenSet();

    /// <summary>The points of each rule of a purchase that was worked.</summary>
    internal static async Task<Dictionary<string, long>> AwardsAsync(this Shop shop, string purchase, CustomerId? customer = null) =>
        (await shop.Reader.PurchaseAsync(customer ?? Shop.Ann, new PurchaseId(purchase), default))!.Purchase.Awards
            .ToDictionary(static part => part.Rule, static part => part.Points);

    internal static async Task<Award> QuoteAsync(this Shop shop, Basket basket, CustomerId? customer = null) =>
        Assert.IsType<Pipeline.Runtime.Loyalty.QuoteAnswer.Quoted>(
            await shop.Quotes.QuoteAsync(customer ?? Shop.Ann, basket, default)).Quote.Award;

    internal static async Task<(long Issued, long Left, long Purchases)> BudgetAsync(this Shop shop, string campaign)
    {
        var budget = (await shop.CampaignReports.GetAsync(campaign, default))!.Budget!.Value;
        return (budget.Issued, budget.Left, budget.Purchases);
    }
}
