using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Pipeline.Local.Tests.Hosting;

/// <summary>Sign-up, review, referral and birthday on the real server, with its queues and its nights.</summary>
public sealed class YearOfAMemberTests : IAsyncLifetime
{
    private const string Program = """
        { "version": 1, "name": "Members", "timeZone": "Europe/London",
          "awards": {
            "signUp": { "points": 100 }, "birthday": { "points": 200 }, "review": { "points": 20, "minCommentCharacters": 5 },
            "referral": { "referrerPoints": 500, "refereePoints": 250, "minimumPurchase": { "GBP": 2000 }, "keptDays": 14 } } }
        """;

    private readonly TempFolder folder = new();
    private readonly ManualTime time = new(DateTimeOffset.Parse("2026-03-01T12:00:00Z", CultureInfo.InvariantCulture));
    private LocalShop shop = null!;

    public async Task InitializeAsync() =>
        shop = await LocalShop.StartAsync(folder.Data, time: time, program: folder.File("program.json", Program));

    public async Task DisposeAsync()
    {
        await shop.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task A_year_of_a_member_ends_in_the_points_that_the_program_promises()
    {
        // Both become members; Alice brings Bob, who buys for 30.00 and says what he thinks of it.
        await shop.Client.PutAsJsonAsync("/v1/customers/alice", new { birthday = "2000-02-29", email = "alice@shop.example" });
        await shop.Client.PutAsJsonAsync("/v1/customers/bob", new { name = "Bob" });
        var made = await shop.Client.PostAsync("/v1/customers/alice/referral-code", null);
        var code = (await made.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString();
        var referral = await shop.PostAsync("/v1/referrals", new { refereeCustomerId = "bob", code });
        Assert.Equal(HttpStatusCode.Created, referral.StatusCode);
        await shop.PostAsync("/v1/purchases", new
        {
            purchaseId = "p-1",
            customerId = "bob",
            occurredAt = "2026-03-01T11:00:00Z",
            currency = "GBP",
            lines = new[] { new { sku = "mug", quantity = 1, unitPrice = 3000 } },
        });
        await shop.UntilAsync("/v1/customers/bob/purchases/p-1");
        await shop.PostAsync("/v1/feedback", new { feedbackId = "f-1", customerId = "bob", answers = new { csat = 5 }, comment = "Lovely mugs." });
        await shop.UntilAsync("/v1/customers/bob", static json => Spendable(json) == 150);

        // The purchase is kept for a fortnight, and both are rewarded.
        await NightAsync("2026-03-16");
        Assert.Equal(600, Spendable(await shop.GetAsync("/v1/customers/alice")));
        Assert.Equal(400, Spendable(await shop.GetAsync("/v1/customers/bob")));
        var shown = (await shop.GetAsync("/v1/customers/alice/referrals")).GetProperty("referrals")[0];
        Assert.Equal("rewarded", shown.GetProperty("status").GetString());

        // 2027 has no 29 February: Alice keeps her birthday on the 28th.
        await NightAsync("2027-02-27");
        Assert.Equal(600, Spendable(await shop.GetAsync("/v1/customers/alice")));
        await NightAsync("2027-02-28");
        var entry = (await shop.GetAsync("/v1/customers/alice/ledger")).GetProperty("entries")[0];
        Assert.Equal(("grant:birthday:2027", 200), (entry.GetProperty("entryId").GetString(), entry.GetProperty("points").GetInt32()));
        Assert.Equal("birthday", entry.GetProperty("awards")[0].GetProperty("rule").GetString());
    }

    private async Task NightAsync(string slot)
    {
        time.Set(DateTimeOffset.Parse($"{slot}T03:00:00Z", CultureInfo.InvariantCulture));
        using var run = new HttpRequestMessage(HttpMethod.Post, "/v1/runs")
        {
            Content = JsonContent.Create(new { kind = "nightly", slot }),
            Headers = { { "Idempotency-Key", slot } },
        };
        Assert.Equal(HttpStatusCode.Accepted, (await shop.Client.SendAsync(run)).StatusCode);
        await shop.UntilAsync($"/v1/runs/nightly:{slot}", static json => json.GetProperty("status").GetString() == "done");
    }

    private static long Spendable(JsonElement customer) =>
        customer.GetProperty("balance").GetProperty("spendable").GetInt64();
}
