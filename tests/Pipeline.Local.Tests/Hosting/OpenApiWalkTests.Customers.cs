using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace Pipeline.Local.Tests.Hosting;

/// <summary>What customers do, and what is done for them.</summary>
public sealed partial class OpenApiWalkTests
{
    private async Task CheckoutAsync()
    {
        await shop.PostAsync("/v1/purchases", Purchase("p-1", 4800));
        await shop.UntilAsync("/v1/customers/alice/purchases/p-1");
        Assert.Equal(HttpStatusCode.OK, (await shop.PostAsync("/v1/quotes", Purchase(null, 4800))).StatusCode);
        var again = await shop.PostAsync("/v1/purchases", Purchase("p-1", 4800));
        Assert.Equal(HttpStatusCode.Accepted, again.StatusCode);
        Assert.True(again.Headers.Contains("Idempotent-Replayed"));

        // A refund that is applied, one that waits, and one that is rejected when its purchase comes: each is another
        // form of the answer.
        await RefundAsync("r-1", "p-1", 1200, "applied");
        await RefundAsync("r-2", "p-8", 1200, "waiting");
        await RefundAsync("r-3", "p-9", 1200, "waiting");
        await shop.PostAsync("/v1/purchases", Purchase("p-9", 100));
        await shop.UntilAsync("/v1/customers/alice/refunds/r-3", static json => IsOf(json, "rejected"));

        await HoldAsync("h-1");
        await EndHoldAsync("h-1", "capture", HttpStatusCode.OK);
        await EndHoldAsync("h-1", "release", HttpStatusCode.Conflict);
        await HoldAsync("h-2");
        await EndHoldAsync("h-2", "release", HttpStatusCode.OK);
        await EndHoldAsync("h-2", "capture", HttpStatusCode.Conflict);

        await HoldAsync("h-3");
        await shop.PostAsync("/v1/purchases", Purchase("p-2", 500, "h-3"));
        var paid = await shop.UntilAsync("/v1/customers/alice/purchases/p-2");
        Assert.Equal("h-3", paid.GetProperty("redeemed").GetProperty("holdId").GetString());
    }

    private async Task RefundAsync(string id, string purchase, int amount, string status)
    {
        await shop.PostAsync("/v1/refunds", new
        {
            refundId = id,
            purchaseId = purchase,
            customerId = "alice",
            occurredAt = "2026-01-11T09:00:00Z",
            amount,
        });
        await shop.UntilAsync($"/v1/customers/alice/refunds/{id}", json => IsOf(json, status));
    }

    private static bool IsOf(JsonElement json, string status) => json.GetProperty("status").GetString() == status;

    private async Task HoldAsync(string id) => Assert.Equal(
        HttpStatusCode.Created,
        (await shop.PostAsync("/v1/customers/alice/holds", new { holdId = id, points = 5 })).StatusCode);

    private async Task EndHoldAsync(string id, string how, HttpStatusCode expected) => Assert.Equal(
        expected, (await shop.Client.PostAsync($"/v1/customers/alice/holds/{id}/{how}", null)).StatusCode);

    private static object Purchase(string? id, int price, string? hold = null) => new
    {
        purchaseId = id ?? "quoted",
        customerId = "alice",
        occurredAt = "2026-01-10T09:00:00Z",
        currency = "GBP",
        lines = new[] { new { sku = "mug", quantity = 1, unitPrice = price } },
        holdId = hold,
    };

    private async Task FeedbackAsync()
    {
        var feedback = new { feedbackId = "f-a", customerId = "alice", answers = new { csat = 1, nps = 9 }, comment = "It broke." };
        Assert.Equal(HttpStatusCode.Accepted, (await shop.PostAsync("/v1/feedback", feedback)).StatusCode);
        await shop.UntilAsync("/v1/feedback/f-a");
        Assert.True((await shop.PostAsync("/v1/feedback", feedback)).Headers.Contains("Idempotent-Replayed"));
        await shop.PostAsync("/v1/feedback", new { feedbackId = "f-b", answers = new { ces = 7 } });
        await shop.UntilAsync("/v1/feedback/f-b");

        var link = await PostOnceAsync("/v1/survey-links", new { customerId = "alice" });
        var token = link.GetProperty("token").GetString();
        foreach (var (csat, status) in ((int, HttpStatusCode)[])[(5, HttpStatusCode.Accepted), (4, HttpStatusCode.Conflict)])
        {
            using var form = new HttpRequestMessage(HttpMethod.Post, "/v1/feedback")
            {
                Content = JsonContent.Create(new { token, answers = new { csat } }),
            };
            using var bare = new HttpClient(shop.Document, disposeHandler: false) { BaseAddress = shop.Client.BaseAddress };
            Assert.Equal(status, (await bare.SendAsync(form)).StatusCode);
        }

        object[] events =
        [
            new { type = "assign", owner = "grace" }, new { type = "note", text = "Rings tomorrow." },
            new { type = "contact", channel = "phone" }, new { type = "goodwill", points = 10, reason = "Sorry" },
            new { type = "resolve", resolution = "A new one." }, new { type = "reopen", reason = "It broke too." },
        ];
        foreach (var one in events)
            await PostOnceAsync("/v1/cases/f-a/events", one);
        await PostOnceAsync("/v1/cases/f-a/events", events[^1], HttpStatusCode.Conflict);
        await shop.GetAsync("/v1/cases/f-a");
        Assert.Null(Next(await shop.Client.GetAsync("/v1/cases?status=open")));
        foreach (var by in (string[])["", "?by=day", "?by=channel", "?by=product", "?format=csv"])
            Assert.Equal(HttpStatusCode.OK, (await shop.Client.GetAsync($"/v1/reports/satisfaction{by}")).StatusCode);
    }

    private async Task<JsonElement> PostOnceAsync(
        string path, object body, HttpStatusCode expected = HttpStatusCode.Created)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
        request.Headers.Add("Idempotency-Key", $"walk-{++posted}");
        using var answer = await shop.Client.SendAsync(request);
        Assert.Equal(expected, answer.StatusCode);
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    private async Task RewardsAsync()
    {
        const string Path = "/v1/customers/alice/redemptions";
        var codes = new { codes = new[] { "A-1", "A-2" } };
        foreach (var isKnown in (bool[])[false, true])
            Assert.Equal(
                isKnown, (await shop.PostAsync("/v1/rewards/film/codes", codes)).Headers.Contains("Idempotent-Replayed"));
        await shop.GetAsync("/v1/rewards");
        await shop.GetAsync("/v1/rewards?customerId=alice");

        foreach (var (id, reward) in ((string, string)[])[("r-1", "film"), ("r-2", "mug"), ("r-3", "off")])
            Assert.Equal(
                HttpStatusCode.Created,
                (await shop.PostAsync(Path, new { redemptionId = id, rewardId = reward })).StatusCode);
        await StepAsync("r-1/fulfil", HttpStatusCode.Conflict);
        foreach (var step in (string[])["r-1/issue", "r-1/fulfil", "r-1/fulfil", "r-3/issue", "r-2/cancel", "r-3/cancel"])
            await StepAsync(step, HttpStatusCode.OK);
        await StepAsync("r-1/cancel", HttpStatusCode.Conflict);
        await StepAsync("r-2/issue", HttpStatusCode.Conflict);
        foreach (var id in (string[])["r-1", "r-2", "r-3"])
            await shop.GetAsync($"{Path}/{id}");
        var next = $"{Path}?limit=2";
        while (next is not null)
            next = Next(await shop.Client.GetAsync(next));
        var code = (await shop.GetAsync($"{Path}/r-1")).GetProperty("code").GetString();
        Assert.Equal("fulfilled", (await shop.GetAsync($"/v1/codes/{code}")).GetProperty("status").GetString());

        async Task StepAsync(string step, HttpStatusCode expected) => Assert.Equal(
            expected, (await shop.PostAsync($"{Path}/{step}", new { reason = "Not wanted" })).StatusCode);
    }

    private async Task CustomersAsync()
    {
        object[] profiles = [new { name = "Bob" }, new { name = "Bob", birthday = "1980-02-29", attributes = new { shoe = "44" } }];
        Assert.Equal(HttpStatusCode.Created, (await shop.Client.PutAsJsonAsync("/v1/customers/bob", profiles[0])).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await shop.Client.PutAsJsonAsync("/v1/customers/bob", profiles[1])).StatusCode);
        foreach (var customer in (string[])["alice", "bob"])
        {
            await shop.GetAsync($"/v1/customers/{customer}");
            await shop.GetAsync($"/v1/customers/{customer}/balance?asOf=2026-01-10T12:00:00Z");
            var next = $"/v1/customers/{customer}/ledger?limit=1";
            while (next is not null)
                next = Next(await shop.Client.GetAsync(next));
        }
    }

    private async Task MembersAsync()
    {
        foreach (var id in (string[])["e-1", "e-2"])
        {
            var posted = await shop.PostAsync(
                "/v1/events", new { eventId = id, customerId = "bob", type = "app-install", occurredAt = "2026-01-10T09:00:00Z" });
            Assert.Equal(HttpStatusCode.OK, posted.StatusCode);
        }

        var made = await shop.Client.PostAsync("/v1/customers/alice/referral-code", null);
        var code = (await made.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString();
        var referral = await shop.PostAsync("/v1/referrals", new { refereeCustomerId = "bob", code });
        Assert.Equal(HttpStatusCode.Created, referral.StatusCode);
        foreach (var customer in (string[])["alice", "bob"])
            await shop.GetAsync($"/v1/customers/{customer}/referrals");

        const string Path = "/v1/customers/bob/adjustments";
        foreach (var (id, points, status) in ((string, int, HttpStatusCode)[])
            [("a-1", -5, HttpStatusCode.Created), ("a-2", 2_000, HttpStatusCode.Accepted), ("a-3", 2_000, HttpStatusCode.Accepted)])
        {
            var asked = await shop.PostAsync(Path, new { adjustmentId = id, points, reason = "Twice" });
            Assert.Equal(status, asked.StatusCode);
        }

        Assert.Equal(2, (await shop.GetAsync("/v1/adjustments?status=pending")).GetProperty("adjustments").GetArrayLength());
        await shop.GetAsync($"{Path}/a-2");
        foreach (var (decision, key, status) in ((string, string, HttpStatusCode)[])
        [
            ("a-2/approve", shop.Key, HttpStatusCode.Conflict), ("a-2/approve", keys["staff"], HttpStatusCode.OK),
            ("a-3/reject", keys["admin"], HttpStatusCode.OK), ("a-3/reject", keys["staff"], HttpStatusCode.Conflict),
        ])
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"{Path}/{decision}");
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
            using var answer = await shop.Client.SendAsync(request);
            Assert.Equal(status, answer.StatusCode);
        }
    }
}
