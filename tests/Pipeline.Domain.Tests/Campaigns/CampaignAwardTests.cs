using static Pipeline.Domain.Tests.Promotions;

namespace Pipeline.Domain.Tests;

public sealed class CampaignAwardTests
{
    private static readonly TierLevel Gold = new("Gold", 1_000, TierBenefits.None with { Multiplier = ExactRate.Of(1.5m) });

    [Fact]
    public void A_multiplier_gives_what_is_above_the_base_points_as_a_part_of_its_own()
    {
        var award = Award(Program(Times("double", 2)), Pounds(1_000));

        Assert.Equal(20, award.Points);
        Assert.Equal(10, award.Part("base").Points);
        var part = award.Part("campaign:double");
        Assert.Equal((1_000, 10), (part.Basis, part.Points));
        Assert.Equal(ExactRate.Of(2), part.Multiplier);
        Assert.Equal("double: 2 x the base points of GBP 10.00", part.Reason);
        Assert.Equal((true, false), (award.Part("base").CountsForTier, part.CountsForTier));
    }

    [Fact]
    public void Fractions_of_all_parts_are_rounded_once_and_what_they_make_together_stands_in_the_base()
    {
        var award = Award(Program(Times("double", 2)), Pounds(1_550));

        Assert.Equal(31, award.Points);
        Assert.Equal((16, -0.5m), (award.Part("base").Points, award.Part("base").Remainder));
        Assert.Equal((15, 0.5m), (award.Part("campaign:double").Points, award.Part("campaign:double").Remainder));
        Assert.Contains("1 of it from fractions of all parts", award.Part("base").Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Rounding.Floor, 30, 0.6)]
    [InlineData(Rounding.HalfUp, 31, -0.4)]
    [InlineData(Rounding.Ceiling, 31, -0.4)]
    public void The_programs_rounding_is_applied_to_the_sum_and_the_remainders_say_what_it_left_off(
        Rounding rounding, long points, double left)
    {
        var program = Program(Times("double", 2)) with { Earning = EarningRules.Default with { Rounding = rounding } };

        var award = Award(program, Pounds(1_530));

        Assert.Equal(points, award.Points);
        Assert.Equal((decimal)left, award.Parts.Sum(static part => part.Remainder));
    }

    [Fact]
    public void A_level_multiplies_base_points_in_a_part_of_its_own_and_campaigns_do_not_multiply_it()
    {
        var award = Award(Program(Times("double", 2)), Pounds(1_000), Newcomer with { Tier = Gold });

        Assert.Equal(
            [("base", 10L), ("tier:Gold", 5L), ("campaign:double", 10L)],
            award.Parts.Select(static part => (part.Rule, part.Points)));
        Assert.False(award.Part("tier:Gold").CountsForTier);
    }

    [Fact]
    public void Points_for_each_full_amount_are_given_as_often_as_it_was_spent()
    {
        var program = Program(Of("cny", new CampaignEffect.EverySpend(Baskets.Currency("CNY"), 30_000, 50)));

        Assert.Equal(
            [(29_999, 0L), (30_000, 50L), (59_999, 50L), (65_000, 100L)],
            new[] { 29_999, 30_000, 59_999, 65_000 }.Select(fen => (
                fen, Award(program, Baskets.Priced("CNY", (1, fen))).Parts.Skip(1).Sum(static part => part.Points))));
        Assert.Single(Award(program, Baskets.Priced("EUR", (1, 65_000))).Parts);
    }

    [Fact]
    public void Of_several_steps_the_highest_that_is_reached_gives_once()
    {
        var steps = new CampaignEffect.SpendSteps(
            Baskets.Currency("CNY"), [new SpendStep(20_000, 20), new SpendStep(50_000, 80)]);
        var program = Program(Of("steps", steps));

        Assert.Single(Award(program, Baskets.Priced("CNY", (1, 19_999))).Parts);
        Assert.Equal(20, Award(program, Baskets.Priced("CNY", (1, 49_999))).Part("campaign:steps").Points);
        var highest = Award(program, Baskets.Priced("CNY", (1, 200_000))).Part("campaign:steps");
        Assert.Equal(80, highest.Points);
        Assert.Equal("steps: 80 points from CNY 500.00 on, CNY 2000.00 were spent", highest.Reason);
    }

    [Fact]
    public void Only_matching_lines_are_multiplied_and_counted_and_carry_the_points_when_they_come_back()
    {
        var program = Program(Times("shoes", 3).When(static when => when with { Categories = SetOf("shoes") }));
        var basket = Baskets.Priced(new Basket(
            Baskets.Currency("GBP"), "web",
            [new BasketLine("a", null, "shoes", 1, 1_000), new BasketLine("b", null, "hats", 1, 1_000)], 0, 0, 0));

        var award = Award(program, basket);

        Assert.Equal(40, award.Points);
        Assert.Equal(1_000, award.Part("campaign:shoes").Basis);
        Assert.Equal([30, 10], award.LinePoints);
        Assert.Equal(3 * award.LineWeights[1], award.LineWeights[0]);
    }

    [Fact]
    public void Nothing_is_given_for_an_order_of_no_value_or_for_lines_that_earn_nothing()
    {
        var program = Program(Gives("hello", 100));
        var excluding = program with
        {
            Earning = EarningRules.Default with { ExcludedSkus = SetOf("cup") },
        };

        Assert.Equal(0, Award(program, Pounds(0)).Points);
        Assert.Equal(0, Award(excluding, Pounds(1_000)).Points);
        Assert.Equal(110, Award(program, Pounds(1_000)).Points);
    }

    [Fact]
    public void A_cap_says_whose_it_is_and_what_it_cut()
    {
        var campaign = Times("double", 2).Capped(static caps => caps with { PerOrder = 50 });

        var part = Award(Program(campaign), Pounds(7_500)).Part("campaign:double");

        Assert.Equal(50, part.Points);
        Assert.Equal(new AwardCap(CapKind.Order, 75, 50), part.Cap);
        Assert.EndsWith(", cut from 75 to 50 by the cap of an order", part.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_customer_had_before_counts_towards_the_caps_and_a_day_has_its_own()
    {
        var campaign = Gives("hello", 100).Capped(static caps => caps with { PerCustomer = 250, PerCustomerDay = 120 });
        var today = DateOnly.FromDateTime(Noon.UtcDateTime).DayNumber;
        var use = CampaignUse.None("hello");

        Assert.Equal(100, Given(use));
        Assert.Equal(20, Given(use.With(100, today)));
        Assert.Equal(100, Given(use.With(100, today - 1)));
        Assert.Equal(50, Given(use.With(100, today - 1).With(100, today - 2)));
        Assert.Equal(0, Given(use.With(250, today - 1)));

        long Given(CampaignUse before) => Award(
            Program(campaign), Pounds(100),
            Newcomer with { Uses = new Dictionary<string, CampaignUse> { ["hello"] = before } }).Part("campaign:hello").Points;
    }

    [Fact]
    public void Of_a_budget_that_is_nearly_used_up_what_is_left_is_given_and_the_award_says_so()
    {
        var program = Program(Gives("hello", 100).Capped(static caps => caps with { Budget = 1_000 }));
        var asked = Assert.IsType<Unknowns.Budgets>(
            Domain.Earning.UnknownOf(program, Pounds(100), Newcomer with { Granted = new Dictionary<string, long>() }));

        var part = Award(program, Pounds(100), Newcomer with { Granted = new Dictionary<string, long> { ["hello"] = 30 } })
            .Part("campaign:hello");

        Assert.Equal(new WantedPoints("hello", 100, 1_000), Assert.Single(asked.Wanted));
        Assert.Equal((30, new AwardCap(CapKind.Budget, 100, 30)), (part.Points, part.Cap));
    }

    [Fact]
    public void Insight_is_asked_for_only_where_all_else_matches()
    {
        var campaign = Gives("back", 10).When(static when => when with
        {
            Stages = SetOf(LifecycleStage.Lapsed),
            Channels = SetOf("app"),
        });
        var onTheWeb = Pounds(100);
        var inTheApp = onTheWeb with { Basket = onTheWeb.Basket with { Channel = "app" } };
        var unknown = Newcomer with { Standing = null };

        Assert.Null(Domain.Earning.UnknownOf(Program(campaign), onTheWeb, unknown));
        Assert.IsType<Unknowns.Standing>(Domain.Earning.UnknownOf(Program(campaign), inTheApp, unknown));
        Assert.Equal(1, Award(Program(campaign), inTheApp, unknown).Points);
        Assert.Equal(11, Award(
            Program(campaign), inTheApp,
            unknown with { Standing = new CampaignStanding(LifecycleStage.Lapsed, null) }).Points);
    }

    [Fact]
    public void First_nth_and_every_nth_orders_and_new_customers_are_counted_with_this_one()
    {
        var first = Gives("first", 1).When(static when => when with { FirstPurchase = true });
        var third = Gives("third", 3).When(static when => when with { Order = 3 });
        var second = Gives("every-second", 2).When(static when => when with { EveryOrders = 2 });
        var fresh = Gives("fresh", 7).When(static when => when with { NewCustomerDays = 30 });
        var program = Program(first, third, second, fresh);
        var day = DateOnly.FromDateTime(Noon.UtcDateTime);

        Assert.Equal(["campaign:first", "campaign:fresh"], Rules(0, null));
        Assert.Equal(["campaign:every-second", "campaign:fresh"], Rules(1, day.AddDays(-29)));
        Assert.Equal(["campaign:third"], Rules(2, day.AddDays(-30)));

        IEnumerable<string> Rules(int before, DateOnly? since) =>
            Award(program, Pounds(100), Newcomer with { OrdersBefore = before, FirstOrder = since })
                .Parts.Skip(1).Select(static part => part.Rule);
    }

    [Fact]
    public void The_month_of_a_birthday_is_the_zones_and_29_February_is_in_February()
    {
        var program = Program(Gives("birthday", 5).When(static when => when with { BirthdayMonth = true })) with
        {
            TimeZone = "Asia/Shanghai",
        };
        var leap = Newcomer with { Birthday = new DateOnly(2000, 2, 29) };

        // 17:00 UTC is 01:00 of the next day in Shanghai.
        Assert.Single(Award(program, Pounds(100), leap with { At = At(2027, 1, 31, 15) }).Parts);
        Assert.Equal(5, Award(program, Pounds(100), leap with { At = At(2027, 1, 31, 17) }).Part("campaign:birthday").Points);
        Assert.Single(Award(program, Pounds(100), leap with { At = At(2027, 2, 28, 17) }).Parts);
        Assert.Single(Award(program, Pounds(100), Newcomer with { At = At(2027, 2, 1, 12) }).Parts);

        static DateTimeOffset At(int year, int month, int day, int hour) => new(year, month, day, hour, 0, 0, TimeSpan.Zero);
    }

    [Fact]
    public void A_minimum_a_currency_and_a_level_have_to_be_met()
    {
        var campaign = Gives("big", 9).When(static when => when with
        {
            MinimumSpend = new Dictionary<Currency, long> { [Baskets.Currency("GBP")] = 5_000 },
            Tiers = SetOf("Gold"),
        });
        var gold = Newcomer with { Tier = new TierLevel("Gold", 0, TierBenefits.None) };

        Assert.Equal(59, Award(Program(campaign), Pounds(5_000), gold).Points);
        Assert.Equal(49, Award(Program(campaign), Pounds(4_999), gold).Points);
        Assert.Equal(50, Award(Program(campaign), Pounds(5_000)).Points);
        Assert.Equal(50, Award(Program(campaign), Baskets.Priced("EUR", (1, 5_000)), gold).Points);
    }

    [Fact]
    public void Rates_of_a_SKU_a_category_and_a_channel_count_in_this_order_before_the_currencys()
    {
        var own = new LineRates(
            Rates("gift", 0), Rates("shoes", 2), Rates("app", 5));
        var program = LoyaltyProgram.Default with { Earning = EarningRules.Default with { Own = own } };
        var lines = new[]
        {
            new BasketLine("gift", null, "shoes", 1, 1_000), new BasketLine("a", null, "shoes", 1, 1_000),
            new BasketLine("b", null, null, 1, 1_000),
        };

        Assert.Equal(
            [("base", 10L), ("base:category:shoes", 20L), ("base:sku:gift", 0L)], Parts("web"));
        Assert.Equal(
            [("base:channel:app", 50L), ("base:category:shoes", 20L), ("base:sku:gift", 0L)], Parts("app"));

        IEnumerable<(string, long)> Parts(string channel) => Award(
            program, Baskets.Priced(new Basket(Baskets.Currency("GBP"), channel, lines, 0, 0, 0)))
            .Parts.Select(static part => (part.Rule, part.Points));

        static Dictionary<string, EarnRates> Rates(string name, decimal rate) => new()
        {
            [name] = new EarnRates(null, new Dictionary<Currency, ExactRate> { [Baskets.Currency("GBP")] = ExactRate.Of(rate) }),
        };
    }

    [Fact]
    public void Shipping_earns_at_the_channels_rate_and_its_part_says_so()
    {
        var everywhere = new EarnRates(ExactRate.Of(2), new Dictionary<Currency, ExactRate>());
        var program = LoyaltyProgram.Default with
        {
            Earning = EarningRules.Default with
            {
                ShippingEarns = true,
                Own = LineRates.None with
                {
                    Skus = new Dictionary<string, EarnRates> { ["a"] = everywhere },
                    Channels = new Dictionary<string, EarnRates> { ["web"] = everywhere },
                },
            },
        };

        var award = Award(program, Baskets.Priced(new Basket(
            Baskets.Currency("GBP"), "web", [new BasketLine("a", null, null, 1, 1_000)], 0, 500, 0)));

        Assert.Equal(
            [
                "2 points per GBP 1.00 on GBP 5.00 with shipping for channel:web",
                "2 points per GBP 1.00 on GBP 10.00 for sku:a",
            ],
            award.Parts.Select(static part => part.Reason));
        Assert.Equal([30], award.LinePoints);
    }

    [Fact]
    public void A_line_that_is_excluded_or_free_makes_no_part_of_nothing_and_what_is_left_out_is_said_once()
    {
        var rates = new EarnRates(ExactRate.Of(2), new Dictionary<Currency, ExactRate>());
        var program = LoyaltyProgram.Default with
        {
            Earning = EarningRules.Default with
            {
                ExcludedCategories = SetOf("gift-card"),
                Own = LineRates.None with { Categories = new Dictionary<string, EarnRates> { ["shoes"] = rates, ["sample"] = rates } },
            },
        };
        BasketLine[] lines = [new("a", null, "gift-card", 1, 500), new("b", null, "shoes", 1, 1_000), new("c", null, "sample", 1, 0)];

        var award = Award(program, Of(lines));

        var part = Assert.Single(award.Parts);
        Assert.Equal(
            ("base:category:shoes", 20L, "2 points per GBP 1.00 on GBP 10.00 (1 line earns nothing) for category:shoes"),
            (part.Rule, part.Points, part.Reason));
        Assert.Equal([0, 20, 0], award.LinePoints);
        Assert.Equal(
            ("base", 0L, "1 point per GBP 1.00 on GBP 0.00 (1 line earns nothing)"),
            Award(program, Of(lines[..1])).Parts.Select(static one => (one.Rule, one.Points, one.Reason)).Single());

        static PricedBasket Of(BasketLine[] lines) => Baskets.Priced(new Basket(Baskets.Currency("GBP"), null, lines, 0, 0, 0));
    }

    [Fact]
    public void A_program_without_any_of_this_awards_the_very_parts_that_it_did_and_explains_them()
    {
        var plain = Domain.Earning.Award(LoyaltyProgram.Default, Pounds(1_530));
        var part = Assert.Single(Award(LoyaltyProgram.Default, Pounds(1_530)).Parts);

        Assert.Equal(Assert.Single(plain.Parts), part);
        Assert.Equal((null, 0m), (part.Multiplier, part.Remainder));
        var explained = Domain.Earning.Explained(LoyaltyProgram.Default, Baskets.Currency("GBP"), part);
        Assert.Equal((ExactRate.Of(1), 0.3m), (explained.Multiplier, explained.Remainder));
    }

    [Fact]
    public void Points_past_64_bits_are_no_award()
    {
        var program = Program(Times("much", 1_000), Times("more", 1_000));

        Assert.Null(Domain.Earning.TryAward(program, Baskets.Priced("JPY", (1, long.MaxValue / 2)), Newcomer));
        Assert.Equal(1_999_000, Award(program, Baskets.Priced("JPY", (1, 1_000))).Points);
    }
}
