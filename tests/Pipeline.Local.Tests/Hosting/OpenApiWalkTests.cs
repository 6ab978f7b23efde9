using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Pipeline.Domain;
using Pipeline.Runtime.Events;
using Pipeline.Runtime.Loyalty.Storage;
using Pipeline.Runtime.Ports;

namespace Pipeline.Local.Tests.Hosting;

/// <summary>
/// Every operation of the document that the real server serves, asked of it. <see cref="DocumentedAnswers"/> holds each
/// answer to the document; here it is counted that none was left out.
/// </summary>
public sealed class OpenApiWalkTests : IAsyncLifetime
{
    /// <summary>What every operation that declares it can be brought to answer; the others need a race, a load or a fault.</summary>
    private static readonly int[] Provoked = [400, 401, 403, 404, 413, 415, 422];

    /// <summary>The default, with a rule for what answers only where there is one.</summary>
    private const string Program = """
        { "version": 1, "name": "Walk", "timeZone": "UTC",
          "awards": { "referral": { "referrerPoints": 5, "refereePoints": 5 }, "events": { "app-install": { "points": 5, "perCustomer": 1 } } },
          "rewards": [
            { "id": "off", "name": "GBP 5 off", "kind": "discount", "points": 5, "stock": 10,
              "value": { "currency": "GBP", "minorUnits": 500 }, "validDays": 30 },
            { "id": "mug", "name": "A mug", "kind": "gift", "points": 10, "stock": 1,
              "partMoney": { "minPoints": 4, "currency": "GBP", "points": 1, "minorUnits": 99 } },
            { "id": "film", "name": "A film", "kind": "voucher", "points": 2, "code": "pool" } ],
          "campaigns": [
            { "id": "app-week", "name": "App week", "effect": { "kind": "bonus", "points": 10 }, "when": { "channels": ["app"] } },
            { "id": "app-day", "name": "App day", "effect": { "kind": "bonus", "points": 10 }, "when": { "channels": ["app"] },
              "caps": { "budget": 1000 } } ] }
        """;

    private readonly TempFolder folder = new();
    private readonly Dictionary<string, string> keys = [];
    private LocalShop shop = null!;
    private Operation[] operations = null!;
    private int posted;

    public async Task InitializeAsync()
    {
        shop = await LocalShop.StartAsync(folder.Data, program: folder.File("program.json", Program));
        operations = Operation.All(await shop.GetAsync("/openapi.json"));
    }

    public async Task DisposeAsync()
    {
        await shop.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task Every_operation_answers_as_its_document_says()
    {
        foreach (var scope in (string[])["checkout", "survey", "staff", "admin"])
            keys.Add(scope, await NewKeyAsync(scope));
        foreach (var operation in operations)
            await ProvokeAsync(operation);
        await CheckoutAsync();
        await FeedbackAsync();
        await RewardsAsync();
        await CustomersAsync();
        await CampaignsAsync();
        await OperationsAsync();
        await MembersAsync();
        await ProgramAsync();
        await KeysAsync();
        await DeadLettersAsync();
        await UndeliveredEventsAsync();

        var expected = operations.SelectMany(
            static operation => operation.Statuses.Where(status => status < 300 || operation.CanAnswer(status)),
            static (operation, status) => (operation.Id, status));
        Assert.Empty(expected.Except(shop.Document.Seen));
        Assert.Superset(
            new HashSet<(string, int)>
            {
                ("captureHold", 409), ("releaseHold", 409), ("postKey", 409), ("postFeedback", 409), ("postCaseEvent", 409),
                ("approveAdjustment", 409), ("rejectAdjustment", 409),
                ("issueRedemption", 409), ("fulfilRedemption", 409), ("cancelRedemption", 409),
                ("putProgram", 409), ("putProgram", 422),
            },
            shop.Document.Seen.ToHashSet());
    }

    /// <summary>The problems that an operation declares and that need nothing to be there.</summary>
    private async Task ProvokeAsync(Operation operation)
    {
        if (operation.Scopes.Length > 0)
            await ExpectAsync(401, operation, key: "");
        if (keys.Keys.Except(operation.Scopes).FirstOrDefault() is { } other && operation.Scopes.Length > 0)
            await ExpectAsync(403, operation, key: keys[other]);
        if (operation.CanAnswer(400))
            await ExpectMalformedAsync(operation);
        if (operation.CanAnswer(413))
            await ExpectAsync(413, operation, body: new string(' ', (1024 * 1024) + 1), idempotencyKey: $"{operation.Id}-large");
        if (operation.CanAnswer(415))
            await ExpectAsync(415, operation, contentType: "text/plain", idempotencyKey: $"{operation.Id}-text");
        if (operation.CanAnswer(404))
            // A night that was missed may be caught up meanwhile, so that today has a report.
            await ExpectAsync(
                404, operation,
                query: operation.Takes("Date") ? "?date=2001-01-01" : operation.AsksOfCustomer ? "?customerId=unknown" : "",
                idempotencyKey: $"{operation.Id}-unknown");
        if (!operation.CanAnswer(422))
            return;
        // One key, two contents: what the first was answered does not matter.
        await AskAsync(operation, idempotencyKey: $"{operation.Id}-twice");
        await AskAsync(operation, idempotencyKey: $"{operation.Id}-twice");
        await ExpectAsync(422, operation, query: "?other", idempotencyKey: $"{operation.Id}-twice");
    }

    private Task ExpectMalformedAsync(Operation operation)
    {
        if (operation.Example is not null)
            return ExpectAsync(400, operation, body: "{", idempotencyKey: $"{operation.Id}-malformed");
        if (operation.Method == "POST")
            return ExpectAsync(400, operation, idempotencyKey: new string('k', 256));
        return operation.Takes("Limit") ? ExpectAsync(400, operation, query: "?limit=0")
            : operation.Takes("Date") ? ExpectAsync(400, operation, query: "?date=soon")
            : operation.AsksOfCustomer ? ExpectAsync(400, operation, query: "?customerId=~")
            : ExpectAsync(400, operation, id: "~", query: operation.Path.Contains('{') ? "" : "?from=never");
    }

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

    private async Task CampaignsAsync()
    {
        var next = "/v1/campaigns?limit=1";
        while (next is not null)
            next = Next(await shop.Client.GetAsync(next));
        await shop.GetAsync("/v1/campaigns/app-day");
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

    private async Task<string> NewKeyAsync(string scope)
    {
        var made = await shop.PostAsync("/v1/keys", new { name = $"only-{scope}", scopes = new[] { scope } });
        return (await made.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("key").GetString()!;
    }

    private async Task ExpectAsync(
        int status, Operation operation, string? key = null, string? body = null, string id = "unknown",
        string query = "", string? idempotencyKey = null, string contentType = "application/json")
    {
        using var answer = await AskAsync(operation, key, body, id, query, idempotencyKey, contentType);
        Assert.True(status == (int)answer.StatusCode, $"{operation.Id}: {(int)answer.StatusCode} and not {status}.");
    }

    /// <summary>Asks with the example of the document as the body.</summary>
    /// <param name="key">Null: the one with every scope; empty: none.</param>
    /// <param name="id">For every variable of the path: "unknown" is what nothing in this walk makes known.</param>
    private async Task<HttpResponseMessage> AskAsync(
        Operation operation, string? key = null, string? body = null, string id = "unknown", string query = "",
        string? idempotencyKey = null, string contentType = "application/json")
    {
        using var request = new HttpRequestMessage(new HttpMethod(operation.Method), operation.PathOf(id) + query);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key ?? shop.Key);
        if (key == "")
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", "none");
        if (idempotencyKey is not null)
            request.Headers.Add("Idempotency-Key", idempotencyKey);
        if ((body ?? operation.Example) is { } sent)
            request.Content = new StringContent(sent, Encoding.UTF8, contentType);
        return await shop.Client.SendAsync(request);
    }

    private static object Purchase(string? id, int price, string? hold = null) => new
    {
        purchaseId = id ?? "quoted",
        customerId = "alice",
        occurredAt = "2026-01-10T09:00:00Z",
        currency = "GBP",
        lines = new[] { new { sku = "mug", quantity = 1, unitPrice = price } },
        holdId = hold,
    };

    private static string? Next(HttpResponseMessage answer) =>
        answer.Headers.TryGetValues("Link", out var links) ? links.Single().Split('<', '>')[1] : null;

    /// <summary>What the document says of an operation.</summary>
    private sealed record Operation(string Method, string Path, JsonElement Json, string? Example)
    {
        public string Id => Json.GetProperty("operationId").GetString()!;

        /// <summary>Of which one is enough; none: no key is asked for.</summary>
        public string[] Scopes => [.. Json.GetProperty("security").EnumerateArray()
            .Where(static one => one.EnumerateObject().Any())
            .Select(static one => one.GetProperty("bearer")[0].GetString()!)];

        public IEnumerable<int> Statuses => Json.GetProperty("responses").EnumerateObject()
            .Select(static response => int.Parse(response.Name, CultureInfo.InvariantCulture));

        public static Operation[] All(JsonElement document) =>
        [
            .. from path in document.GetProperty("paths").EnumerateObject()
               from operation in path.Value.EnumerateObject()
               select new Operation(
                   operation.Name.ToUpperInvariant(), path.Name, operation.Value, ExampleOf(document, operation.Value)),
        ];

        /// <summary>No scope is beside those that open the program, so that no key is refused there.</summary>
        public bool CanAnswer(int status) =>
            Provoked.Contains(status) && Statuses.Contains(status)
            && (status != 403 || Scopes.Length < 4) && (status != 422 || Method == "POST");

        public bool Takes(string parameter) => Json.TryGetProperty("parameters", out var parameters)
            && parameters.GetRawText().Contains($"/parameters/{parameter}\"", StringComparison.Ordinal);

        public bool AsksOfCustomer => Json.TryGetProperty("parameters", out var parameters)
            && parameters.EnumerateArray().Any(static one => one.TryGetProperty("name", out var name)
                && name.ValueEquals("customerId") && one.GetProperty("in").ValueEquals("query"));

        public string PathOf(string id) => string.Join(
            '/', Path.Split('/').Select(part => part.StartsWith('{') ? id : part));

        private static string? ExampleOf(JsonElement document, JsonElement operation)
        {
            if (!operation.TryGetProperty("requestBody", out var body))
                return null;
            var name = body.GetProperty("content").GetProperty("application/json").GetProperty("schema")
                .GetProperty("$ref").GetString()!.Split('/')[^1];
            return document.GetProperty("components").GetProperty("schemas").GetProperty(name)
                .GetProperty("examples")[0].GetRawText();
        }
    }
}
