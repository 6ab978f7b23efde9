using System.Text.Json;
using Pipeline.Domain;
using Pipeline.Runtime.Contracts;
using Pipeline.Runtime.Http;
using Pipeline.Runtime.Insight;
using Pipeline.Runtime.Loyalty;
using Pipeline.Runtime.Loyalty.Storage;
using Pipeline.Runtime.Tests.Doubles;

namespace Pipeline.Runtime.Tests.Tiers;

/// <summary>The level as it is kept with the account, shown, and used.</summary>
public sealed class TierTests
{
    private readonly Shop shop = new(Programs.WithTiers());

    [Fact]
    public async Task What_is_counted_survives_its_storage_and_verify_folds_the_same()
    {
        foreach (var rules in new[] { Programs.Calendar, Programs.Rolling, Programs.Membership })
        {
            var other = new Shop(Programs.WithTiers(rules));
            await other.BuyAsync("p1", 120);
            other.Time.Advance(TimeSpan.FromDays(40));
            await other.BuyAsync("p2", 200);
            other.Time.Advance(TimeSpan.FromDays(40));
            await other.RefundAsync("r1", "p1", 5_000);
            await other.AssertProvenAsync();
            var (account, _) = LedgerMapping.ReadAccount((await other.Memory.ReadAsync(Shop.Account(), default))!.Body);
            Assert.Equal(rules.Shape, account.Tiers!.Shape);
            Assert.NotEmpty(account.Tiers.Peaks);
            Assert.Equal("Gold", account.LevelAt(other.Programs.Current, other.Now)!.Name);
        }
    }

    [Fact]
    public async Task Verify_names_a_count_that_was_tampered_with()
    {
        await shop.BuyAsync("p1", 120);
        await shop.TamperAsync(Shop.Account(), static text => text.Replace("\"v\":[120]", "\"v\":[999]", StringComparison.Ordinal));
        Assert.Equal("account", (await shop.Audit.RunAsync(null, default)).Failure!.Invariant);
        await shop.ResealAsync();
        Assert.Equal("fold", (await shop.Audit.RunAsync(null, default)).Failure!.Invariant);
    }

    [Fact]
    public async Task A_purchase_with_tiers_is_still_one_read_and_one_commit()
    {
        await shop.BuyAsync("p1", 10);
        await shop.AcceptAsync("p2", 10);
        shop.Tap.Listen();
        await shop.WorkAsync();
        Assert.Equal(["read account", "commit 2", "settle"], shop.Tap.Requests);
    }

    [Fact]
    public async Task An_account_of_two_years_of_monthly_purchases_in_a_rolling_window_is_at_most_two_kilobytes()
    {
        var old = new Shop(Programs.WithTiers(Programs.Rolling) with
        {
            Expiry = new ExpiryRule.RollingMonths(36, ExpiryAlignment.MonthEnd),
        });
        for (var month = 0; month < 24; month++)
        {
            old.Time.Advance(TimeSpan.FromDays(30));
            await old.BuyAsync($"53636{month:D2}", 1_234 + month);
        }

        var stored = await old.StoredAsync(Shop.Account());
        Assert.Contains("\"ti\":{\"s\":\"p/r12\"", stored, StringComparison.Ordinal);
        Assert.InRange(stored.Length, 1_000, 2_048);
    }

    [Fact]
    public async Task A_customer_shows_level_progress_and_what_is_missing()
    {
        await shop.BuyAsync("p1", 120);
        shop.Time.Advance(TimeSpan.FromDays(1));
        var tier = await ShownAsync();
        Assert.Equal(
            ("Silver", "2026-03-01", "2028-01-01", "Basic", "earnedPoints", 120),
            (tier.GetProperty("name").GetString(), tier.GetProperty("since").GetString(), tier.GetProperty("until").GetString(),
                tier.GetProperty("after").GetString(), tier.GetProperty("measure").GetString(), tier.GetProperty("progress").GetInt64()));
        Assert.Equal(
            """{"name":"Gold","missing":180,"from":null,"by":"2026-12-31"}""", tier.GetProperty("next").GetRawText());
        Assert.Equal(
            """{"name":"Silver","missing":100,"from":"2027-01-01","by":"2027-12-31"}""", tier.GetProperty("keep").GetRawText());
        var benefits = tier.GetProperty("benefits");
        Assert.Equal((1.25m, true), (benefits.GetProperty("multiplier").GetDecimal(), benefits.GetProperty("freeShipping").GetBoolean()));
        Assert.Equal("yes", benefits.GetProperty("attributes").GetProperty("lounge").GetString());
    }

    [Fact]
    public async Task Without_tiers_a_customer_shows_none()
    {
        var plain = new Shop();
        await plain.BuyAsync("p1", 120);
        Assert.Null((await plain.Reader.GetAsync(Shop.Ann, default))!.Tier);
    }

    [Fact]
    public async Task An_account_from_before_the_tiers_shows_the_level_of_its_history()
    {
        await shop.BuyAsync("p1", 120);
        await shop.TamperAsync(Shop.Account(), static text => text[..text.IndexOf(",\"ti\":", StringComparison.Ordinal)]
            + text[text.LastIndexOf(",\"s\":", StringComparison.Ordinal)..]);
        await shop.ResealAsync();
        Assert.Equal("Silver", (await shop.Reader.GetAsync(Shop.Ann, default))!.Tier!.Level.Name);
        await shop.AssertProvenAsync();
        shop.Time.Advance(TimeSpan.FromDays(1));
        await shop.BuyAsync("p2", 180);
        Assert.Equal("Gold", (await shop.Reader.GetAsync(Shop.Ann, default))!.Tier!.Level.Name);
        await shop.AssertProvenAsync();
    }

    [Fact]
    public async Task A_quote_pays_with_the_levels_value_of_points()
    {
        await shop.BuyAsync("p1", 50);
        Assert.Equal(new RedemptionQuote(50, 50), await QuotedAsync());
        await shop.BuyAsync("p2", 70);
        Assert.Equal(new RedemptionQuote(120, 180), await QuotedAsync());

        async Task<RedemptionQuote> QuotedAsync() => Assert.IsType<QuoteAnswer.Quoted>(
            await shop.Quotes.QuoteAsync(Shop.Ann, Shop.Cups(1_000), default)).Quote.Redemption;
    }

    [Fact]
    public async Task Feedback_and_its_reports_know_the_level()
    {
        await shop.BuyAsync("p1", 120);
        var standings = new InsightStandings(shop.Tap, shop.Programs, shop.Time);
        Assert.Equal("Silver", (await standings.OfAsync(Shop.Ann, default)).Tier);
        Assert.Equal(Standing.NoTier, (await standings.OfAsync(new CustomerId("nobody"), default)).Tier);
        var plain = new Shop();
        await plain.BuyAsync("p1", 120);
        plain.Tap.Listen();
        Assert.Equal(Standing.NoTier, (await new InsightStandings(plain.Tap, plain.Programs, plain.Time).OfAsync(Shop.Ann, default)).Tier);
        Assert.Equal(["read insight"], plain.Tap.Requests);
    }

    private async Task<JsonElement> ShownAsync()
    {
        var view = (await shop.Reader.GetAsync(Shop.Ann, default))!;
        return JsonDocument.Parse(JsonAnswer.Bytes(view, CustomerJson.Customer)).RootElement.GetProperty("tier").Clone();
    }
}
