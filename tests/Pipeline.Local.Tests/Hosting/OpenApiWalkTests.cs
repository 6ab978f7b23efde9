using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace Pipeline.Local.Tests.Hosting;

/// <summary>
/// Every operation of the document that the real server serves, asked of it. <see cref="DocumentedAnswers"/> holds each
/// answer to the document; here it is counted that none was left out.
/// </summary>
public sealed partial class OpenApiWalkTests : IAsyncLifetime
{
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
    private DocumentedOperation[] operations = null!;
    private int posted;

    public async Task InitializeAsync()
    {
        shop = await LocalShop.StartAsync(folder.Data, program: folder.File("program.json", Program));
        operations = DocumentedOperation.All(await shop.GetAsync("/openapi.json"));
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

    /// <summary>Lists over all shards are given one that is well-formed and names a shard that there is: only the store can tell.</summary>
    [Theory]
    [InlineData("/v1/cases?cursor=MCBub25zZW5zZSE")]
    [InlineData("/v1/churn-warnings?cursor=MCBub25zZW5zZSE")]
    [InlineData("/v1/adjustments?status=pending&cursor=MCBub25zZW5zZSE")]
    [InlineData("/v1/undelivered-events?cursor=MCBub25zZW5zZSE")]
    [InlineData("/v1/runs?cursor=nonsense!")]
    public async Task A_cursor_that_the_store_did_not_give_out_is_refused(string list)
    {
        using var answer = await shop.Client.GetAsync(list);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    /// <summary>The problems that an operation declares and that need nothing to be there.</summary>
    private async Task ProvokeAsync(DocumentedOperation operation)
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

    private Task ExpectMalformedAsync(DocumentedOperation operation)
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

    private async Task<string> NewKeyAsync(string scope)
    {
        var made = await shop.PostAsync("/v1/keys", new { name = $"only-{scope}", scopes = new[] { scope } });
        return (await made.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("key").GetString()!;
    }

    private async Task ExpectAsync(
        int status, DocumentedOperation operation, string? key = null, string? body = null, string id = "unknown",
        string query = "", string? idempotencyKey = null, string contentType = "application/json")
    {
        using var answer = await AskAsync(operation, key, body, id, query, idempotencyKey, contentType);
        Assert.True(status == (int)answer.StatusCode, $"{operation.Id}: {(int)answer.StatusCode} and not {status}.");
    }

    /// <summary>Asks with the example of the document as the body.</summary>
    /// <param name="key">Null: the one with every scope; empty: none.</param>
    /// <param name="id">For every variable of the path: "unknown" is what nothing in this walk makes known.</param>
    private async Task<HttpResponseMessage> AskAsync(
        DocumentedOperation operation, string? key = null, string? body = null, string id = "unknown", string query = "",
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

    private static string? Next(HttpResponseMessage answer) =>
        answer.Headers.TryGetValues("Link", out var links) ? links.Single().Split('<', '>')[1] : null;
}
