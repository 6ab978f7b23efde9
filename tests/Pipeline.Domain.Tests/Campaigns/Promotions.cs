using System.Collections.Frozen;
using System.Text;

namespace Pipeline.Domain.Tests;

/// <summary>Campaigns and purchases in one line.</summary>
internal static class Promotions
{
    internal static readonly DateTimeOffset Noon = new(2026, 3, 4, 12, 0, 0, TimeSpan.Zero);

    internal static readonly EarningContext Newcomer = EarningContext.NewCustomer(Noon);

    internal static Campaign Of(string id, CampaignEffect effect) => new(
        id, id, effect, CampaignConditions.None, CampaignWindow.Always, CampaignCaps.None, CampaignStacking.Alone);

    internal static Campaign Times(string id, decimal factor) =>
        Of(id, new CampaignEffect.Multiplier(ExactRate.Of(factor)));

    internal static Campaign Gives(string id, long points) => Of(id, new CampaignEffect.Bonus(points));

    internal static Campaign In(this Campaign campaign, string group, StackingMode mode, int priority = 0) =>
        campaign with { Stacking = new CampaignStacking(group, mode, priority) };

    internal static Campaign When(this Campaign campaign, Func<CampaignConditions, CampaignConditions> when) =>
        campaign with { When = when(campaign.When) };

    internal static Campaign Capped(this Campaign campaign, Func<CampaignCaps, CampaignCaps> caps) =>
        campaign with { Caps = caps(campaign.Caps) };

    internal static LoyaltyProgram Program(params Campaign[] campaigns) =>
        LoyaltyProgram.Default with { Campaigns = [.. campaigns] };

    internal static FrozenSet<T> SetOf<T>(params T[] items) => items.ToFrozenSet();

    /// <summary>One line in pounds.</summary>
    internal static PricedBasket Pounds(long pence, string? category = null, string sku = "cup") => Baskets.Priced(
        new Basket(Baskets.Currency("GBP"), "web", [new BasketLine(sku, null, category, 1, pence)], 0, 0, 0));

    internal static Award Award(LoyaltyProgram program, PricedBasket basket, EarningContext? context = null) =>
        Domain.Earning.Award(program, basket, context ?? Newcomer);

    internal static AwardPart Part(this Award award, string rule) => Assert.Single(award.Parts, part => part.Rule == rule);

    internal static ProgramParse Parse(string campaigns) => ProgramDocument.Parse(Encoding.UTF8.GetBytes(
        $$"""{ "version": 2, "name": "Shop", "timeZone": "Europe/London", "campaigns": {{campaigns}} }"""));
}
