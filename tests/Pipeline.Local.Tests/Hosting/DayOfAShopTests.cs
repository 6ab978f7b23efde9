using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace Pipeline.Local.Tests.Hosting;

public sealed class DayOfAShopTests : IAsyncLifetime
{
    private readonly TempFolder folder = new();
    private LocalShop shop = null!;

    public async Task InitializeAsync() => shop = await LocalShop.StartAsync(folder.Data);

    public async Task DisposeAsync()
    {
        await shop.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task A_day_of_a_shop_ends_in_the_balance_that_its_receipts_say()
    {
        // A purchase of 48.00 earns 48 points once the queue has worked it.
        var bought = await shop.PostAsync("/v1/purchases", Purchase("p-1", ("mug", 4, 1200)));
        Assert.Equal(HttpStatusCode.Accepted, bought.StatusCode);
        Assert.Equal("/v1/customers/alice/purchases/p-1", bought.Headers.Location!.ToString());
        var purchase = await shop.UntilAsync("/v1/customers/alice/purchases/p-1");
        Assert.Equal(48, purchase.GetProperty("points").GetInt64());

        // Sending it again is answered and changes nothing.
        var again = await shop.PostAsync("/v1/purchases", Purchase("p-1", ("mug", 4, 1200)));
        Assert.Equal(["true"], again.Headers.GetValues("Idempotent-Replayed"));
        var other = await shop.PostAsync("/v1/purchases", Purchase("p-1", ("mug", 5, 1200)));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, other.StatusCode);

        // One of four mugs comes back: a quarter of the points goes.
        var refund = await shop.PostAsync("/v1/refunds", new
        {
            refundId = "r-1",
            purchaseId = "p-1",
            customerId = "alice",
            occurredAt = "2026-01-11T09:00:00Z",
            lines = new[] { new { sku = "mug", quantity = 1 } },
        });
        Assert.Equal(HttpStatusCode.Accepted, refund.StatusCode);
        var refunded = await shop.UntilAsync("/v1/customers/alice/refunds/r-1");
        Assert.Equal(12, refunded.GetProperty("points").GetInt64());

        // The checkout holds 30 of the 36 and captures them.
        var hold = await shop.PostAsync("/v1/customers/alice/holds", new { holdId = "h-1", points = 30 });
        Assert.Equal(HttpStatusCode.Created, hold.StatusCode);
        var tooMuch = await shop.PostAsync("/v1/customers/alice/holds", new { holdId = "h-2", points = 7 });
        Assert.Equal(HttpStatusCode.UnprocessableEntity, tooMuch.StatusCode);
        var capture = await shop.Client.PostAsync("/v1/customers/alice/holds/h-1/capture", null);
        Assert.Equal(HttpStatusCode.OK, capture.StatusCode);

        var balance = await shop.GetAsync("/v1/customers/alice/balance");
        Assert.Equal(6, balance.GetProperty("spendable").GetInt64());
        var ledger = await shop.GetAsync("/v1/customers/alice/ledger");
        Assert.Equal(6, ledger.GetProperty("entries").EnumerateArray().Sum(entry => entry.GetProperty("points").GetInt64()));
    }

    [Fact]
    public async Task A_night_expires_what_has_lapsed_and_reports_it()
    {
        await shop.PostAsync("/v1/purchases", Purchase("old", "bob", "2020-01-10T09:00:00Z", ("mug", 1, 2500)));
        await shop.UntilAsync("/v1/customers/bob/purchases/old");

        var run = new HttpRequestMessage(HttpMethod.Post, "/v1/runs")
        {
            Content = JsonContent.Create(new { kind = "nightly", slot = "2022-01-01" }),
            Headers = { { "Idempotency-Key", "night" } },
        };
        var planned = await shop.Client.SendAsync(run);

        Assert.Equal(HttpStatusCode.Accepted, planned.StatusCode);
        var done = await shop.UntilAsync(
            "/v1/runs/nightly:2022-01-01", json => json.GetProperty("status").GetString() == "done");
        Assert.Equal(25, done.GetProperty("report").GetProperty("expiredPoints").GetInt64());
    }

    [Fact]
    public async Task A_wrong_address_and_a_wrong_method_are_problems()
    {
        var nowhere = await shop.Client.GetAsync("/v1/nowhere");
        var wrongMethod = await shop.Client.DeleteAsync("/v1/purchases");

        Assert.Equal(HttpStatusCode.NotFound, nowhere.StatusCode);
        Assert.Equal("application/problem+json", nowhere.Content.Headers.ContentType!.MediaType);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, wrongMethod.StatusCode);
        Assert.Equal("application/problem+json", wrongMethod.Content.Headers.ContentType!.MediaType);
        Assert.Equal(["POST"], wrongMethod.Content.Headers.Allow);
        Assert.False(nowhere.Headers.Contains("Server"));
    }

    [Fact]
    public async Task A_body_that_is_too_large_is_a_problem_and_not_a_broken_connection()
    {
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(new string(' ', 3 * 1024 * 1024)));
        content.Headers.ContentType = new("application/json");

        var answer = await shop.Client.PostAsync("/v1/purchases", content);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
    }

    [Fact]
    public async Task The_host_is_live_and_ready()
    {
        Assert.Equal(HttpStatusCode.OK, (await shop.Client.GetAsync("/health/live")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await shop.Client.GetAsync("/health/ready")).StatusCode);
    }

    [Fact]
    public async Task Many_customers_at_once_are_all_worked()
    {
        var posts = Enumerable.Range(0, 300).Select(i => shop.PostAsync(
            "/v1/purchases", Purchase($"p-{i}", $"c-{i % 30}", "2026-01-10T09:00:00Z", ("mug", 1, 100))));

        var answers = await Task.WhenAll(posts);

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode));
        for (var i = 0; i < 30; i++)
        {
            var balance = await shop.UntilAsync($"/v1/customers/c-{i}/balance", IsTen);
            Assert.Equal(10, balance.GetProperty("spendable").GetInt64());
        }

        static bool IsTen(JsonElement balance) => balance.GetProperty("spendable").GetInt64() == 10;
    }

    private static object Purchase(string id, params (string Sku, int Quantity, int UnitPrice)[] lines) =>
        Purchase(id, "alice", "2026-01-10T09:00:00Z", lines);

    private static object Purchase(
        string id, string customer, string at, params (string Sku, int Quantity, int UnitPrice)[] lines) => new
        {
            purchaseId = id,
            customerId = customer,
            occurredAt = at,
            currency = "GBP",
            lines = lines.Select(line => new { sku = line.Sku, quantity = line.Quantity, unitPrice = line.UnitPrice }),
        };
}
