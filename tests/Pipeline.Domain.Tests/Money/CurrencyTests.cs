namespace Pipeline.Domain.Tests;

public sealed class CurrencyTests
{
    [Theory]
    [InlineData("JPY", 0)]
    [InlineData("VND", 0)]
    [InlineData("GBP", 2)]
    [InlineData("XCG", 2)]
    [InlineData("XOF", 0)]
    [InlineData("KWD", 3)]
    [InlineData("CLF", 4)]
    public void A_currency_has_the_exponent_of_iso_4217(string code, int exponent)
    {
        Assert.True(Currency.TryParse(code, out var currency));
        Assert.Equal(code, currency.Code);
        Assert.Equal(exponent, currency.Exponent);
    }

    [Theory]
    [InlineData("XAU")]
    [InlineData("XTS")]
    [InlineData("XXX")]
    [InlineData("XDR")]
    [InlineData("HRK")]
    [InlineData("DEM")]
    [InlineData("ZZZ")]
    [InlineData("gbp")]
    [InlineData("GB")]
    [InlineData("GBPX")]
    [InlineData("")]
    [InlineData(null)]
    public void A_metal_a_test_code_a_withdrawn_code_or_no_code_is_not_a_currency(string? code) =>
        Assert.False(Currency.TryParse(code, out _));

    [Theory]
    [InlineData("GBP", true)]
    [InlineData("ZZZ", true)]
    [InlineData("gbp", false)]
    [InlineData("ÄBC", false)]
    [InlineData("GB", false)]
    [InlineData("GBPX", false)]
    [InlineData(null, false)]
    public void The_form_of_a_currency_is_three_capitals(string? code, bool isForm) =>
        Assert.Equal(isForm, Currency.IsForm(code));

    [Fact]
    public void The_list_holds_every_currency_once_in_the_order_of_codes()
    {
        Assert.Equal(164, Currency.All.Count);
        Assert.Equal(Currency.All.Select(c => c.Code).Distinct().Order(StringComparer.Ordinal), Currency.All.Select(c => c.Code));
        Assert.All(Currency.All, currency => Assert.True(
            Currency.IsForm(currency.Code) && Currency.TryParse(currency.Code, out var same) && same == currency));
        Assert.Equal(17, Currency.All.Count(c => c.Exponent == 0));
        Assert.Equal(7, Currency.All.Count(c => c.Exponent == 3));
        Assert.Equal(2, Currency.All.Count(c => c.Exponent == 4));
    }

    [Fact]
    public void A_default_currency_fails_loudly()
    {
        Assert.Throws<InvalidOperationException>(() => default(Currency).Code);
        Assert.Throws<InvalidOperationException>(() => default(Currency).Exponent);
        Assert.Throws<InvalidOperationException>(() => default(Currency).ToString());
    }

    [Theory]
    [InlineData("GBP", 1530, "GBP 15.30")]
    [InlineData("GBP", 5, "GBP 0.05")]
    [InlineData("GBP", -5, "GBP -0.05")]
    [InlineData("JPY", 1530, "JPY 1530")]
    [InlineData("KWD", 1530, "KWD 1.530")]
    [InlineData("CLF", 1, "CLF 0.0001")]
    [InlineData("GBP", long.MinValue, "GBP -92233720368547758.08")]
    [InlineData("GBP", long.MaxValue, "GBP 92233720368547758.07")]
    public void An_amount_is_shown_with_the_decimals_of_its_currency(string code, long minorUnits, string shown)
    {
        Assert.True(Currency.TryParse(code, out var currency));
        Assert.Equal(shown, currency.Format(minorUnits));
    }
}
