using System.Net;
using System.Net.Http.Json;
using System.Text;
using Pipeline.Domain;
using Pipeline.Runtime.Events;
using Pipeline.Runtime.Loyalty.Storage;
using Pipeline.Runtime.Ports;

namespace Pipeline.Local.Tests.Hosting;

/// <summary>What the shop's people and its nights do.</summary>
public sealed partial class OpenApiWalkTests
{
    private async Task CampaignsAsync()
    {
        var next = "/v1/campaigns?limit=1";
        while (next is not null)
            next = Next(await shop.Client.GetAsync(next));
        await shop.GetAsync("/v1/campaigns/app-day");
    }

    /// <summary>A dry run, the version itself, its repetition, and the two refusals; then what each says of it.</summary>
    private async Task ProgramAsync()
    {
        var next = new { version = 2, name = "Two points a pound", timeZone = "UTC" };
        foreach (var (query, body, status) in ((string, object, HttpStatusCode)[])
            [
                ("?dryRun=true", next, HttpStatusCode.OK),
                ("?effectiveFrom=2001-01-01T00:00:00Z", next, HttpStatusCode.UnprocessableEntity),
                ("", next, HttpStatusCode.OK),
                ("", next, HttpStatusCode.OK),
                ("", new { version = 4, name = "Too far", timeZone = "UTC" }, HttpStatusCode.Conflict),
            ])
        {
            Assert.Equal(status, (await shop.Client.PutAsJsonAsync($"/v1/program{query}", body)).StatusCode);
        }

        Assert.NotNull(Next(await shop.Client.GetAsync("/v1/program/versions?limit=1")));
        await shop.GetAsync("/v1/program/versions");
        Assert.Equal(2, (await shop.GetAsync("/v1/program/versions/2")).GetProperty("version").GetInt32());
        foreach (var customer in (string[])["alice", "bob"])
            Assert.True((await shop.GetAsync($"/v1/customers/{customer}/proof?limit=2")).GetProperty("valid").GetBoolean());
    }

    private async Task OperationsAsync()
    {
        foreach (var path in (string[])["/health/live", "/health/ready", "/openapi.json", "/survey", "/problems/validation", "/v1/program"])
            Assert.Equal(HttpStatusCode.OK, (await shop.Client.GetAsync(path)).StatusCode);
        using var run = new HttpRequestMessage(HttpMethod.Post, "/v1/runs")
        {
            Content = JsonContent.Create(new { kind = "nightly", slot = "2026-02-01" }),
            Headers = { { "Idempotency-Key", "night" } },
        };
        Assert.Equal(HttpStatusCode.Accepted, (await shop.Client.SendAsync(run)).StatusCode);
        await shop.UntilAsync("/v1/runs/nightly:2026-02-01", static json => IsOf(json, "done"));
        foreach (var report in (string[])["segments", "loyalty", "churn"])
        {
            await shop.GetAsync($"/v1/reports/{report}");
            await shop.GetAsync($"/v1/reports/{report}?date=2026-02-01");
            var csv = await shop.Client.GetAsync($"/v1/reports/{report}?format=csv");
            Assert.Equal("text/csv", csv.Content.Headers.ContentType?.MediaType);
        }

        Assert.Equal("prospect", (await shop.GetAsync("/v1/customers/bob")).GetProperty("lifecycle").GetProperty("stage").GetString());
        await WarningAsync();
        await shop.GetAsync("/v1/churn-warnings?status=closed");
        Assert.Null(Next(await shop.Client.GetAsync("/v1/runs")));
    }

    /// <summary>A shop of two customers has nothing to learn from: the warning is put where a night would put it.</summary>
    private async Task WarningAsync()
    {
        const string Warning = """
            {"openedOn":"2026-02-01","score":0.7,"horizonDays":90,"base":0.8473,"contributions":[],"cause":"spends-less","action":"call","currency":"GBP","budgetMinor":500,"evidence":[{"day":"2026-01-10","what":"last purchase"}]}
            """;
        await shop.Get<IDocumentStore>().CommitAsync(
            "alice", [new Write.Create("warning", "2026-02-01", Encoding.UTF8.GetBytes(Warning))], default);
        Assert.Equal(1, (await shop.GetAsync("/v1/churn-warnings")).GetProperty("warnings").GetArrayLength());
        const string Path = "/v1/customers/alice/churn-warnings/2026-02-01/outcome";
        Assert.Equal(HttpStatusCode.OK, (await shop.PostAsync(Path, new { outcome = "lost" })).StatusCode);
        Assert.True((await shop.PostAsync(Path, new { outcome = "lost" })).Headers.Contains("Idempotent-Replayed"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await shop.PostAsync(Path, new { outcome = "won-back" })).StatusCode);
    }

    private async Task KeysAsync()
    {
        foreach (var expected in (HttpStatusCode[])[HttpStatusCode.Created, HttpStatusCode.Created, HttpStatusCode.Conflict])
        {
            var made = await shop.PostAsync("/v1/keys", new { name = "till", scopes = new[] { "checkout" } });
            Assert.Equal(expected, made.StatusCode);
        }

        await shop.GetAsync("/v1/keys");
        Assert.Equal(HttpStatusCode.NoContent, (await shop.Client.DeleteAsync("/v1/keys/till")).StatusCode);
    }

    private async Task DeadLettersAsync()
    {
        var unreadable = new QueueMessage("not-a-purchase", "alice", "nonsense"u8.ToArray(), "f");
        await shop.Get<IWorkQueue>().SendAsync(QueueNames.Purchases, unreadable, default);
        var letters = await shop.UntilAsync(
            "/v1/dead-letters?queue=purchases", static json => json.GetProperty("deadLetters").GetArrayLength() == 1);
        var sequence = letters.GetProperty("deadLetters")[0].GetProperty("sequence").GetInt64();
        var replay = await shop.Client.PostAsync($"/v1/dead-letters/purchases/{sequence}/replay", null);
        Assert.Equal(HttpStatusCode.Accepted, replay.StatusCode);
    }

    private async Task UndeliveredEventsAsync()
    {
        var entry = LedgerKinds.EntryOf(new CustomerId("alice"), "purchase:p-1");
        await shop.Get<UndeliveredEvents>().KeepAsync(
            "crm", entry, new Delivery.Failed("It answered 422.", IsPermanent: true), default);
        Assert.Equal(1, (await shop.GetAsync("/v1/undelivered-events")).GetProperty("events").GetArrayLength());
        var replay = await shop.Client.PostAsync("/v1/undelivered-events/alice/crm:purchase:p-1/replay", null);
        Assert.Equal(HttpStatusCode.Accepted, replay.StatusCode);
    }
}
