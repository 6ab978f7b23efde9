using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Pipeline.Domain;
using Pipeline.Local.Tests.Hosting;
using Pipeline.Runtime.Loyalty;
using Pipeline.Runtime.Ports;

namespace Pipeline.Local.Tests.Scenarios;

/// <summary>Sixty-four at once on the real store: what is limited is given out to the last and never beyond.</summary>
public sealed class CrowdTests : IAsyncLifetime
{
    private const int Writers = 64;
    private const int PurchasesEach = 5;
    private const long Budget = 2_000;

    private const string Program = """
        { "version": 1, "name": "A crowd", "timeZone": "UTC",
          "campaigns": [
            { "id": "shared", "name": "Shared", "effect": { "kind": "bonus", "points": 97 }, "caps": { "budget": 2000 } },
            { "id": "capped", "name": "Capped", "effect": { "kind": "bonus", "points": 40 },
              "caps": { "pointsPerCustomer": 100, "pointsPerCustomerPerDay": 90 } } ],
          "rewards": [
            { "id": "film", "name": "A film", "kind": "voucher", "points": 1, "code": "pool" },
            { "id": "mug", "name": "A mug", "kind": "gift", "points": 1, "stock": 10 } ] }
        """;

    private readonly TempFolder folder = new();
    private LocalShop shop = null!;

    public async Task InitializeAsync() => shop = await LocalShop.StartAsync(folder.Data, program: folder.File("program.json", Program));

    public async Task DisposeAsync()
    {
        await shop.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task Sixty_four_writers_pass_no_budget_and_no_cap_and_use_the_budget_up()
    {
        var coordinator = shop.Get<LedgerCoordinator>();
        await AtOnceAsync(async writer =>
        {
            // Four writers a customer.
            for (var i = 0; i < PurchasesEach; i++)
                await UntilDecidedAsync(coordinator, new CustomerId($"c{writer / 4}"), Buy($"p{writer}-{i}"));
            return true;
        });

        long shared = 0;
        for (var customer = 0; customer < Writers / 4; customer++)
        {
            var entries = (await shop.GetAsync($"/v1/customers/c{customer}/ledger?limit=200")).GetProperty("entries").EnumerateArray().ToArray();
            Assert.Equal(4 * PurchasesEach, entries.Length);
            var total = entries.Sum(static entry => entry.GetProperty("points").GetInt64());
            long capped = 0;
            foreach (var entry in entries)
            {
                var purchase = await shop.GetAsync($"/v1/customers/c{customer}/purchases/{entry.GetProperty("reference").GetString()}");
                shared += Of(purchase, "campaign:shared");
                capped += Of(purchase, "campaign:capped");
                total -= purchase.GetProperty("points").GetInt64();
            }

            Assert.Equal((90, 0), (capped, total));
        }

        Assert.Equal(Budget, shared);
        var budget = (await shop.GetAsync("/v1/campaigns/shared")).GetProperty("budget");
        Assert.Equal((Budget, 0), (budget.GetProperty("issued").GetInt64(), budget.GetProperty("left").GetInt64()));
    }

    [Fact]
    public async Task Sixty_four_customers_get_twenty_codes_and_ten_mugs_between_them_and_no_code_twice()
    {
        (await shop.PostAsync("/v1/rewards/film/codes", new { codes = Enumerable.Range(0, 20).Select(static i => $"FILM-{i}") }))
            .EnsureSuccessStatusCode();
        var coordinator = shop.Get<LedgerCoordinator>();
        await AtOnceAsync(async i =>
        {
            await UntilDecidedAsync(coordinator, new CustomerId($"c{i}"), Buy($"p{i}"));
            return true;
        });

        var codes = await AtOnceAsync(i => RedeemAsync($"c{i}", "film"));
        var mugs = await AtOnceAsync(i => RedeemAsync($"c{i}", "mug"));

        var given = codes.OfType<JsonElement>().Select(static one => one.GetProperty("code").GetString()!).ToArray();
        Assert.Equal(Enumerable.Range(0, 20).Select(static i => $"FILM-{i}").Order(), given.Order());
        Assert.Equal(10, mugs.OfType<JsonElement>().Count());
    }

    /// <summary>The issued redemption; null: it is sold out.</summary>
    private async Task<JsonElement?> RedeemAsync(string customer, string reward)
    {
        var path = $"/v1/customers/{customer}/redemptions";
        using var reserved = await UntilTakenAsync(() => shop.PostAsync(path, new { redemptionId = reward, rewardId = reward }));
        if (reserved.StatusCode == HttpStatusCode.UnprocessableEntity)
        {
            Assert.Contains("reward-sold-out", await reserved.Content.ReadAsStringAsync(), StringComparison.Ordinal);
            return null;
        }

        Assert.Equal(HttpStatusCode.Created, reserved.StatusCode);
        using var issued = await UntilTakenAsync(() => shop.Client.PostAsync($"{path}/{reward}/issue", null));
        issued.EnsureSuccessStatusCode();
        return await issued.Content.ReadFromJsonAsync<JsonElement>();
    }

    private static long Of(JsonElement purchase, string rule) => purchase.GetProperty("awards").EnumerateArray()
        .Where(award => award.GetProperty("rule").GetString() == rule)
        .Sum(static award => award.GetProperty("points").GetInt64());

    private static LedgerCommand.Purchase Buy(string id)
    {
        Assert.True(Currency.TryParse("GBP", out var pounds));
        Assert.Equal(
            BasketProblem.None,
            Pricing.TryPrice(new Basket(pounds, "web", [new BasketLine("cup", null, null, 1, 1_000)], 0, 0, 0), out var basket));
        var at = new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
        return new LedgerCommand.Purchase(new PurchaseId(id), basket!, null, at, at, id);
    }

    private static Task<T[]> AtOnceAsync<T>(Func<int, Task<T>> act) =>
        Task.WhenAll(Enumerable.Range(0, Writers).Select(i => Task.Run(() => act(i))));

    /// <summary>As a queue does: a message comes again until it is worked.</summary>
    private static async Task UntilDecidedAsync(LedgerCoordinator coordinator, CustomerId customer, LedgerCommand command)
    {
        while (true)
        {
            try
            {
                await coordinator.DecideAsync(customer, command, default);
                return;
            }
            catch (Exception e) when (e is ContendedException or StoreUnavailableException)
            {
                // Comes again.
            }
        }
    }

    /// <summary>As a client does: who is told to come back does.</summary>
    private static async Task<HttpResponseMessage> UntilTakenAsync(Func<Task<HttpResponseMessage>> ask)
    {
        while (true)
        {
            var answer = await ask();
            if (answer.StatusCode != HttpStatusCode.ServiceUnavailable)
                return answer;
            answer.Dispose();
            await Task.Delay(10);
        }
    }
}
