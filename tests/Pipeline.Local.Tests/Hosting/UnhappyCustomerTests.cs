using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Pipeline.Local.Tests.Hosting;

/// <summary>From a survey answer to a satisfied customer, through the real server.</summary>
public sealed class UnhappyCustomerTests : IAsyncLifetime
{
    private readonly TempFolder folder = new();
    private LocalShop shop = null!;
    private int keys;

    public async Task InitializeAsync() => shop = await LocalShop.StartAsync(folder.Data);

    public async Task DisposeAsync()
    {
        await shop.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task A_public_form_opens_a_case_that_staff_resolve_with_goodwill_and_the_report_shows_it()
    {
        await shop.PostAsync("/v1/purchases", new
        {
            purchaseId = "p-1",
            customerId = "alice",
            occurredAt = TimeProvider.System.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'"),
            currency = "GBP",
            lines = new[] { new { sku = "mug", quantity = 1, unitPrice = 1200 } },
        });
        await shop.UntilAsync("/v1/customers/alice/purchases/p-1");
        var link = await StaffAsync("/v1/survey-links", new { customerId = "alice", purchaseId = "p-1" });

        // The customer, in a browser, without a key. A double click is one answer.
        object form = new { token = link.GetProperty("token").GetString(), answers = new { csat = 1 }, comment = "The mug was broken.", website = "" };
        var posted = await BrowserAsync(form);
        Assert.Equal(HttpStatusCode.Accepted, posted.StatusCode);
        Assert.True((await BrowserAsync(form)).Headers.Contains("Idempotent-Replayed"));
        var id = (await posted.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("feedbackId").GetString();
        var feedback = await shop.UntilAsync($"/v1/feedback/{id}");

        var open = (await shop.GetAsync("/v1/cases?status=open")).GetProperty("cases");
        Assert.Equal(feedback.GetProperty("caseId").GetString(), Assert.Single(open.EnumerateArray()).GetProperty("caseId").GetString());
        var events = $"/v1/cases/{feedback.GetProperty("caseId").GetString()}/events";
        await StaffAsync(events, new { type = "assign", owner = "grace" });
        await StaffAsync(events, new { type = "goodwill", points = 100, reason = "For the broken mug" });
        var resolved = await StaffAsync(events, new { type = "resolve", resolution = "A new mug is on its way." });
        Assert.Equal("resolved", resolved.GetProperty("status").GetString());
        Assert.Equal(112, (await shop.GetAsync("/v1/customers/alice/balance")).GetProperty("spendable").GetInt64());

        var followUp = resolved.GetProperty("events").EnumerateArray().Last().GetProperty("followUp");
        var answered = await BrowserAsync(new { token = followUp.GetProperty("token").GetString(), answers = new { csat = 5, nps = 10 } });
        var second = (await answered.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("feedbackId").GetString();
        await shop.UntilAsync($"/v1/feedback/{second}");

        var report = await shop.GetAsync("/v1/reports/satisfaction");
        var metrics = report.GetProperty("groups")[0].GetProperty("metrics");
        Assert.Equal((50m, 2), (Decimal(metrics.GetProperty("csat"), "value"), metrics.GetProperty("csat").GetProperty("n").GetInt32()));
        Assert.Equal((100m, 1), (Decimal(metrics.GetProperty("nps"), "value"), metrics.GetProperty("nps").GetProperty("n").GetInt32()));
        Assert.Equal(100m, Decimal(metrics.GetProperty("responseRate"), "value"));
        Assert.Equal((1, 1), (report.GetProperty("cases").GetProperty("opened").GetInt32(), report.GetProperty("cases").GetProperty("resolved").GetInt32()));
        var products = (await shop.GetAsync("/v1/reports/satisfaction?by=product")).GetProperty("groups");
        Assert.Equal(
            [("mug", 2)],
            products.EnumerateArray().Select(static group => (group.GetProperty("key").GetString(), group.GetProperty("responses").GetInt32())));

        var customer = (await shop.GetAsync("/v1/customers/alice")).GetProperty("satisfaction");
        Assert.Equal((2, 5), (customer.GetProperty("responses").GetInt32(), customer.GetProperty("csat").GetProperty("last").GetInt32()));
        var verified = await Cli.RunAsync("verify", "--data", folder.Data);
        Assert.Equal(0, verified.ExitCode);
    }

    [Fact]
    public async Task The_page_that_a_link_leads_to_is_there_and_names_no_other_site()
    {
        var link = await StaffAsync("/v1/survey-links", new { customerId = "alice" });
        using var bare = new HttpClient();

        var page = await bare.GetStringAsync(new Uri(link.GetProperty("url").GetString()!));

        Assert.Contains("Content-Security-Policy", page, StringComparison.Ordinal);
        Assert.DoesNotContain("://", page, StringComparison.Ordinal);
    }

    private static decimal Decimal(JsonElement json, string name) => json.GetProperty(name).GetDecimal();

    private async Task<HttpResponseMessage> BrowserAsync(object body)
    {
        using var bare = new HttpClient(shop.Document, disposeHandler: false) { BaseAddress = shop.Client.BaseAddress };
        return await bare.PostAsJsonAsync("/v1/feedback", body);
    }

    private async Task<JsonElement> StaffAsync(string path, object body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
        request.Headers.Add("Idempotency-Key", $"key-{++keys}");
        using var answer = await shop.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }
}
