namespace Pipeline.Domain.Tests;

/// <summary>What an account counts for tiers, and that it is what its entries fold to.</summary>
public sealed class TierFoldTests
{
    private static readonly TierPeriod Year = new TierPeriod.CalendarYear();
    private static readonly TierPeriod TwelveMonths = new TierPeriod.Rolling(12);

    [Fact]
    public void A_program_without_tiers_counts_nothing()
    {
        var shop = new Shop();
        shop.Buy("p1", 500);
        Assert.Null(shop.Account.Tiers);
        Assert.Null(shop.Account.LevelAt(LoyaltyProgram.Default, shop.Now));
    }

    [Fact]
    public void Spend_counts_in_its_own_currency_and_net_of_discount()
    {
        var rules = Ladders.Of(TierMeasure.Spend, Year, 0, TierDowngrade.ToQualification, ("A", 0), ("B", 1_000));
        var shop = new Shop(Ladders.Program(rules));
        shop.Buy("p1", Commands.Basket("EUR", 0, ("A", 1, 5_000)));
        shop.Buy("p2", Commands.Basket("GBP", 500, ("A", 1, 1_499)));
        Assert.Equal((999, "A"), (shop.StandingOn("2026-01-02").Progress, shop.LevelOn("2026-01-02")));
        shop.Buy("p3", Commands.Basket("GBP", 0, ("A", 1, 1)));
        Assert.Equal("B", shop.LevelOn("2026-01-02"));
    }

    [Fact]
    public void An_order_counts_until_the_last_of_it_is_returned()
    {
        var rules = Ladders.Of(TierMeasure.Orders, TwelveMonths, 0, TierDowngrade.ToQualification, ("A", 0), ("B", 2));
        var shop = new Shop(Ladders.Program(rules));
        shop.Buy("p1", Commands.Basket("GBP", 0, ("A", 2, 1_000)));
        shop.Buy("p2", 10);
        shop.Buy("free", Commands.Basket("GBP", 1_000, ("A", 1, 1_000)));
        shop.Return("r1", "p1", Commands.Goods(("A", 1)));
        Assert.Equal(2, shop.StandingOn("2026-01-02").Progress);
        shop.Return("r2", "p1", Commands.Goods(("A", 1)));
        Assert.Equal(1, shop.StandingOn("2026-01-02").Progress);
    }

    [Fact]
    public void Parts_of_a_purchase_that_come_back_take_exactly_what_it_counted_for()
    {
        var shop = new Shop(Ladders.Program(Ladders.Points(Year)));
        shop.Buy("p1", Commands.Basket("GBP", 0, ("A", 3, 3_333)));
        for (var i = 0; i < 3; i++)
            shop.Return($"r{i}", "p1", Commands.Goods(("A", 1)));
        Assert.Equal(0, shop.StandingOn("2026-01-02").Progress);
    }

    [Fact]
    public void A_bonus_qualifies_for_nothing_and_is_returned_in_proportion()
    {
        var bought = new Fact.Purchased(
            new PurchaseId("p"), 1, 30, Shop.Start, null,
            new PurchaseTerms(Baskets.Currency("GBP"), null, 0, 0, 0),
            [new PurchaseLine("A", null, null, 3, 500, 1_500, 1_500)],
            [new AwardPart(Earning.BaseRule, 1_500, 10, ""), new AwardPart("double-week", 1_500, 20, "")], null);
        Assert.Equal(10, TierShape.QualifyingPoints(bought));
        var book = new RefundBook(bought.Purchase, [Record("a", 7), Record("b", 14), Record("c", 9)], IsWhole: true);
        Assert.Equal(
            [(2L, false), (5L, false), (3L, true)],
            new[] { "a", "b", "c" }.Select(id => ReturnedShare.Of(book, new RefundId(id), bought))
                .Select(share => (share.QualifyingPoints, share.IsWhole)));

        static RefundRecord Record(string id, long points) =>
            new(new RefundId(id), Shop.Start, Commands.Whole, new RefundOutcome.Applied(points * 50, points, 0));
    }

    [Fact]
    public void Paying_with_points_and_their_expiry_change_no_level()
    {
        var shop = Ladders.Having(Ladders.Points(Year), "2026-03-01 300");
        shop.Hold("h1", 290);
        shop.Capture("h1");
        shop.Now = Ladders.Noon("2027-06-01");
        shop.Expire();
        Assert.Equal(0, shop.Points.Spendable);
        Assert.Equal(("Gold", 300), (shop.LevelOn("2026-12-31"), shop.StandingOn("2026-12-31").Progress));
        Assert.Equal("Gold", shop.LevelOn("2027-12-31"));
    }

    [Fact]
    public void A_purchase_that_arrives_late_counts_in_its_own_year_without_the_history()
    {
        var shop = Ladders.Having(Ladders.Points(Year), "2026-11-01 60", "2027-02-01 50");
        shop.Buy("late", 40, Ladders.Noon("2026-06-01"));
        Assert.Equal(0, shop.HistoriesRead);
        Assert.Equal("Silver", shop.LevelOn("2027-02-01"));
        Assert.Equal("Basic", shop.LevelOn("2028-01-01"));
    }

    [Fact]
    public void A_late_purchase_from_before_a_return_is_folded_where_it_belongs()
    {
        var shop = Ladders.Having(Ladders.Points(Year), "2026-03-01 60", "2026-05-01 -1");
        shop.Buy("late", 50, Ladders.Noon("2026-04-01"));
        Assert.Equal("Silver", shop.LevelOn("2026-12-31"));
        LedgerProof.Check(shop, new Random(1));
    }

    [Fact]
    public void An_earlier_first_purchase_moves_the_years_of_membership()
    {
        var shop = Ladders.Having(Ladders.Points(new TierPeriod.Anniversary()), "2026-05-01 60", "2027-02-01 50");
        Assert.Equal("Silver", shop.LevelOn("2027-02-01"));
        shop.Buy("late", 10, Ladders.Noon("2026-01-15"));
        Assert.Equal("Basic", shop.LevelOn("2027-02-01"));
        LedgerProof.Check(shop, new Random(1));
    }

    [Fact]
    public void Tiers_that_come_with_a_new_program_are_counted_from_the_history_once()
    {
        var shop = new Shop();
        shop.Buy("p1", 90);
        Assert.Null(shop.Account.Tiers);
        shop.Programs = new ProgramHistory([LoyaltyProgram.Default, Ladders.Program(Ladders.Points(Year)) with { Version = 2 }]);
        shop.Buy("p2", 10);
        shop.Buy("p3", 1);
        Assert.Equal(1, shop.HistoriesRead);
        Assert.Equal(("Silver", 101), (shop.LevelOn("2026-01-02"), shop.StandingOn("2026-01-02").Progress));
    }

    [Fact]
    public void Another_shape_is_counted_anew_and_other_thresholds_are_not()
    {
        var shop = Ladders.Having(Ladders.Points(Year), "2026-03-01 60", "2026-03-02 60");
        var program = shop.Programs.Latest.Program;
        var easier = Ladders.Of(
            TierMeasure.EarnedPoints, Year, 10, TierDowngrade.OneLevel, ("Start", 0), ("Half", 60), ("Full", 120));
        shop.Programs = new ProgramHistory([program, program with { Version = 2, Tiers = easier }]);
        shop.Buy("p8", 1);
        Assert.Equal((0, "Full"), (shop.HistoriesRead, shop.LevelOn("2026-03-03")));
        var orders = Ladders.Of(TierMeasure.Orders, TwelveMonths, 0, TierDowngrade.OneLevel, ("Start", 0), ("Often", 4));
        shop.Programs = new ProgramHistory(
            [program, program with { Version = 2, Tiers = easier }, program with { Version = 3, Tiers = orders }]);
        shop.Buy("p9", 1);
        Assert.Equal((1, "Often"), (shop.HistoriesRead, shop.LevelOn("2026-03-03")));
    }

    [Fact]
    public void A_program_that_gives_tiers_up_stops_counting()
    {
        var shop = Ladders.Having(Ladders.Points(Year), "2026-03-01 60");
        shop.Programs = new ProgramHistory([shop.Programs.Latest.Program, LoyaltyProgram.Default with { Version = 2 }]);
        shop.Buy("p2", 1);
        Assert.Null(shop.Account.Tiers);
        LedgerProof.Check(shop, new Random(1));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void However_long_a_customer_buys_what_is_kept_is_bounded(bool rolls)
    {
        var shop = new Shop(Ladders.Program(Ladders.Points(rolls ? TwelveMonths : Year)));
        for (var month = 0; month < 400; month++)
        {
            shop.Now = Shop.Start.AddMonths(month);
            shop.Buy($"p{month}", 10);
            if (month % 3 == 0)
                shop.Return($"r{month}", $"p{month}");
        }

        Assert.InRange(shop.Account.Tiers!.Totals.Length, 1, rolls ? 36 : 13);
        Assert.InRange(shop.Account.Tiers.Peaks.Length, 1, rolls ? 25 : 13);
        LedgerProof.Check(shop, new Random(1));
    }

    [Fact]
    public void Pending_days_of_a_level_stand_in_place_of_the_programs()
    {
        var rules = Ladders.Points(Year);
        rules = rules with
        {
            Levels = rules.Levels.SetItem(1, rules.Levels[1] with { Benefits = new TierBenefits { PendingDays = 2 } }),
        };
        var program = Ladders.Program(rules) with { Earning = EarningRules.Default with { PendingDays = 14 } };
        var shop = Ladders.Having(program, "2026-03-01 100", "2026-03-10 5");
        Assert.Equal(Ladders.Noon("2026-03-15"), Active("p1"));
        Assert.Equal(Ladders.Noon("2026-03-12"), Active("p2"));

        DateTimeOffset Active(string id) => ((Fact.Purchased)shop.Entry(EntryIds.Purchase(id)).Fact).ActiveAt;
    }

    [Fact]
    public void A_level_values_points_as_its_benefits_say_in_a_quote()
    {
        var gbp = Baskets.Currency("GBP");
        var gold = new TierLevel("Gold", 0, new TierBenefits
        {
            Redemption = new Dictionary<Currency, PointValue> { [gbp] = new PointValue(100, 150) },
        });
        var basket = Commands.Basket("GBP", 0, ("A", 1, 10_000));
        Assert.Equal(new RedemptionQuote(1_000, 1_000), Redemption.Quote(LoyaltyProgram.Default, basket, 1_000));
        Assert.Equal(new RedemptionQuote(1_000, 1_500), Redemption.Quote(LoyaltyProgram.Default, basket, 1_000, gold));
        Assert.Equal(1_000, Redemption.ValueOf(LoyaltyProgram.Default, gbp, 1_000));
    }
}
