using System.Globalization;
using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Pipeline.Local.Tests.Hosting;

namespace Pipeline.Local.Tests.Scenarios;

/// <summary>One line of a receipt.</summary>
internal readonly record struct Item(string Sku, string Category, int Quantity, long UnitPrice);

/// <summary>
/// A sample program on the real server, whose clock a story sets: who does what on which day, told in the times of the shop.
/// </summary>
internal sealed class Story : IAsyncDisposable
{
    private readonly TempFolder folder;
    private readonly ManualTime time;
    private readonly LocalShop shop;
    private readonly TimeZoneInfo zone;
    private readonly string currency;

    private Story(TempFolder folder, ManualTime time, LocalShop shop, TimeZoneInfo zone, string currency) =>
        (this.folder, this.time, this.shop, this.zone, this.currency) = (folder, time, shop, zone, currency);

    /// <param name="begins">A time of the shop, as <c>2026-10-08 10:00</c>.</param>
    public static async Task<Story> BeginAsync(string program, string zoneId, string currency, string begins)
    {
        var folder = new TempFolder();
        var zone = TimeZoneInfo.FindSystemTimeZoneById(zoneId);
        var time = new ManualTime(Instant(zone, begins));
        return new Story(folder, time, await LocalShop.StartAsync(folder.Data, time: time, program: Sample(program)), zone, currency);
    }

    public Story At(string wall)
    {
        time.Set(Instant(zone, wall));
        return this;
    }

    public async Task JoinsAsync(string who, string? birthday = null) =>
        await WellAsync(await shop.Client.PutAsJsonAsync($"/v1/customers/{who}", new { name = who, birthday }));

    public async Task BringsAsync(string referrer, string referee)
    {
        var made = await shop.Client.PostAsync($"/v1/customers/{referrer}/referral-code", null);
        var code = (await made.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString();
        await WellAsync(await shop.PostAsync("/v1/referrals", new { refereeCustomerId = referee, code }));
    }

    /// <summary>What the purchase gives, by rule. The quote of the moment before has to say the very same.</summary>
    public async Task<string> BuysAsync(string who, string purchase, params Item[] items)
    {
        var quote = await (await shop.PostAsync("/v1/quotes", Basket(who, null, items))).Content.ReadFromJsonAsync<JsonElement>();
        await WellAsync(await shop.PostAsync("/v1/purchases", Basket(who, purchase, items)));
        var bought = await shop.UntilAsync($"/v1/customers/{who}/purchases/{purchase}");
        Assert.Equal(quote.GetProperty("earn").GetProperty("lines").GetRawText(), bought.GetProperty("awards").GetRawText());
        return string.Join(" + ", bought.GetProperty("awards").EnumerateArray().Select(Told)) + $" = {bought.GetProperty("points")}";
    }

    /// <summary>The points that go back.</summary>
    public async Task<long> ReturnsAsync(string who, string refund, string purchase, string sku, int quantity)
    {
        var returned = new
        {
            refundId = refund,
            purchaseId = purchase,
            customerId = who,
            occurredAt = time.GetUtcNow(),
            lines = new[] { new { sku, quantity } },
        };
        await WellAsync(await shop.PostAsync("/v1/refunds", returned));
        return (await shop.UntilAsync($"/v1/customers/{who}/refunds/{refund}")).GetProperty("points").GetInt64();
    }

    public async Task HasCodesAsync(string reward, params string[] codes) =>
        await WellAsync(await shop.PostAsync($"/v1/rewards/{reward}/codes", new { codes }));

    /// <summary>Reserved and issued; the issued redemption.</summary>
    public async Task<JsonElement> RedeemsAsync(string who, string redemption, string reward, long? points = null)
    {
        var path = $"/v1/customers/{who}/redemptions";
        await WellAsync(await shop.PostAsync(path, new { redemptionId = redemption, rewardId = reward, points }));
        var issued = await WellAsync(await shop.Client.PostAsync($"{path}/{redemption}/issue", null));
        return await issued.Content.ReadFromJsonAsync<JsonElement>();
    }

    /// <summary>The night of the day that the clock shows.</summary>
    public async Task NightAsync()
    {
        var slot = TimeZoneInfo.ConvertTime(time.GetUtcNow(), zone).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        using var run = new HttpRequestMessage(HttpMethod.Post, "/v1/runs")
        {
            Content = JsonContent.Create(new { kind = "nightly", slot }),
            Headers = { { "Idempotency-Key", slot } },
        };
        await WellAsync(await shop.Client.SendAsync(run));
        await shop.UntilAsync($"/v1/runs/nightly:{slot}", static json => json.GetProperty("status").GetString() == "done");
    }

    public async Task<long> SpendableAsync(string who) => await BalanceAsync(who, "spendable");

    public async Task<long> PendingAsync(string who) => await BalanceAsync(who, "pending");

    /// <summary>The level, when it is lost where nothing is bought, and the one after it.</summary>
    public async Task<string> LevelAsync(string who)
    {
        var tier = (await shop.GetAsync($"/v1/customers/{who}")).GetProperty("tier");
        return tier.GetProperty("until").ValueKind == JsonValueKind.Null
            ? $"{tier.GetProperty("name")}"
            : $"{tier.GetProperty("name")}, {tier.GetProperty("after")} on {tier.GetProperty("until")}";
    }

    /// <summary>What counts towards a level in the running period.</summary>
    public async Task<long> CountedAsync(string who) =>
        (await shop.GetAsync($"/v1/customers/{who}")).GetProperty("tier").GetProperty("progress").GetInt64();

    /// <summary>The entries that are not of purchases, as <c>birthday 200</c>, the first first.</summary>
    public async Task<string[]> GivenAsync(string who) =>
        [.. (await shop.GetAsync($"/v1/customers/{who}/ledger?limit=200")).GetProperty("entries").EnumerateArray().Reverse()
            .Where(static entry => entry.GetProperty("type").GetString() == "grant")
            .Select(static entry => $"{entry.GetProperty("awards")[0].GetProperty("rule")} {entry.GetProperty("points")}")];

    public async Task AssertProvenAsync(string who) =>
        Assert.True((await shop.GetAsync($"/v1/customers/{who}/proof")).GetProperty("valid").GetBoolean());

    public async ValueTask DisposeAsync()
    {
        await shop.DisposeAsync();
        folder.Dispose();
    }

    private static async Task<HttpResponseMessage> WellAsync(HttpResponseMessage answer)
    {
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return answer;
    }

    private async Task<long> BalanceAsync(string who, string name) =>
        (await shop.GetAsync($"/v1/customers/{who}/balance")).GetProperty(name).GetInt64();

    private object Basket(string who, string? purchase, Item[] items) => new
    {
        purchaseId = purchase,
        customerId = who,
        occurredAt = time.GetUtcNow(),
        currency,
        lines = items.Select(static item => new { item.Sku, item.Category, item.Quantity, item.UnitPrice }),
    };

    private static string Told(JsonElement award) =>
        $"{award.GetProperty("points")} {award.GetProperty("rule").GetString()!.Replace("campaign:", "", StringComparison.Ordinal)}";

    private static DateTimeOffset Instant(TimeZoneInfo zone, string wall)
    {
        var local = DateTime.ParseExact(wall, "yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
        return new DateTimeOffset(local, zone.GetUtcOffset(local));
    }

    private static string Sample(string file, [CallerFilePath] string here = "") =>
        Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "..", "samples", "programs", file);
}
