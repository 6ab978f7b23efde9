using System.Text;
using Pipeline.Domain;
using Pipeline.Runtime.Rewards;
using Pipeline.Runtime.Tests.Doubles;

namespace Pipeline.Runtime.Tests.Rewards;

/// <summary>A shop with a catalogue, whose customer has 1,000 points.</summary>
internal static class RewardShop
{
    private const string Catalogue = """
        { "version": 1, "name": "n", "timeZone": "UTC",
          "tiers": { "measure": "earnedPoints", "period": { "rule": "calendarYear" },
            "levels": [ { "name": "silver", "threshold": 0 }, { "name": "gold", "threshold": 2000 } ] },
          "rewards": [
          { "id": "mug", "name": "A mug", "kind": "gift", "points": 100, "stock": 3,
            "partMoney": { "minPoints": 40, "currency": "GBP", "points": 10, "minorUnits": 99 } },
          { "id": "off", "name": "GBP 5 off", "kind": "discount", "points": 100, "validDays": 7,
            "value": { "currency": "GBP", "minorUnits": 500 } },
          { "id": "film", "name": "A film", "kind": "voucher", "points": 100, "code": "pool", "pool": "cinema" },
          { "id": "gala", "name": "A gala", "kind": "voucher", "points": 200, "code": "pool", "pool": "cinema", "stock": 2 },
          { "id": "once", "name": "Once", "kind": "gift", "points": 10, "perCustomer": 1 },
          { "id": "gold", "name": "Gold", "kind": "gift", "points": 10, "tiers": ["gold"] },
          { "id": "present", "name": "A present", "kind": "gift", "points": 0, "stock": 1 } ] }
        """;

    public static LoyaltyProgram Program { get; } = ProgramDocument.Parse(Encoding.UTF8.GetBytes(Catalogue)).Program!;

    public static async Task<Shop> OpenAsync(params string[] codes)
    {
        var shop = new Shop(Program);
        await FillAsync(shop, codes);
        return shop;
    }

    public static async Task FillAsync(Shop shop, params string[] codes)
    {
        await shop.BuyAsync("p1", 1_000);
        if (codes.Length > 0)
            await shop.Rewards.AddCodesAsync(new RewardId("film"), codes, default);
    }

    public static RewardRedemption Done(RedemptionAnswer answer, bool replayed = false)
    {
        var done = Assert.IsType<RedemptionAnswer.Done>(answer);
        Assert.Equal(replayed, done.Replayed);
        return done.Redemption;
    }

    public static void Refused(RewardProblem problem, RedemptionAnswer answer) =>
        Assert.Equal(new RedemptionAnswer.Refused(problem), answer);

    public static void NotPossible(RedemptionProblem problem, RedemptionAnswer answer) =>
        Assert.Equal(new RedemptionAnswer.NotPossible(problem), answer);
}
