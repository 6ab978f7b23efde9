using System.Collections.Frozen;
using System.Collections.Immutable;
using Pipeline.Domain;
using Pipeline.Runtime.Loyalty;
using Pipeline.Runtime.Tests.Doubles;
using Xunit.Abstractions;

namespace Pipeline.Runtime.Tests.Campaigns;

public sealed class QuoteTests(ITestOutputHelper output)
{
    private const int Programs = 100;
    private const int BasketsEach = 100;

    /// <summary>10,000 baskets: random programs, customers with a past and a level, each quoted and then bought.</summary>
    [Fact]
    public async Task A_quote_is_the_award_part_for_part_on_ten_thousand_random_baskets()
    {
        const int Seed = 31415;
        output.WriteLine($"seed {Seed}");
        var random = new Random(Seed);
        var (withCampaigns, capped, ofLevels, forLevels) = (0, 0, 0, 0);
        for (var program = 0; program < Programs; program++)
        {
            var shop = new Shop(RandomProgram(random));
            for (var i = 0; i < BasketsEach; i++)
            {
                var customer = new CustomerId($"c{random.Next(6)}");
                if (random.Next(20) == 0)
                    await shop.Profiles.PutAsync(customer, Born(random), default);
                shop.Time.Advance(TimeSpan.FromMinutes(random.Next(1, 2_000)));
                var basket = RandomBasket(random);
                var quoted = Assert.IsType<QuoteAnswer.Quoted>(await shop.Quotes.QuoteAsync(customer, basket, default)).Quote.Award;

                await shop.Coordinator.DecideAsync(customer, Commands.Buy(shop, $"p{i}", basket), default);

                var bought = (await shop.Reader.PurchaseAsync(customer, new($"p{i}"), default))!.Purchase;
                Assert.True(
                    quoted.Points == bought.Points && quoted.Parts.SequenceEqual(bought.Awards),
                    $"program {program}, basket {i}: {string.Join(" | ", quoted.Parts)} — {string.Join(" | ", bought.Awards)}");
                withCampaigns += quoted.Parts.Any(static part => part.Campaign is not null) ? 1 : 0;
                capped += quoted.Parts.Any(static part => part.Cap is not null) ? 1 : 0;
                ofLevels += quoted.Parts.Any(static part => part.Rule.StartsWith("tier:", StringComparison.Ordinal)) ? 1 : 0;
                forLevels += quoted.Parts.Any(part => IsForLevels(shop, part)) ? 1 : 0;
            }

            await shop.AssertProvenAsync();
        }

        output.WriteLine(
            $"{withCampaigns} awards with campaigns, {capped} with a cap, {ofLevels} with a level's factor, {forLevels} of campaigns for levels");
        Assert.InRange(withCampaigns, 5_000, 10_000);
        Assert.InRange(capped, 1_000, 10_000);
        Assert.InRange(ofLevels, 2_000, 10_000);
        Assert.InRange(forLevels, 300, 10_000);
    }

    private static LoyaltyProgram RandomProgram(Random random) => LoyaltyProgram.Default with
    {
        TimeZone = Pick(random, "UTC", "Asia/Shanghai", "Europe/London"),
        Earning = EarningRules.Default with
        {
            Rounding = Pick(random, Enum.GetValues<Rounding>()),
            ShippingEarns = random.Next(2) == 0,
            Own = random.Next(2) == 0 ? LineRates.None : LineRates.None with
            {
                Categories = new Dictionary<string, EarnRates>
                {
                    ["shoes"] = new(ExactRate.Of(random.Next(0, 300) / 100m), FrozenDictionary<Currency, ExactRate>.Empty),
                },
            },
        },
        Campaigns = [.. Enumerable.Range(0, random.Next(1, 9)).Select(i => RandomCampaign(random, $"c{i}"))],
        Tiers = random.Next(4) == 0 ? null : RandomTiers(random),
    };

    private static TierRules RandomTiers(Random random)
    {
        var measure = Pick(random, Enum.GetValues<TierMeasure>());
        var unit = measure switch { TierMeasure.Orders => 1, TierMeasure.EarnedPoints => 100, _ => 10_000 };
        var silver = random.Next(1, 5);
        return new TierRules(
            measure, measure == TierMeasure.Spend ? Pounds : null,
            Pick<TierPeriod>(random, new TierPeriod.CalendarYear(), new TierPeriod.Anniversary(), new TierPeriod.Rolling(random.Next(1, 4))),
            Pick(random, Enum.GetValues<TierDowngrade>()), random.Next(0, 40),
            [
                new TierLevel("Basic", 0, TierBenefits.None), Level("Silver", silver * unit),
                Level("Gold", (silver + random.Next(1, 10)) * unit),
            ]);

        TierLevel Level(string name, long threshold) => new(name, threshold, TierBenefits.None with
        {
            Multiplier = ExactRate.Of(random.Next(0, 300) / 100m),
            PendingDays = random.Next(3) == 0 ? random.Next(0, 10) : null,
        });
    }

    private static bool IsForLevels(Shop shop, AwardPart part) =>
        shop.Programs.Programs.Latest.Program.Campaigns.Any(one => one.Id == part.Campaign && one.When.Tiers.Count > 0);

    private static Campaign RandomCampaign(Random random, string id)
    {
        CampaignEffect effect = random.Next(4) switch
        {
            0 => new CampaignEffect.Multiplier(ExactRate.Of(random.Next(100, 400) / 100m)),
            1 => new CampaignEffect.Bonus(random.Next(1, 200)),
            2 => new CampaignEffect.EverySpend(Pounds, random.Next(1, 100) * 100, random.Next(1, 50)),
            _ => new CampaignEffect.SpendSteps(Pounds, [new SpendStep(1_000, 5), new SpendStep(random.Next(2_000, 20_000), 50)]),
        };
        var mode = Pick(random, StackingMode.Additive, StackingMode.BestOf, StackingMode.Exclusive);
        return new Campaign(
            id, id, effect, RandomConditions(random), RandomWindow(random),
            new CampaignCaps(Some(random, 100), Some(random, 500), Some(random, 150), Some(random, 3_000)),
            effect is CampaignEffect.Multiplier && random.Next(2) == 0
                ? new CampaignStacking("times", StackingMode.Multiplicative, 0)
                : random.Next(2) == 0 ? CampaignStacking.Alone
                : new CampaignStacking($"{mode}", mode, random.Next(3)));
    }

    private static CampaignConditions RandomConditions(Random random) => random.Next(8) switch
    {
        6 => CampaignConditions.None with { Tiers = Promotions.SetOf(Pick(random, "Basic", "Silver", "Gold"), "Gold") },
        0 => CampaignConditions.None with { Categories = Promotions.SetOf("shoes") },
        1 => CampaignConditions.None with { FirstPurchase = true },
        2 => CampaignConditions.None with { EveryOrders = random.Next(1, 5) },
        3 => CampaignConditions.None with { BirthdayMonth = true },
        4 => CampaignConditions.None with { NewCustomerDays = random.Next(1, 30) },
        5 => CampaignConditions.None with { Channels = Promotions.SetOf("web") },
        _ => CampaignConditions.None,
    };

    private static CampaignWindow RandomWindow(Random random) => random.Next(3) switch
    {
        0 => CampaignWindow.Always with { DaysOfWeek = Promotions.SetOf(Pick(random, Enum.GetValues<DayOfWeek>())) },
        1 => CampaignWindow.Always with { Hours = new DailyHours(new(random.Next(24), 0), new(random.Next(24), 30)) },
        _ => CampaignWindow.Always,
    };

    private static Basket RandomBasket(Random random)
    {
        var lines = Enumerable.Range(0, random.Next(1, 5)).Select(i => new BasketLine(
            $"s{random.Next(5)}", null, Pick(random, "shoes", "hats", null), random.Next(1, 4), random.Next(0, 6_000)));
        var basket = new Basket(Pounds, Pick(random, "web", "app"), [.. lines], 0, random.Next(500), 0);
        return basket with { Discount = random.NextInt64(0, 1 + basket.Lines.Sum(static line => line.Quantity * line.UnitPrice)) };
    }

    private static Profile Born(Random random) => new(
        null, null, null, new DateOnly(1980, random.Next(1, 13), 1), null, null, ImmutableSortedDictionary<string, string>.Empty);

    private static Currency Pounds => Shop.Cups(1).Currency;

    private static long? Some(Random random, int most) => random.Next(3) == 0 ? random.Next(1, most) : null;

    private static T Pick<T>(Random random, params T[] items) => items[random.Next(items.Length)];
}
