using System.Collections.Frozen;
using FsCheck.Fluent;

namespace Pipeline.Domain.Tests;

public sealed class RedemptionTests
{
    private static readonly LoyaltyProgram Default = LoyaltyProgram.Default;

    [Theory]
    [InlineData("GBP", 1530, 5000, 1530, 1530)]
    [InlineData("GBP", 1530, 700, 700, 700)]
    [InlineData("KWD", 1530, 5000, 153, 1530)]
    [InlineData("KWD", 1535, 5000, 153, 1530)]
    [InlineData("JPY", 1530, 250_000, 153_000, 1530)]
    [InlineData("JPY", 1530, 250, 200, 2)]
    [InlineData("JPY", 1530, 99, 0, 0)]
    [InlineData("CLF", 1530, 99, 15, 1500)]
    [InlineData("GBP", 1530, 0, 0, 0)]
    [InlineData("GBP", 1530, -5, 0, 0)]
    [InlineData("GBP", 0, 5000, 0, 0)]
    public void By_default_a_hundred_points_pay_one_major_unit(
        string currency, long amount, long spendable, long points, long value) =>
        Assert.Equal(
            new RedemptionQuote(points, value),
            Redemption.Quote(Default, Baskets.Priced(currency, (1, amount)), spendable));

    [Theory]
    [InlineData(3000, 9950, 3000, 1500)]
    [InlineData(3000, 2999, 2900, 1450)]
    [InlineData(400, 9950, 0, 0)]
    [InlineData(3000, 499, 0, 0)]
    public void A_quote_keeps_the_share_the_minimum_and_the_step(long amount, long spendable, long points, long value) =>
        Assert.Equal(
            new RedemptionQuote(points, value),
            Redemption.Quote(HalfInSteps(), Baskets.Priced("EUR", (1, amount)), spendable));

    [Fact]
    public void Points_pay_for_shipping_and_tax_too() =>
        Assert.Equal(
            new RedemptionQuote(1450, 1450),
            Redemption.Quote(Default, Baskets.Priced(Baskets.Of("GBP", 50, 300, 200, (1, 1000))), 5000));

    [Fact]
    public void A_quote_is_not_above_what_one_hold_may_have() =>
        Assert.Equal(
            new RedemptionQuote(40, 40),
            Redemption.Quote(Default with { Holds = new HoldLimits(40, 1, 60) }, Baskets.Priced("GBP", (1, 1000)), 5000));

    [Fact]
    public void Points_pay_nothing_in_a_currency_without_a_value()
    {
        Assert.Equal(
            new RedemptionQuote(0, 0), Redemption.Quote(HalfInSteps(), Baskets.Priced("GBP", (1, 1000)), 5000));
        Assert.Equal(0, Redemption.ValueOf(HalfInSteps(), Baskets.Currency("GBP"), 5000));
        Assert.Equal(2500, Redemption.ValueOf(HalfInSteps(), Baskets.Currency("EUR"), 5001));
    }

    [Theory]
    [InlineData(499, 0, 60, HoldProblem.BelowMinimum)]
    [InlineData(0, 0, 60, HoldProblem.BelowMinimum)]
    [InlineData(550, 0, 60, HoldProblem.NotAStep)]
    [InlineData(50_100, 0, 60, HoldProblem.AboveHoldLimit)]
    [InlineData(500, 3, 60, HoldProblem.TooManyOpenHolds)]
    [InlineData(500, 2, 1801, HoldProblem.LastsTooLong)]
    [InlineData(500, 2, 1800, null)]
    public void A_hold_keeps_the_limits_of_the_program(long points, int open, long seconds, HoldProblem? problem) =>
        Assert.Equal(problem, Redemption.CheckHold(HalfInSteps(), points, open, seconds));

    [Fact]
    public void A_quote_can_be_held_and_its_value_is_exact_and_within_the_share() =>
        Proving.ForAll(
            from amount in Proving.Between(0, 1_000_000_000_000)
            from spendable in Proving.Amounts
            from currency in Gen.Elements(Currency.All.ToArray())
            from value in from points in Gen.Choose(1, 400) from units in Gen.Choose(1, 400) select (points, units)
            from minimum in Gen.Choose(1, 500)
            from step in Gen.Choose(1, 120)
            from share in Proving.Between(0, ExactRate.One)
            select (amount, spendable, currency, value, minimum, step, share),
            static given =>
            {
                var values = new Dictionary<Currency, PointValue> { [given.currency] = new(given.value.points, given.value.units) };
                var program = Default with
                {
                    Redemption = new RedemptionRules(
                        new PointValues(null, values), given.minimum, given.step, ExactRate.OfMillionths(given.share)),
                };
                var quote = Redemption.Quote(program, Baskets.Priced(given.currency.Code, (1, given.amount)), given.spendable);
                return quote.MaxPoints == 0
                    ? quote.Value == 0
                    : quote.MaxPoints <= given.spendable
                        && (Int128)quote.Value * given.value.points == (Int128)quote.MaxPoints * given.value.units
                        && (Int128)quote.Value * ExactRate.One <= (Int128)given.amount * given.share
                        && Redemption.CheckHold(program, quote.MaxPoints, 0) is null;
            });

    private static LoyaltyProgram HalfInSteps() => Default with
    {
        Redemption = new RedemptionRules(
            new PointValues(
                null,
                new Dictionary<Currency, PointValue> { [Baskets.Currency("EUR")] = new(100, 50) }.ToFrozenDictionary()),
            500, 100, ExactRate.Of(0.5m)),
        Holds = new HoldLimits(50_000, 3, 1800),
    };
}
