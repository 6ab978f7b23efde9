using System.Collections.Frozen;

namespace Pipeline.Domain.Tests;

public sealed class ReferralTests
{
    private static readonly DateTimeOffset Made = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly ZoneCalendar London = new("Europe/London");

    private static Currency Pounds => Currency.TryParse("GBP", out var pounds) ? pounds : throw new InvalidOperationException();

    private static ReferralRule Rule => new(
        500, 250, new Dictionary<Currency, long> { [Pounds] = 2_000 }.ToFrozenDictionary(),
        KeptDays: 14, ValidDays: 30, MaxPerReferrer: null, CodeLength: 8);

    [Fact]
    public void Without_a_purchase_it_waits_until_the_time_to_buy_is_over_and_is_refused_then()
    {
        var end = new DateTimeOffset(2026, 3, 31, 23, 0, 0, TimeSpan.Zero); // the start of 1 April in London

        Assert.Equal(new ReferralStep.Wait(end), Decide(null, end.AddMilliseconds(-1)));
        Assert.Equal(new ReferralStep.Refuse(ReferralRefusal.NotBought), Decide(null, end));
        Assert.Equal(new ReferralStep.Refuse(ReferralRefusal.NotBought), Decide(Bought(end, 5_000), end.AddDays(30)));
    }

    [Fact]
    public void A_purchase_that_is_kept_for_its_days_is_rewarded_and_not_before()
    {
        var bought = Bought(new DateTimeOffset(2026, 3, 5, 9, 0, 0, TimeSpan.Zero), 2_000);
        var kept = new DateTimeOffset(2026, 3, 20, 0, 0, 0, TimeSpan.Zero);

        Assert.Equal(new ReferralStep.Wait(kept), Decide(bought, kept.AddMilliseconds(-1)));
        Assert.Equal(new ReferralStep.Reward(), Decide(bought, kept));
    }

    [Fact]
    public void Who_bought_on_a_day_before_the_referral_was_a_customer_already_and_on_its_day_was_not()
    {
        var midnight = new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

        Assert.Equal(
            new ReferralStep.Refuse(ReferralRefusal.BoughtBefore),
            Decide(Bought(midnight.AddMilliseconds(-1), 5_000), Made.AddDays(20)));
        Assert.Equal(new ReferralStep.Reward(), Decide(Bought(midnight, 5_000), Made.AddDays(20)));
    }

    [Theory]
    [InlineData(1_999, 0, false, ReferralRefusal.BelowMinimum)]
    [InlineData(3_000, 1_001, false, ReferralRefusal.BelowMinimum)]
    [InlineData(3_000, 3_000, true, ReferralRefusal.Returned)]
    public void What_is_kept_of_the_purchase_counts(long net, long returned, bool isWhole, ReferralRefusal why) =>
        Assert.Equal(
            new ReferralStep.Refuse(why),
            Decide(new FirstPurchase(Made, Pounds, net, returned, isWhole), Made.AddDays(1)));

    [Fact]
    public void A_currency_without_a_minimum_has_none()
    {
        Assert.True(Currency.TryParse("EUR", out var euros));

        Assert.IsType<ReferralStep.Reward>(Decide(new FirstPurchase(Made, euros, 1, 0, false), Made.AddDays(20)));
    }

    [Theory]
    [InlineData("ann@shop.example", "Ann@SHOP.example", true)]
    [InlineData("ann@shop.example", "ann+second@shop.example", true)]
    [InlineData("ann@shop.example", "anna@shop.example", false)]
    [InlineData("ann@shop.example", null, false)]
    [InlineData(null, null, false)]
    public void One_mailbox_is_one_person(string? one, string? other, bool isSame) =>
        Assert.Equal(isSame, SamePerson.ByEmail(one, other));

    [Theory]
    [InlineData("+44 20 7946 0000", "020 7946-0000", true)]
    [InlineData("+44 20 7946 0000", "0044 (20) 79460000", true)]
    [InlineData("+86 138 0013 8000", "13800138000", true)]
    [InlineData("+44 20 7946 0000", "+44 20 7946 0001", false)]
    [InlineData("110", "110", false)] // too short to be anybody's own
    [InlineData(null, "020 7946 0000", false)]
    public void One_telephone_is_one_person_with_or_without_the_country_s_code(string? one, string? other, bool isSame)
    {
        Assert.Equal(isSame, SamePerson.ByPhone(one, other));
        Assert.Equal(isSame, SamePerson.ByPhone(other, one));
    }

    [Fact]
    public void A_code_is_the_customer_s_own_and_reads_back_as_it_is_typed()
    {
        var codes = new HashSet<string>();
        for (var i = 0; i < 10_000; i++)
        {
            var code = ReferralCodes.Of(new CustomerId($"c{i}"), 0, 8);
            Assert.Equal(8, code.Length);
            Assert.Equal(code, ReferralCodes.Read($" {code[..4].ToLowerInvariant()}-{code[4..].Replace('0', 'O').Replace('1', 'l')}"));
            codes.Add(code);
        }

        Assert.Equal(10_000, codes.Count);
        Assert.Equal(ReferralCodes.Of(new CustomerId("ann"), 0, 16), ReferralCodes.Of(new CustomerId("ann"), 0, 16));
        Assert.NotEqual(ReferralCodes.Of(new CustomerId("ann"), 0, 8), ReferralCodes.Of(new CustomerId("ann"), 1, 8));
    }

    [Fact]
    public void Every_letter_occurs_at_every_place_of_a_code()
    {
        for (var place = 0; place < 16; place++)
            Assert.Equal(
                32, Enumerable.Range(0, 2_000).Select(i => ReferralCodes.Of(new CustomerId($"c{i}"), 0, 16)[place]).Distinct().Count());
    }

    [Theory]
    [InlineData("")]
    [InlineData("ABCDE")]
    [InlineData("ABCDEFGHJKMNPQRST")]
    [InlineData("ABCDEFU0")]
    [InlineData("ABCDEF!")]
    public void What_cannot_be_a_code_is_none(string typed) => Assert.Null(ReferralCodes.Read(typed));

    private static ReferralStep Decide(FirstPurchase? first, DateTimeOffset now) =>
        ReferralDecider.Decide(Rule, London, Made, first, now);

    private static FirstPurchase Bought(DateTimeOffset at, long net) => new(at, Pounds, net, 0, false);
}
