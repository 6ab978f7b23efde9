using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Pipeline.Local.Tests.Hosting;

/// <summary>The walk of docs/rewards.md, with the real server.</summary>
public sealed class RewardWalkTests : IAsyncLifetime
{
    private const string Program = """
        { "version": 1, "name": "With rewards", "timeZone": "UTC",
          "tiers": { "measure": "orders", "period": { "rule": "rolling", "months": 36 },
            "levels": [ { "name": "silver", "threshold": 0 }, { "name": "gold", "threshold": 2 } ] },
          "rewards": [
          { "id": "off", "name": "GBP 5 off", "kind": "discount", "points": 5, "stock": 10,
            "value": { "currency": "GBP", "minorUnits": 500 }, "validDays": 30 },
          { "id": "mug", "name": "A mug", "kind": "gift", "points": 10, "stock": 1,
            "partMoney": { "minPoints": 4, "currency": "GBP", "points": 1, "minorUnits": 99 } },
          { "id": "film", "name": "A film", "kind": "voucher", "points": 2, "code": "pool" },
          { "id": "car", "name": "A car", "kind": "gift", "points": 1000000, "tiers": ["gold"] },
          { "id": "lounge", "name": "The lounge", "kind": "gift", "points": 3, "tiers": ["gold"] } ] }
        """;

    private const string Path = "/v1/customers/ada/redemptions";

    private readonly TempFolder folder = new();
    private LocalShop shop = null!;

    internal static string ProgramIn(TempFolder folder)
    {
        var file = System.IO.Path.Combine(folder.Data, "..", "rewards.json");
        Directory.CreateDirectory(folder.Data);
        File.WriteAllText(file, Program);
        return file;
    }

    public async Task InitializeAsync()
    {
        shop = await LocalShop.StartAsync(folder.Data, program: ProgramIn(folder));
        await BuyAsync("p-1", 1_500);
    }

    public async Task DisposeAsync()
    {
        await shop.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task A_discount_is_chosen_reserved_issued_checked_at_the_till_and_fulfilled()
    {
        var rewards = (await shop.GetAsync("/v1/rewards?customerId=ada")).GetProperty("rewards");
        Assert.True(rewards[0].GetProperty("isAvailable").GetBoolean());
        Assert.Equal(
            ["reward-not-for-tier", "insufficient-points"],
            rewards[3].GetProperty("problems").EnumerateArray().Select(static one => one.GetString()!));

        var reserved = await AskAsync(Path, new { redemptionId = "r-1", rewardId = "off" }, HttpStatusCode.Created);
        Assert.False(reserved.TryGetProperty("code", out _));
        var issued = await AskAsync($"{Path}/r-1/issue", null);
        var typed = issued.GetProperty("code").GetString()!.ToLowerInvariant().Replace("-", "", StringComparison.Ordinal);
        var code = await shop.GetAsync($"/v1/codes/{typed}");
        Assert.Equal(("issued", 500), (Status(code), code.GetProperty("value").GetProperty("amount").GetInt32()));

        Assert.Equal("fulfilled", Status(await AskAsync($"{Path}/r-1/fulfil", null)));
        Assert.Equal("fulfilled", Status(await shop.GetAsync($"/v1/codes/{typed}")));
        Assert.Equal(10, await SpendableAsync());
        Assert.Equal("issued", Status(await AskAsync($"{Path}/r-1/issue", null)));
    }

    [Fact]
    public async Task A_gift_of_part_points_part_money_is_cancelled_and_all_comes_back()
    {
        var reserved = await AskAsync(
            Path, new { redemptionId = "r-1", rewardId = "mug", points = 6 }, HttpStatusCode.Created);
        Assert.Equal(396, reserved.GetProperty("money").GetProperty("amount").GetInt32());
        await AskAsync(Path, new { redemptionId = "r-2", rewardId = "mug" }, HttpStatusCode.UnprocessableEntity);
        await AskAsync($"{Path}/r-1/issue", null);
        Assert.Equal(9, await SpendableAsync());

        var cancelled = await AskAsync($"{Path}/r-1/cancel", new { reason = "It is chipped." });

        Assert.Equal(("cancelled", 6), (Status(cancelled), cancelled.GetProperty("returned").GetInt32()));
        Assert.Equal(15, await SpendableAsync());
        await AskAsync(Path, new { redemptionId = "r-2", rewardId = "mug" }, HttpStatusCode.Created);
        var types = (await shop.GetAsync("/v1/customers/ada/ledger")).GetProperty("entries").EnumerateArray()
            .Select(static entry => entry.GetProperty("type").GetString()!);
        Assert.Equal(["hold", "restore", "redeem", "hold", "earn"], types);
    }

    [Fact]
    public async Task The_checkout_cannot_lay_its_hands_on_the_hold_of_a_redemption()
    {
        await AskAsync(Path, new { redemptionId = "r-1", rewardId = "off" }, HttpStatusCode.Created);
        foreach (var id in (string[])["r-1", "~r-1"])
            Assert.False((await shop.Client.PostAsync($"/v1/customers/ada/holds/{id}/capture", null)).IsSuccessStatusCode);
        Assert.Equal("reserved", Status(await shop.GetAsync($"{Path}/r-1")));
    }

    [Fact]
    public async Task A_reward_for_gold_is_refused_to_silver_and_given_to_gold()
    {
        Assert.Equal(["reward-not-for-tier"], await AgainstLoungeAsync());
        var refused = await AskAsync(
            Path, new { redemptionId = "r-1", rewardId = "lounge" }, HttpStatusCode.UnprocessableEntity);
        Assert.EndsWith("reward-not-for-tier", refused.GetProperty("type").GetString(), StringComparison.Ordinal);

        await BuyAsync("p-2", 100);

        Assert.Equal("gold", (await shop.GetAsync("/v1/customers/ada")).GetProperty("tier").GetProperty("name").GetString());
        Assert.Empty(await AgainstLoungeAsync());
        await AskAsync(Path, new { redemptionId = "r-1", rewardId = "lounge" }, HttpStatusCode.Created);
        Assert.Equal("issued", Status(await AskAsync($"{Path}/r-1/issue", null)));
        Assert.Equal(13, await SpendableAsync());

        async Task<string[]> AgainstLoungeAsync() =>
            [.. (await shop.GetAsync("/v1/rewards?customerId=ada")).GetProperty("rewards")[4].GetProperty("problems")
                .EnumerateArray().Select(static one => one.GetString()!)];
    }

    private async Task BuyAsync(string purchase, long pence)
    {
        await shop.PostAsync("/v1/purchases", new
        {
            purchaseId = purchase,
            customerId = "ada",
            occurredAt = shop.Get<TimeProvider>().GetUtcNow().AddHours(-1),
            currency = "GBP",
            lines = new[] { new { sku = "cup", quantity = 1, unitPrice = pence } },
        });
        await shop.UntilAsync($"/v1/customers/ada/purchases/{purchase}");
    }

    private async Task<JsonElement> AskAsync(string path, object? body, HttpStatusCode expected = HttpStatusCode.OK)
    {
        using var answer = body is null ? await shop.Client.PostAsync(path, null) : await shop.PostAsync(path, body);
        Assert.Equal(expected, answer.StatusCode);
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    private async Task<int> SpendableAsync() =>
        (await shop.GetAsync("/v1/customers/ada/balance")).GetProperty("spendable").GetInt32();

    private static string? Status(JsonElement json) => json.GetProperty("status").GetString();
}
