using System.Net;
using System.Text.Json;
using Pipeline.Runtime.Ports;

namespace Pipeline.Runtime.Tests.Http;

public sealed class EndpointTests
{
    [Fact]
    public async Task A_purchase_is_accepted_worked_and_read()
    {
        await using var host = await ApiHost.StartAsync();
        var accepted = await host.PostAsync("/v1/purchases", Bodies.Purchase());
        Assert.Equal((HttpStatusCode.Accepted, "accepted"), (accepted.Status, accepted.Text("status")));
        var location = accepted.Headers["Location"];
        Assert.Equal("/v1/customers/ann/purchases/p-1", location);
        Assert.Equal(HttpStatusCode.NotFound, (await host.GetAsync(location)).Status);
        await host.Shop.WorkAsync();
        var purchase = await host.GetAsync(location);
        Assert.Equal(("applied", 5, 0), (purchase.Text("status"), purchase.Number("points"), purchase.Number("clawedBack")));
        Assert.Equal(5, purchase.Json.GetProperty("lots")[0].GetProperty("points").GetInt64());
        Assert.Equal("2026-03-01T11:00:00Z", purchase.Json.GetProperty("lots")[0].GetProperty("activeAt").GetString());
        Assert.Equal("no-store", purchase.Headers["Cache-Control"]);
    }

    [Fact]
    public async Task A_refund_waits_for_its_purchase_and_is_then_applied()
    {
        await using var host = await ApiHost.StartAsync();
        await host.PostAsync("/v1/refunds", Bodies.Refund(more: ",\"amount\":200"));
        await host.Shop.WorkAsync();
        var waiting = await host.GetAsync("/v1/customers/ann/refunds/r-1");
        Assert.Equal("waiting", waiting.Text("status"));
        Assert.Equal("/problems/purchase-unknown", waiting.Json.GetProperty("problem").GetProperty("type").GetString());
        await host.PostAsync("/v1/purchases", Bodies.Purchase());
        await host.Shop.WorkAsync();
        var applied = await host.GetAsync("/v1/customers/ann/refunds/r-1");
        Assert.Equal(("applied", 2, 200), (applied.Text("status"), applied.Number("points"), applied.Number("amount")));
        var purchase = await host.GetAsync("/v1/customers/ann/purchases/p-1");
        Assert.Equal(
            ("partlyRefunded", 5, 2),
            (purchase.Text("status"), purchase.Number("points"), purchase.Number("clawedBack")));
        var above = await host.PostAsync("/v1/refunds", Bodies.Refund("r-2", more: ",\"amount\":301"));
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "refund-above-purchase"), (above.Status, above.Code));
    }

    [Fact]
    public async Task A_refund_of_another_customers_purchase_waits_with_its_problem_and_changes_nothing()
    {
        await using var host = await ApiHost.StartAsync();
        await host.PostAsync("/v1/purchases", Bodies.Purchase());
        await host.PostAsync("/v1/refunds", Bodies.Refund().Replace("\"ann\"", "\"bob\"", StringComparison.Ordinal));
        await host.Shop.WorkAsync();
        var refund = await host.GetAsync("/v1/customers/bob/refunds/r-1");
        Assert.Equal(("waiting", 0), (refund.Text("status"), refund.Number("points")));
        Assert.Equal("/problems/purchase-unknown", refund.Json.GetProperty("problem").GetProperty("type").GetString());
        var purchase = await host.GetAsync("/v1/customers/ann/purchases/p-1");
        Assert.Equal(("applied", 0), (purchase.Text("status"), purchase.Number("clawedBack")));
        Assert.Equal(HttpStatusCode.NotFound, (await host.GetAsync("/v1/customers/bob/balance")).Status);
    }

    [Fact]
    public async Task A_hold_is_placed_captured_and_repeated_with_the_same_answers()
    {
        await using var host = await ApiHost.StartAsync();
        await host.Shop.BuyAsync("p-1", 100);
        const string Body = """{"holdId":"h-1","points":40,"expiresInSeconds":60}""";
        var held = await host.PostAsync("/v1/customers/ann/holds", Body);
        Assert.Equal((HttpStatusCode.Created, "2026-03-01T12:01:00Z"), (held.Status, held.Text("expiresAt")));
        Assert.True((await host.PostAsync("/v1/customers/ann/holds", Body)).IsReplayed);
        var captured = await host.PostAsync("/v1/customers/ann/holds/h-1/capture", null);
        Assert.Equal(("captured", 40), (captured.Text("status"), captured.Number("points")));
        var again = await host.PostAsync("/v1/customers/ann/holds/h-1/capture", null);
        Assert.Equal((captured.Json.GetRawText(), true), (again.Json.GetRawText(), again.IsReplayed));
        var release = await host.PostAsync("/v1/customers/ann/holds/h-1/release", null);
        Assert.Equal((HttpStatusCode.Conflict, "hold-captured"), (release.Status, release.Code));
    }

    [Theory]
    [InlineData("ann", "unknown", HttpStatusCode.NotFound, "unknown-hold")]
    [InlineData("nobody", "unknown", HttpStatusCode.NotFound, "unknown-customer")]
    public async Task A_hold_or_customer_that_is_unknown_is_404(
        string customer, string hold, HttpStatusCode status, string code)
    {
        await using var host = await ApiHost.StartAsync();
        await host.Shop.BuyAsync("p-1", 1);
        var answer = await host.PostAsync($"/v1/customers/{customer}/holds/{hold}/release", null);
        Assert.Equal((status, code), (answer.Status, answer.Code));
    }

    [Theory]
    [InlineData("{\"holdId\":\"h\",\"points\":0}", "/points")]
    [InlineData("{\"holdId\":\"h\",\"points\":1,\"expiresInSeconds\":0}", "/expiresInSeconds")]
    [InlineData("{\"holdId\":\"h\",\"points\":1,\"expiresInSeconds\":86401}", "/expiresInSeconds")]
    [InlineData("{\"points\":1}", "/holdId")]
    public async Task A_hold_out_of_range_is_refused(string body, string place)
    {
        await using var host = await ApiHost.StartAsync();
        Assert.Equal([place], (await host.PostAsync("/v1/customers/ann/holds", body)).ErrorPlaces);
    }

    [Fact]
    public async Task A_quote_says_what_would_be_earned_and_redeemed()
    {
        await using var host = await ApiHost.StartAsync();
        await host.Shop.BuyAsync("p-1", 100);
        var quote = await host.PostAsync("/v1/quotes", Bodies.Purchase());
        Assert.Equal(5, quote.Json.GetProperty("earn").GetProperty("points").GetInt64());
        Assert.Equal(100, quote.Json.GetProperty("redeem").GetProperty("maxPoints").GetInt64());
        Assert.Equal(100, quote.Json.GetProperty("redeem").GetProperty("value").GetInt64());
    }

    [Theory]
    [InlineData(",\"discount\":501", "discount-above-goods")]
    [InlineData(",\"tax\":9223372036854775807", "total-overflow")]
    public async Task A_basket_without_a_price_is_refused(string more, string code)
    {
        await using var host = await ApiHost.StartAsync();
        var answer = await host.PostAsync("/v1/purchases", Bodies.Purchase(more: more));
        Assert.Equal((HttpStatusCode.UnprocessableEntity, code), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task A_profile_makes_a_customer_and_is_replaced_as_a_whole()
    {
        await using var host = await ApiHost.StartAsync();
        Assert.Equal("unknown-customer", (await host.GetAsync("/v1/customers/zoe")).Code);
        var made = await host.SendAsync("PUT", "/v1/customers/zoe", """{"name":"Zoë 王","attributes":{"shoe":"38"}}""");
        Assert.Equal((HttpStatusCode.Created, "/v1/customers/zoe"), (made.Status, made.Headers["Location"]));
        var replaced = await host.SendAsync("PUT", "/v1/customers/zoe", """{"email":"z@example.com"}""");
        Assert.Equal(HttpStatusCode.OK, replaced.Status);
        var profile = (await host.GetAsync("/v1/customers/zoe")).Json.GetProperty("profile");
        Assert.Equal(JsonValueKind.Null, profile.GetProperty("name").ValueKind);
        Assert.Equal("z@example.com", profile.GetProperty("email").GetString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("?asOf=2026-03-01T11:00:00Z")]
    [InlineData("?asOf=2026-03-01T12:00:00+01:00")]
    [InlineData("?asOf=2026-03-01T12:00:00%2B01:00&knownAt=2026-03-01T12:00:00Z")]
    public async Task A_balance_of_an_instant_shows_its_lots(string query)
    {
        await using var host = await ApiHost.StartAsync();
        await host.PostAsync("/v1/purchases", Bodies.Purchase());
        await host.Shop.WorkAsync();
        var balance = await host.GetAsync($"/v1/customers/ann/balance{query}");
        Assert.Equal((5, 0), (balance.Number("spendable"), balance.Number("pending")));
        Assert.Equal((0, 0), (balance.Number("held"), balance.Number("deficit")));
        Assert.Equal("purchase:p-1", balance.Json.GetProperty("lots")[0].GetProperty("entryId").GetString());
    }

    [Fact]
    public async Task Before_the_customer_was_known_the_balance_is_zeros()
    {
        await using var host = await ApiHost.StartAsync();
        await host.Shop.BuyAsync("p-1", 5);
        var balance = await host.GetAsync("/v1/customers/ann/balance?knownAt=2020-01-01T00:00:00Z");
        Assert.Equal((0, 0), (balance.Number("spendable"), balance.Json.GetProperty("lots").GetArrayLength()));
    }

    [Theory]
    [InlineData("ledger?limit=0", "limit")]
    [InlineData("ledger?limit=201", "limit")]
    [InlineData("ledger?limit=x", "limit")]
    [InlineData("ledger?limit=", "limit")]
    [InlineData("ledger?limit=1&limit=2", "limit")]
    [InlineData("ledger?cursor=!", "cursor")]
    [InlineData("ledger?cursor=ZW5vbmU", "cursor")]
    [InlineData("balance?asOf=today", "asOf")]
    [InlineData("balance?knownAt=2026-03-01", "knownAt")]
    public async Task A_bad_parameter_is_named(string query, string name)
    {
        await using var host = await ApiHost.StartAsync();
        await host.Shop.BuyAsync("p-1", 5);
        var answer = await host.GetAsync($"/v1/customers/ann/{query}");
        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Equal([name], answer.ErrorPlaces);
    }

    [Fact]
    public async Task The_ledger_is_paged_by_links_and_tells_why()
    {
        await using var host = await ApiHost.StartAsync();
        for (var i = 1; i <= 5; i++)
            await host.Shop.BuyAsync($"p-{i}", i);
        var ids = new List<string>();
        var next = "/v1/customers/ann/ledger?limit=2";
        for (var page = 0; next is not null && page < 10; page++)
        {
            var answer = await host.GetAsync(next);
            foreach (var entry in answer.Json.GetProperty("entries").EnumerateArray())
            {
                ids.Add(entry.GetProperty("entryId").GetString()!);
                Assert.StartsWith("1 point per GBP 1.00 on GBP", entry.GetProperty("reason").GetString());
            }

            next = answer.Headers.TryGetValue("Link", out var link)
                ? link[1..link.IndexOf('>', StringComparison.Ordinal)]
                : null;
        }

        Assert.Equal(["purchase:p-5", "purchase:p-4", "purchase:p-3", "purchase:p-2", "purchase:p-1"], ids);
    }

    [Fact]
    public async Task The_program_names_its_zone()
    {
        await using var host = await ApiHost.StartAsync();
        var program = await host.GetAsync("/v1/program");
        Assert.Equal("UTC", program.Text("timeZone"));
    }

    [Fact]
    public async Task A_run_is_planned_listed_and_read()
    {
        await using var host = await ApiHost.StartAsync();
        var planned = await host.PostAsync("/v1/runs", """{"kind":"nightly","slot":"2026-03-01"}""", idempotencyKey: "a");
        Assert.Equal((HttpStatusCode.Accepted, "planned"), (planned.Status, planned.Text("status")));
        await host.Shop.NightAsync(new DateOnly(2026, 3, 1));
        await host.PostAsync("/v1/runs", """{"kind":"nightly","slot":"2026-02-28"}""", idempotencyKey: "b");
        var run = await host.GetAsync(planned.Headers["Location"]);
        Assert.Equal(("nightly:2026-03-01", "done"), (run.Text("runId"), run.Text("status")));
        var page = await host.GetAsync("/v1/runs?limit=1");
        Assert.Equal("nightly:2026-03-01", page.Json.GetProperty("runs")[0].GetProperty("runId").GetString());
        Assert.Contains("rel=\"next\"", page.Headers["Link"]);
        Assert.Equal("not-found", (await host.GetAsync("/v1/runs/nightly:2001-01-01")).Code);
    }

    [Theory]
    [InlineData("""{"kind":"weekly","slot":"2026-03-01"}""", "/kind")]
    [InlineData("""{"kind":"nightly","slot":"2026-02-30"}""", "/slot")]
    [InlineData("""{"kind":"nightly","slot":"2026-03-02"}""", "/slot")]
    [InlineData("""{"kind":"nightly"}""", "/slot")]
    public async Task A_run_that_cannot_be_is_refused(string body, string place)
    {
        await using var host = await ApiHost.StartAsync();
        Assert.Equal([place], (await host.PostAsync("/v1/runs", body, idempotencyKey: "k")).ErrorPlaces);
    }

    [Fact]
    public async Task Dead_letters_are_listed_without_their_bodies_and_replayed_once()
    {
        await using var host = await ApiHost.StartAsync();
        Assert.Equal(0, (await host.GetAsync("/v1/dead-letters")).Json.GetProperty("deadLetters").GetArrayLength());
        await host.PostAsync("/v1/purchases", Bodies.Purchase());
        var lease = host.Shop.Queue.TryReceive("purchases", 1)!;
        await host.Shop.Queue.SettleAsync(
            lease, [new Settlement.DeadLetter(lease.Messages[0].Sequence, "poison", "It was.")], default);
        var letter = (await host.GetAsync("/v1/dead-letters?queue=purchases")).Json.GetProperty("deadLetters")[0];
        Assert.Equal("poison", letter.GetProperty("reason").GetString());
        var replay = $"/v1/dead-letters/purchases/{letter.GetProperty("sequence").GetInt64()}/replay";
        Assert.Equal(HttpStatusCode.Accepted, (await host.PostAsync(replay, null)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await host.PostAsync(replay, null)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await host.PostAsync("/v1/dead-letters/purchases/x/replay", null)).Status);
        Assert.Equal(["queue"], (await host.GetAsync("/v1/dead-letters?queue=none")).ErrorPlaces);
    }

    [Theory]
    [InlineData("/v1/customers/a%20b")]
    [InlineData("/v1/customers/a%2Fb")]
    [InlineData("/v1/customers/%C3%A9")]
    public async Task An_id_in_a_path_has_the_form_of_ids(string path)
    {
        await using var host = await ApiHost.StartAsync();
        Assert.Equal(["customerId"], (await host.GetAsync(path)).ErrorPlaces);
    }
}
