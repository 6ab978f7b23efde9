namespace Pipeline.Domain.Tests;

public sealed class ProgramHistoryTests
{
    private static readonly LoyaltyProgram One = Rate(1, 1);
    private static readonly LoyaltyProgram Two = Rate(2, 2);
    private static readonly LoyaltyProgram Three = Rate(3, 3);

    [Fact]
    public void A_version_holds_from_its_date_until_a_later_one_follows()
    {
        var history = new ProgramHistory(
            (ProgramVersion[])[new(One, DateTimeOffset.MinValue), new(Three, Shop.Day(20)), new(Two, Shop.Day(10))]);

        Assert.Equal([1, 1, 2, 2, 3], Days(history, 0, 9, 10, 19, 20));
        Assert.Equal(Shop.Day(10), history.EffectiveUntil(history.Versions[0]));
        Assert.Equal(Shop.Day(20), history.EffectiveUntil(history.Versions[1]));
        Assert.Null(history.EffectiveUntil(history.Latest));
    }

    [Fact]
    public void A_version_that_a_later_one_overtakes_never_holds()
    {
        var history = new ProgramHistory((ProgramVersion[])[new(One, Shop.Day(0)), new(Two, Shop.Day(30)), new(Three, Shop.Day(10))]);

        Assert.Equal([1, 3, 3, 3], Days(history, 9, 10, 30, 40));
        Assert.True(history.EffectiveUntil(history.Versions[1]) <= history.Versions[1].EffectiveFrom);
    }

    [Fact]
    public void The_first_version_holds_since_ever()
    {
        var history = new ProgramHistory([new ProgramVersion(Two, Shop.Day(10))]);

        Assert.Same(Two, history.InEffectAt(DateTimeOffset.MinValue));
    }

    [Fact]
    public void A_purchase_is_awarded_by_the_version_in_effect_when_it_counts()
    {
        var shop = new Shop { Programs = Change(Shop.Day(10)), Now = Shop.Day(12) };

        shop.Buy("late", 100, Shop.Day(9));
        shop.Buy("new", 100, Shop.Day(10));
        shop.Now = Shop.Day(9);
        shop.Buy("ahead", 100, Shop.Day(11));

        Assert.Equal([(1, 100L), (2, 200L), (1, 100L)], Awarded(shop, "late", "new", "ahead"));
    }

    [Fact]
    public void Refund_of_a_purchase_under_an_old_program_version_uses_that_version()
    {
        var within = Two with { Refund = new RefundRules(RefundPolicy.WithinBalance, 0) };
        var shop = new Shop
        {
            Programs = new ProgramHistory((ProgramVersion[])[new(One, DateTimeOffset.MinValue), new(within, Shop.Day(10))]),
            Now = Shop.Day(1),
        };
        shop.Buy("p1", 100);
        shop.Hold("h1", 100);
        shop.Capture("h1");

        shop.Now = Shop.Day(20);
        shop.Return("r1", "p1", Commands.Amount(5_000));

        Assert.Equal(new RefundOutcome.Applied(5_000, 50, 0), shop.Outcome("p1", "r1"));
        Assert.Equal((0, 0, 0, 50), shop.Points);
    }

    /// <summary>
    /// Under version 1, Gold had twice the base points and shoes three times theirs. 30 pounds of shoes and 70 of hats by a Gold
    /// customer: 100 base, 100 of the level, 60 of the campaign, which are all of the shoes. Version 2 has neither.
    /// </summary>
    [Theory]
    [InlineData("shoes", 30 + 30 + 60)]
    [InlineData("hats", 70 + 70)]
    public void Refund_of_a_line_takes_back_what_the_level_and_the_campaign_of_its_version_gave_that_line(string sku, long points)
    {
        var shop = new Shop
        {
            Programs = new ProgramHistory((ProgramVersion[])[new(Generous(), DateTimeOffset.MinValue), new(Two, Shop.Day(10))]),
            Now = Shop.Day(1),
        };
        shop.Buy("before", 300); // brings Gold
        shop.Now = Shop.Day(2);
        shop.Buy("p1", OfTwoKinds());
        shop.Now = Shop.Day(20);
        shop.Buy("after", OfTwoKinds());

        shop.Return("r1", "p1", Commands.Goods((sku, 1)));
        shop.Return("r2", "after", Commands.Goods((sku, 1)));

        Assert.Equal([(1, 260L), (2, 200L)], Awarded(shop, "p1", "after"));
        Assert.Equal(points, Assert.IsType<RefundOutcome.Applied>(shop.Outcome("p1", "r1")).Points);
        Assert.Equal(sku == "shoes" ? 60 : 140, Assert.IsType<RefundOutcome.Applied>(shop.Outcome("after", "r2")).Points);
    }

    [Fact]
    public void A_hold_is_limited_by_the_version_in_effect_when_it_is_placed()
    {
        var strict = Two with { Holds = One.Holds with { PointsMax = 10 } };
        var shop = new Shop
        {
            Programs = new ProgramHistory((ProgramVersion[])[new(One, DateTimeOffset.MinValue), new(strict, Shop.Day(10))]),
            Now = Shop.Day(1),
        };
        shop.Buy("p1", 100);

        Assert.IsType<Decision.Accepted>(shop.Hold("h1", 20));
        shop.Now = Shop.Day(10);
        Assert.Equal(Reason.HoldAboveLimit, Commands.Refused(shop.Hold("h2", 20)));
    }

    private static LoyaltyProgram Generous() => One with
    {
        Tiers = Ladders.Points(new TierPeriod.CalendarYear()) with
        {
            Levels = [new TierLevel("Basic", 0, TierBenefits.None), new TierLevel("Gold", 300, TierBenefits.None with { Multiplier = ExactRate.Of(2) })],
        },
        Campaigns = [Promotions.Times("shoes", 3).When(static when => when with { Categories = Promotions.SetOf("shoes") })],
    };

    private static PricedBasket OfTwoKinds() => Baskets.Priced(new Basket(
        Baskets.Currency("GBP"), "web",
        [new BasketLine("shoes", null, "shoes", 1, 3_000), new BasketLine("hats", null, "hats", 1, 7_000)], 0, 0, 0));

    private static ProgramHistory Change(DateTimeOffset at) => new((ProgramVersion[])[new(One, DateTimeOffset.MinValue), new(Two, at)]);

    private static LoyaltyProgram Rate(int version, int points) => LoyaltyProgram.Default with
    {
        Version = version,
        Earning = EarningRules.Default with
        {
            Rates = new EarnRates(ExactRate.Of(points), EarningRules.Default.Rates.ByCurrency),
        },
    };

    private static IEnumerable<int> Days(ProgramHistory history, params int[] days) =>
        days.Select(day => history.InEffectAt(Shop.Day(day)).Version);

    private static IEnumerable<(int, long)> Awarded(Shop shop, params string[] purchases) => purchases
        .Select(id => (Fact.Purchased)shop.Entry(EntryIds.Purchase(id)).Fact)
        .Select(static bought => (bought.ProgramVersion, bought.Points));
}
