using System.Collections.Immutable;
using Pipeline.Domain;
using Pipeline.Runtime.Loyalty;
using Pipeline.Runtime.Tests.Doubles;

namespace Pipeline.Runtime.Tests.Loyalty;

public sealed class ReaderTests
{
    private readonly Shop shop = new();

    [Fact]
    public async Task Nothing_is_known_of_an_unknown_customer()
    {
        Assert.Null(await shop.Reader.GetAsync(Shop.Ann, default));
        Assert.Null(await shop.Reader.BalanceAsync(Shop.Ann, null, null, default));
        Assert.Null(await shop.Reader.LedgerAsync(Shop.Ann, 10, null, default));
        Assert.Null(await shop.Reader.PurchaseAsync(Shop.Ann, new("p1"), default));
        Assert.Null(await shop.Reader.RefundAsync(Shop.Ann, new("r1"), default));
    }

    [Fact]
    public async Task A_profile_makes_a_customer_with_nothing_and_a_purchase_keeps_the_profile()
    {
        var profile = new Profile(
            "Zoë 王", "zoe@example.com", "+44 20", new DateOnly(1990, 2, 28), "zh-CN", "GB",
            ImmutableSortedDictionary<string, string>.Empty.Add("尺码", "L"));

        var (created, isNew) = await shop.Profiles.PutAsync(Shop.Ann, profile, default);
        var (_, isNewAgain) = await shop.Profiles.PutAsync(Shop.Ann, profile, default);
        await shop.BuyAsync("p1", 100);

        Assert.Equal((true, false), (isNew, isNewAgain));
        Assert.Equal(Balance.Zero.Total, created.Balance.Total);
        var view = (await shop.Reader.GetAsync(Shop.Ann, default))!;
        Assert.Equal(profile with { Attributes = view.Profile!.Attributes }, view.Profile);
        Assert.Equal("L", view.Profile.Attributes["尺码"]);
        Assert.Equal(
            new ExpiringPoints(100, new DateTimeOffset(2027, 4, 1, 0, 0, 0, TimeSpan.Zero)),
            Assert.Single(view.Expiring));
        await shop.AssertProvenAsync();
    }

    [Fact]
    public async Task Ledger_pages_of_every_size_give_every_entry_once_the_last_recorded_first()
    {
        for (var i = 0; i < 7; i++)
            await shop.BuyAsync($"p{i}", 10 + i);
        await shop.HoldAsync("h", 5);
        await shop.ReleaseAsync("h");
        string[] expected =
            [
                "release:h", "hold:h", "purchase:p6", "purchase:p5", "purchase:p4", "purchase:p3", "purchase:p2", "purchase:p1",
                "purchase:p0",
            ];

        for (var limit = 1; limit <= 10; limit++)
            Assert.Equal(expected, (await EntriesAsync(limit)).Select(static entry => entry.Id));
    }

    [Fact]
    public async Task Due_expiries_come_first_and_read_the_same_once_they_are_written_down()
    {
        await shop.BuyAsync("p1", 10);
        shop.Time.Advance(TimeSpan.FromDays(62));
        await shop.BuyAsync("p2", 20);
        shop.Time.Advance(TimeSpan.FromDays(465));
        Assert.Equal((0, 0, 0, 0), await shop.PointsAsync());
        var due = await EntriesAsync(limit: 10);

        Assert.Equal(["expire", "expire", "earn", "earn"], due.Select(static entry => entry.Type));
        Assert.Equal([-20, -10, 20, 10], due.Select(static entry => entry.Points));
        for (var limit = 1; limit < 4; limit++)
            Assert.Equal(due.Select(static entry => entry.Id), (await EntriesAsync(limit)).Select(static entry => entry.Id));

        await shop.NightAsync(new DateOnly(2027, 8, 1));
        Assert.Equal(due.Select(static entry => entry.Id), (await EntriesAsync(10)).Select(static entry => entry.Id));
        await shop.AssertProvenAsync();
    }

    [Theory]
    [InlineData("")]
    [InlineData("!")]
    [InlineData("ZA")]
    [InlineData("ZQ")]
    [InlineData("ZC0x")]
    [InlineData("eHh4")]
    [InlineData("ZW5vYm9keQ")]
    public async Task A_cursor_that_was_never_given_out_is_refused(string cursor)
    {
        await shop.BuyAsync("p1", 10);

        await Assert.ThrowsAsync<InvalidCursorException>(async () =>
            await shop.Reader.LedgerAsync(Shop.Ann, 10, cursor, default));
    }

    [Fact]
    public async Task A_balance_can_be_had_as_of_an_instant_as_it_was_known_at_another()
    {
        await shop.BuyAsync("p1", 100);
        shop.Time.Advance(TimeSpan.FromDays(10));
        await shop.BuyAsync("late", 7, at: Shop.Opening.AddDays(1));
        await shop.HoldAsync("h", 30);
        shop.Time.Advance(TimeSpan.FromMinutes(1));
        await shop.CaptureAsync("h");

        Assert.Equal((77, 0), await AtAsync(null, null));
        Assert.Equal((77, 0), await AtAsync(shop.Now, null));
        Assert.Equal((77, 30), await AtAsync(Shop.Opening.AddDays(10), null));
        Assert.Equal((107, 0), await AtAsync(Shop.Opening.AddDays(5), null));
        Assert.Equal((100, 0), await AtAsync(Shop.Opening.AddDays(5), Shop.Opening.AddDays(5)));
        Assert.Equal((100, 0), await AtAsync(null, Shop.Opening.AddDays(10).AddMilliseconds(-1)));
        Assert.Equal((0, 0), await AtAsync(Shop.Opening.AddMilliseconds(-1), null));
        Assert.Equal((0, 0), await AtAsync(Shop.Opening.AddYears(3), null));

        async Task<(long Spendable, long Held)> AtAsync(DateTimeOffset? asOf, DateTimeOffset? knownAt)
        {
            var balance = (await shop.Reader.BalanceAsync(Shop.Ann, asOf, knownAt, default))!;
            Assert.Equal(balance.Spendable + balance.Pending + balance.Held, balance.Lots.Sum(static lot => lot.Points));
            return (balance.Spendable, balance.Held);
        }
    }

    [Fact]
    public async Task A_quote_says_what_the_purchase_will_earn()
    {
        var basket = new Basket(
            Shop.Cups(1).Currency, "web",
            [new BasketLine("a", null, null, 3, 333), new BasketLine("b", null, "x", 1, 5_001)], 777, 400, 99);

        var quoted = Assert.IsType<QuoteAnswer.Quoted>(await shop.Quotes.QuoteAsync(Shop.Ann, basket, default)).Quote;
        Assert.Empty(shop.Stored());
        await shop.Intake.AcceptAsync(Shop.Ann, new("p1"), basket, null, shop.Now, null, default);
        await shop.WorkAsync();

        var awarded = (await shop.Reader.PurchaseAsync(Shop.Ann, new("p1"), default))!.Purchase;
        Assert.Equal(quoted.Award.Points, awarded.Points);
        Assert.Equal(quoted.Award.Parts, awarded.Awards.ToArray());
        Assert.Equal(0, quoted.Redemption.MaxPoints);
        var next = Assert.IsType<QuoteAnswer.Quoted>(await shop.Quotes.QuoteAsync(Shop.Ann, basket, default)).Quote;
        Assert.Equal((awarded.Points, awarded.Points), (next.Redemption.MaxPoints, next.Redemption.Value));
    }

    [Fact]
    public async Task A_quote_is_refused_for_what_the_purchase_would_be()
    {
        Assert.Equal(
            new QuoteAnswer.Refused(IntakeProblem.DiscountAboveGoods),
            await shop.Quotes.QuoteAsync(Shop.Ann, Shop.Cups(1) with { Discount = 101 }, default));
    }

    private async Task<List<Entry>> EntriesAsync(int limit)
    {
        var entries = new List<Entry>();
        string? cursor = null;
        do
        {
            var page = (await shop.Reader.LedgerAsync(Shop.Ann, limit, cursor, default))!;
            Assert.InRange(page.Entries.Length, 1, limit);
            entries.AddRange(page.Entries);
            cursor = page.Cursor;
        }
        while (cursor is not null);
        return entries;
    }
}
