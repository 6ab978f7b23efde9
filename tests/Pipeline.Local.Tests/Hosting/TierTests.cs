using System.Net.Http.Json;
using System.Text.Json;

namespace Pipeline.Local.Tests.Hosting;

/// <summary>A year and more of a customer of a shop with three levels, through the API and the nights of the real host.</summary>
public sealed class TierTests : IDisposable
{
    private const string Program = """
        {
          "version": 2, "name": "Three levels", "timeZone": "Europe/Paris",
          "tiers": {
            "measure": "spend", "currency": "EUR", "period": { "rule": "calendarYear" }, "graceDays": 31,
            "levels": [
              { "name": "Member", "threshold": 0 },
              { "name": "Silver", "threshold": 50000, "benefits": { "freeShipping": true } },
              { "name": "Gold", "threshold": 150000, "benefits": { "redemption": { "EUR": { "points": 100, "minorUnits": 200 } } } }
            ]
          },
          "notices": { "tierWillDrop": { "daysBefore": 30 } }
        }
        """;

    private readonly TempFolder folder = new();
    private readonly ManualTime time = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_customer_climbs_pays_with_points_and_comes_down_a_year_later()
    {
        Directory.CreateDirectory(folder.Data);
        var file = Path.Combine(folder.Data, "program.json");
        await File.WriteAllTextAsync(file, Program);
        await using var shop = await LocalShop.StartAsync(folder.Data, time: time, program: file);

        await BuyAsync(shop, "p-1", 49_999);
        Assert.Equal(("Member", 1), await LevelAsync(shop));
        await BuyAsync(shop, "p-2", 1);
        Assert.Equal(("Silver", 100_000), await LevelAsync(shop));
        await BuyAsync(shop, "p-3", 100_000);
        Assert.Equal(("Gold", null), await LevelAsync(shop));

        // A point is worth two cents to Gold, and paying with all of them takes no level.
        var quote = await (await shop.PostAsync("/v1/quotes", Basket("q", 500_000))).Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(
            (1_499, 2_998),
            (quote.GetProperty("redeem").GetProperty("maxPoints").GetInt64(), quote.GetProperty("redeem").GetProperty("value").GetInt64()));
        (await shop.PostAsync("/v1/customers/ada/holds", new { holdId = "h-1", points = 1_499 })).EnsureSuccessStatusCode();
        (await shop.Client.PostAsync("/v1/customers/ada/holds/h-1/capture", null)).EnsureSuccessStatusCode();
        Assert.Equal(("Gold", null), await LevelAsync(shop));

        // Nothing is bought in 2027: January 2028 is the grace.
        time.Set(new DateTimeOffset(2028, 1, 31, 22, 0, 0, TimeSpan.Zero));
        await NightAsync(shop, "2028-01-31");
        var last = (await shop.GetAsync("/v1/customers/ada")).GetProperty("tier");
        Assert.Equal(
            ("Gold", "2028-02-01", "Member"),
            (last.GetProperty("name").GetString(), last.GetProperty("until").GetString(), last.GetProperty("after").GetString()));
        time.Set(new DateTimeOffset(2028, 1, 31, 23, 30, 0, TimeSpan.Zero)); // 1 February in Paris
        await NightAsync(shop, "2028-02-01");
        var tier = (await shop.GetAsync("/v1/customers/ada")).GetProperty("tier");
        Assert.Equal(("Member", "2028-02-01"), (tier.GetProperty("name").GetString(), tier.GetProperty("since").GetString()));
    }

    private static async Task<(string? Level, long? Missing)> LevelAsync(LocalShop shop)
    {
        var tier = (await shop.GetAsync("/v1/customers/ada")).GetProperty("tier");
        var next = tier.GetProperty("next");
        return (
            tier.GetProperty("name").GetString(),
            next.ValueKind == JsonValueKind.Null ? null : next.GetProperty("missing").GetInt64());
    }

    private async Task BuyAsync(LocalShop shop, string id, long cents)
    {
        (await shop.PostAsync("/v1/purchases", Basket(id, cents))).EnsureSuccessStatusCode();
        await shop.UntilAsync($"/v1/customers/ada/purchases/{id}");
        time.Advance(TimeSpan.FromMinutes(1));
    }

    private object Basket(string id, long cents) => new
    {
        purchaseId = id,
        customerId = "ada",
        occurredAt = time.GetUtcNow(),
        currency = "EUR",
        lines = new[] { new { sku = "coat", quantity = 1, unitPrice = cents } },
    };

    private static async Task NightAsync(LocalShop shop, string slot)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/runs")
        {
            Content = JsonContent.Create(new { kind = "nightly", slot }),
        };
        request.Headers.Add("Idempotency-Key", slot);
        (await shop.Client.SendAsync(request)).EnsureSuccessStatusCode();
        await shop.UntilAsync("/v1/runs", runs => runs.GetProperty("runs").EnumerateArray().Any(run =>
            run.GetProperty("slot").GetString() == slot && run.GetProperty("status").GetString() == "done"));
    }
}
