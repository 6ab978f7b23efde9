using System.Collections.Frozen;
using FsCheck.Fluent;

namespace Pipeline.Domain.Tests;

public sealed class EarningTests
{
    private static readonly LoyaltyProgram Default = LoyaltyProgram.Default;

    [Fact]
    public void The_default_program_earns_a_point_a_major_unit_and_says_how()
    {
        var award = Domain.Earning.Award(Default, Baskets.Priced("GBP", (6, 255)));
        Assert.Equal(15, award.Points);
        Assert.Equal(1, award.ProgramVersion);
        Assert.Equal([15], award.LinePoints);
        Assert.Equal([new AwardPart("base", 1530, 15, "1 point per GBP 1.00 on GBP 15.30, rounded down")], award.Parts);
    }

    [Theory]
    [InlineData("JPY", 1530, 1530, "1 point per JPY 1 on JPY 1530")]
    [InlineData("KWD", 1530, 1, "1 point per KWD 1.000 on KWD 1.530, rounded down")]
    [InlineData("CLF", 15300, 1, "1 point per CLF 1.0000 on CLF 1.5300, rounded down")]
    [InlineData("GBP", 99, 0, "1 point per GBP 1.00 on GBP 0.99, rounded down")]
    [InlineData("GBP", 0, 0, "1 point per GBP 1.00 on GBP 0.00")]
    public void A_major_unit_has_the_minor_units_of_its_currency(string currency, long amount, long points, string reason)
    {
        var award = Domain.Earning.Award(Default, Baskets.Priced(currency, (1, amount)));
        Assert.Equal(points, award.Points);
        Assert.Equal(reason, Assert.Single(award.Parts).Reason);
    }

    [Theory]
    [InlineData(Rounding.Floor, 1450, 14)]
    [InlineData(Rounding.HalfUp, 1450, 15)]
    [InlineData(Rounding.HalfUp, 1449, 14)]
    [InlineData(Rounding.HalfEven, 1450, 14)]
    [InlineData(Rounding.HalfEven, 1550, 16)]
    [InlineData(Rounding.HalfEven, 1451, 15)]
    [InlineData(Rounding.Ceiling, 1401, 15)]
    [InlineData(Rounding.Ceiling, 1400, 14)]
    public void A_fraction_of_a_point_is_rounded_as_the_program_says(Rounding rounding, long amount, long points) =>
        Assert.Equal(points, Domain.Earning.Award(With(rounding), Baskets.Priced("GBP", (1, amount))).Points);

    [Fact]
    public void Points_are_rounded_once_over_the_whole_purchase_and_not_a_line()
    {
        var award = Domain.Earning.Award(Default, Baskets.Priced("GBP", (1, 150), (1, 150), (1, 170)));
        Assert.Equal(4, award.Points);
        Assert.Equal([1, 1, 2], award.LinePoints);
    }

    [Fact]
    public void Excluded_skus_and_categories_earn_nothing_and_other_lines_get_all_points()
    {
        var program = Default with
        {
            Earning = Default.Earning with
            {
                ExcludedSkus = new[] { "GIFT" }.ToFrozenSet(),
                ExcludedCategories = new[] { "tobacco" }.ToFrozenSet(),
            },
        };
        var gbp = Baskets.Currency("GBP");
        var award = Domain.Earning.Award(program, Baskets.Priced(new Basket(
            gbp, null,
            [
                new BasketLine("GIFT", null, "cards", 1, 2500),
                new BasketLine("CUP", null, "home", 2, 499),
                new BasketLine("CIGAR", null, "tobacco", 1, 1000),
                new BasketLine("gift", null, null, 1, 200),
            ],
            0, 0, 0)));
        Assert.Equal(11, award.Points);
        Assert.Equal([0, 9, 0, 2], award.LinePoints);
        Assert.Equal(
            "1 point per GBP 1.00 on GBP 11.98 (2 lines earn nothing), rounded down", Assert.Single(award.Parts).Reason);
    }

    [Fact]
    public void Shipping_and_tax_earn_only_where_the_program_says_so()
    {
        var basket = Baskets.Priced(Baskets.Of("GBP", 0, 300, 200, (1, 1000)));
        Assert.Equal(10, Domain.Earning.Award(Default, basket).Points);
        var both = Default with { Earning = Default.Earning with { ShippingEarns = true, TaxEarns = true } };
        var award = Domain.Earning.Award(both, basket);
        Assert.Equal(15, award.Points);
        Assert.Equal([15], award.LinePoints);
        Assert.Equal("1 point per GBP 1.00 on GBP 15.00 with shipping and tax", Assert.Single(award.Parts).Reason);
    }

    [Fact]
    public void Where_no_line_earns_the_points_of_shipping_follow_the_lines_nets()
    {
        var program = Default with
        {
            Earning = Default.Earning with
            {
                ShippingEarns = true,
                ExcludedSkus = new[] { "sku-1", "sku-2" }.ToFrozenSet(),
            },
        };
        var award = Domain.Earning.Award(program, Baskets.Priced(Baskets.Of("GBP", 0, 400, 0, (1, 100), (1, 300))));
        Assert.Equal([1, 3], award.LinePoints);
    }

    [Fact]
    public void A_currency_without_a_rate_is_not_accepted()
    {
        var gbp = Baskets.Currency("GBP");
        var onlyGbp = new Dictionary<Currency, ExactRate> { [gbp] = ExactRate.Of(1.5m) };
        var program = Default with { Earning = Default.Earning with { Rates = new EarnRates(null, onlyGbp) } };
        Assert.True(Domain.Earning.Accepts(program, gbp));
        Assert.False(Domain.Earning.Accepts(program, Baskets.Currency("EUR")));
        Assert.Throws<ArgumentException>(() => Domain.Earning.Award(program, Baskets.Priced("EUR", (1, 100))));
        Assert.Equal(
            "1.5 points per GBP 1.00 on GBP 2.50, rounded down",
            Domain.Earning.Award(program, Baskets.Priced("GBP", (1, 250))).Parts[0].Reason);
        Assert.All(Currency.All, currency => Assert.True(Domain.Earning.Accepts(Default, currency)));
    }

    [Fact]
    public void Points_past_64_bits_are_told_and_not_wrapped()
    {
        var program = At(1_000_000m);
        var basket = Baskets.Priced("JPY", (1, long.MaxValue));
        Assert.Null(Domain.Earning.TryAward(program, basket));
        Assert.Throws<OverflowException>(() => Domain.Earning.Award(program, basket));
        Assert.Equal(long.MaxValue, Domain.Earning.Award(Default, basket).Points);
    }

    [Fact]
    public void A_purchase_without_lines_or_value_earns_zero_points_and_says_why()
    {
        var award = Domain.Earning.Award(Default, Baskets.Priced("GBP"));
        Assert.Equal(0, award.Points);
        Assert.Empty(award.LinePoints);
        Assert.Single(award.Parts);
    }

    [Fact]
    public void Line_points_add_up_to_the_award_and_rounding_moves_it_by_less_than_a_point() =>
        Proving.ForAll(
            from count in Gen.Choose(1, 6)
            from prices in Gen.ArrayOf(Proving.Between(0, 10_000_000_000), count)
            from rounding in Gen.Elements(Enum.GetValues<Rounding>())
            from currency in Gen.Elements(Currency.All.ToArray())
            from millionths in Proving.Between(0, 20_000_000)
            select (prices, rounding, currency, rate: ExactRate.OfMillionths(millionths)),
            static given =>
            {
                var basket = Baskets.Priced(given.currency.Code, [.. given.prices.Select(static price => (1L, price))]);
                var program = At(given.rate.Millionths / 1_000_000m, given.rounding);
                var award = Domain.Earning.Award(program, basket);
                var exact = (decimal)basket.Net / given.currency.MinorUnitsPerMajor * given.rate.Millionths / 1_000_000m;
                var expected = given.rounding switch
                {
                    Rounding.Floor => decimal.Floor(exact),
                    Rounding.Ceiling => decimal.Ceiling(exact),
                    Rounding.HalfUp => decimal.Round(exact, MidpointRounding.AwayFromZero),
                    _ => decimal.Round(exact, MidpointRounding.ToEven),
                };
                return award.LinePoints.Sum() == award.Points && award.Points == expected;
            });

    [Fact]
    public void Twice_the_basket_earns_twice_the_points_but_for_one_rounding() =>
        Proving.ForAll(
            from price in Proving.Between(0, 1_000_000_000_000)
            from rounding in Gen.Elements(Enum.GetValues<Rounding>())
            select (price, rounding),
            static given =>
            {
                var once = Domain.Earning.Award(With(given.rounding), Baskets.Priced("GBP", (1, given.price))).Points;
                var twice = Domain.Earning.Award(With(given.rounding), Baskets.Priced("GBP", (2, given.price))).Points;
                return Math.Abs(twice - (2 * once)) <= 1;
            });

    private static LoyaltyProgram With(Rounding rounding) =>
        Default with { Earning = Default.Earning with { Rounding = rounding } };

    private static LoyaltyProgram At(decimal rate, Rounding rounding = Rounding.Floor) =>
        Default with
        {
            Earning = Default.Earning with
            {
                Rounding = rounding,
                Rates = new EarnRates(ExactRate.Of(rate), FrozenDictionary<Currency, ExactRate>.Empty),
            },
        };
}
