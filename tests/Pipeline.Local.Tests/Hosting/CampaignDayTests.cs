using System.Globalization;
using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Pipeline.Local.Tests.Hosting;

public sealed class CampaignDayTests : IAsyncLifetime
{
    private readonly TempFolder folder = new();
    private LocalShop shop = null!;

    public async Task InitializeAsync()
    {
        var noon = DateTimeOffset.Parse("2026-11-11T12:00:00+08:00", CultureInfo.InvariantCulture);
        shop = await LocalShop.StartAsync(folder.Data, time: new ManualTime(noon), program: folder.File("program.json", OfTheGuide()));
    }

    public async Task DisposeAsync()
    {
        await shop.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task The_campaigns_of_the_guide_are_quoted_awarded_explained_and_counted_as_it_says()
    {
        var quoted = (await (await shop.PostAsync("/v1/quotes", Coat(null))).Content.ReadFromJsonAsync<JsonElement>())
            .GetProperty("earn");
        Assert.Equal(850, quoted.GetProperty("points").GetInt64());
        Assert.Equal(
            [
                ("base", 650, "1 point per CNY 1.00 on CNY 650.00"),
                ("campaign:singles-day", 100, "满300送50: 50 points for each CNY 300.00 of CNY 650.00"),
                ("campaign:welcome", 100, "Welcome: 100 points once"),
            ],
            quoted.GetProperty("lines").EnumerateArray().Select(Told));

        await shop.PostAsync("/v1/purchases", Coat("p-1"));
        var bought = await shop.UntilAsync("/v1/customers/lin/purchases/p-1");
        Assert.Equal(quoted.GetProperty("lines").GetRawText(), bought.GetProperty("awards").GetRawText());

        // A second order is no first one, and the budget is a hundred points shorter.
        var second = (await (await shop.PostAsync("/v1/quotes", Coat(null))).Content.ReadFromJsonAsync<JsonElement>())
            .GetProperty("earn");
        Assert.Equal(750, second.GetProperty("points").GetInt64());
        var campaign = await shop.GetAsync("/v1/campaigns/singles-day");
        Assert.True(campaign.GetProperty("running").GetBoolean());
        Assert.Equal(
            (100_000, 100, 99_900, 1),
            (Of(campaign, "points"), Of(campaign, "issued"), Of(campaign, "left"), Of(campaign, "purchases")));
    }

    [Fact]
    public async Task A_quote_for_the_day_before_has_nothing_of_the_campaign()
    {
        var quoted = await (await shop.PostAsync("/v1/quotes", new
        {
            customerId = "lin",
            currency = "CNY",
            occurredAt = "2026-11-10T23:59:59+08:00",
            lines = new[] { new { sku = "coat", quantity = 1, unitPrice = 65_000 } },
        })).Content.ReadFromJsonAsync<JsonElement>();

        Assert.Equal(750, quoted.GetProperty("earn").GetProperty("points").GetInt64());
    }

    private static long Of(JsonElement campaign, string name) => campaign.GetProperty("budget").GetProperty(name).GetInt64();

    private static (string, int, string) Told(JsonElement part) => (
        part.GetProperty("rule").GetString()!, part.GetProperty("points").GetInt32(), part.GetProperty("reason").GetString()!);

    private static object Coat(string? purchase) => new
    {
        purchaseId = purchase,
        customerId = "lin",
        currency = "CNY",
        occurredAt = "2026-11-11T12:00:00+08:00",
        lines = new[] { new { sku = "coat", quantity = 1, unitPrice = 65_000 } },
    };

    /// <summary>The document that the guide tells a newcomer to write.</summary>
    private static string OfTheGuide([CallerFilePath] string here = "")
    {
        var guide = File.ReadAllText(
            Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "..", "docs", "campaigns.md"));
        var start = guide.IndexOf("```json", StringComparison.Ordinal) + "```json".Length;
        return guide[start..guide.IndexOf("```", start, StringComparison.Ordinal)];
    }
}
