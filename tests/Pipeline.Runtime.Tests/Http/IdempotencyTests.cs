using System.Net;
using Pipeline.Runtime.Http.Idempotency;
using Pipeline.Runtime.Ports;
using Pipeline.Runtime.Security;

namespace Pipeline.Runtime.Tests.Http;

public sealed class IdempotencyTests
{
    [Fact]
    public async Task A_natural_key_repeated_gets_the_first_answer_again()
    {
        await using var host = await ApiHost.StartAsync();
        var first = await host.PostAsync("/v1/purchases", Bodies.Purchase());
        var second = await host.PostAsync("/v1/purchases", Bodies.Purchase());
        await host.Shop.WorkAsync();
        var third = await host.PostAsync("/v1/purchases", Bodies.Purchase());
        Assert.False(first.IsReplayed);
        Assert.True(second.IsReplayed && third.IsReplayed);
        Assert.Equal(first.Json.GetRawText(), third.Json.GetRawText());
        Assert.Equal(first.Headers["Location"], third.Headers["Location"]);
        var other = await host.PostAsync("/v1/purchases", Bodies.Purchase(more: ",\"tax\":1"));
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "content-differs"), (other.Status, other.Code));
    }

    [Fact]
    public async Task A_header_repeated_gets_the_first_answer_again_for_24_hours()
    {
        await using var host = await ApiHost.StartAsync();
        var first = await host.PostAsync("/v1/quotes", Quote(5), idempotencyKey: "k");
        var second = await host.PostAsync("/v1/quotes", Quote(5), idempotencyKey: "k");
        Assert.Equal((false, true), (first.IsReplayed, second.IsReplayed));
        Assert.Equal(first.Json.GetRawText(), second.Json.GetRawText());
        host.Shop.Time.Advance(TimeSpan.FromHours(24) - TimeSpan.FromMilliseconds(1));
        Assert.True((await host.PostAsync("/v1/quotes", Quote(5), idempotencyKey: "k")).IsReplayed);
        host.Shop.Time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal((HttpStatusCode.OK, false), Of(await host.PostAsync("/v1/quotes", Quote(6), idempotencyKey: "k")));
    }

    [Fact]
    public async Task A_header_with_other_content_is_refused_and_changes_nothing()
    {
        await using var host = await ApiHost.StartAsync();
        await host.PostAsync("/v1/purchases", Bodies.Purchase("p-1"), idempotencyKey: "k");
        var other = await host.PostAsync("/v1/purchases", Bodies.Purchase("p-2"), idempotencyKey: "k");
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "content-differs"), (other.Status, other.Code));
        await host.Shop.WorkAsync();
        Assert.Equal("not-found", (await host.GetAsync("/v1/customers/ann/purchases/p-2")).Code);
    }

    [Fact]
    public async Task The_same_content_in_another_notation_is_the_same()
    {
        await using var host = await ApiHost.StartAsync();
        await host.PostAsync("/v1/customers/ann/holds", """{"holdId":"h","points":5}""", idempotencyKey: "k");
        var again = await host.PostAsync(
            "/v1/customers/ann/holds", """{ "points": 5, "holdId": "\u0068" }""", idempotencyKey: "k");
        Assert.True(again.IsReplayed);
    }

    [Fact]
    public async Task A_header_is_unique_for_a_key_and_a_path()
    {
        await using var host = await ApiHost.StartAsync();
        var other = await host.NewKeyAsync("other", ApiScopes.All);
        await host.PostAsync("/v1/purchases", Bodies.Purchase("p-1"), idempotencyKey: "k");
        var refund = await host.PostAsync("/v1/refunds", Bodies.Refund(), idempotencyKey: "k");
        Assert.Equal((HttpStatusCode.Accepted, false), Of(refund));
        var foreign = await host.PostAsync("/v1/purchases", Bodies.Purchase("p-2"), other, "k");
        Assert.Equal((HttpStatusCode.Accepted, false), Of(foreign));
    }

    [Fact]
    public async Task A_header_stands_for_a_missing_natural_key()
    {
        await using var host = await ApiHost.StartAsync();
        var body = Bodies.Purchase().Replace("\"purchaseId\":\"p-1\",", "", StringComparison.Ordinal);
        Assert.Equal("validation", (await host.PostAsync("/v1/purchases", body)).Code);
        var named = await host.PostAsync("/v1/purchases", body, idempotencyKey: "from-header");
        Assert.Equal("from-header", named.Text("purchaseId"));
        var refused = await host.PostAsync("/v1/purchases", body, idempotencyKey: "a/b");
        Assert.Equal(["Idempotency-Key"], refused.ErrorPlaces);
    }

    [Theory]
    [InlineData(256)]
    [InlineData(0)]
    public async Task A_header_of_another_form_is_refused(int characters)
    {
        await using var host = await ApiHost.StartAsync();
        var answer = await host.PostAsync("/v1/purchases", Bodies.Purchase(), idempotencyKey: new string('k', characters));
        Assert.Equal(["Idempotency-Key"], answer.ErrorPlaces);
    }

    [Fact]
    public async Task A_run_without_a_header_is_refused()
    {
        await using var host = await ApiHost.StartAsync();
        const string Body = """{"kind":"nightly","slot":"2026-03-01"}""";
        Assert.Equal("idempotency-key-missing", (await host.PostAsync("/v1/runs", Body)).Code);
        Assert.Equal(HttpStatusCode.Accepted, (await host.PostAsync("/v1/runs", Body, idempotencyKey: "k")).Status);
        Assert.True((await host.PostAsync("/v1/runs", Body, idempotencyKey: "k")).IsReplayed);
    }

    [Fact]
    public async Task Of_many_at_once_one_works_and_the_others_wait_or_repeat()
    {
        await using var host = await ApiHost.StartAsync();
        const string Body = """{"name":"shop","scopes":["checkout"]}""";
        var answers = await Task.WhenAll(
            Enumerable.Range(0, 20).Select(_ => host.PostAsync("/v1/keys", Body, idempotencyKey: "k")));
        Assert.Single(answers, static answer => answer.Status == HttpStatusCode.Created && !answer.IsReplayed);
        Assert.All(answers, static answer => Assert.True(
            answer.Status == HttpStatusCode.Created || (answer.Code == "in-flight" && answer.Headers["Retry-After"] == "1")));
        var texts = answers.Where(static answer => answer.Code is null).Select(static answer => answer.Text("key"));
        Assert.Single(texts.Distinct());
        Assert.Equal(2, (await host.GetAsync("/v1/keys")).Json.GetProperty("keys").GetArrayLength());
    }

    [Fact]
    public async Task A_request_whose_process_died_is_taken_over_after_a_minute()
    {
        await using var host = await ApiHost.StartAsync();
        var arrived = new TaskCompletionSource();
        var never = new TaskCompletionSource();
        host.Shop.Tap.OnRequest = request =>
        {
            if (!request.StartsWith("send", StringComparison.Ordinal))
                return Task.CompletedTask;
            arrived.TrySetResult();
            return never.Task;
        };
        var lost = host.PostAsync("/v1/purchases", Bodies.Purchase(), idempotencyKey: "k");
        await arrived.Task;
        host.Shop.Tap.OnRequest = null;
        var early = await host.PostAsync("/v1/purchases", Bodies.Purchase(), idempotencyKey: "k");
        Assert.Equal((HttpStatusCode.Conflict, "in-flight"), (early.Status, early.Code));
        host.Shop.Time.Advance(TimeSpan.FromSeconds(60));
        var late = await host.PostAsync("/v1/purchases", Bodies.Purchase(), idempotencyKey: "k");
        Assert.Equal((HttpStatusCode.Accepted, false), Of(late));
        never.SetResult();
        Assert.True((await lost).IsReplayed);
    }

    [Fact]
    public async Task A_refusal_before_the_work_is_not_kept()
    {
        await using var host = await ApiHost.StartAsync();
        Assert.Equal("validation", (await host.PostAsync("/v1/purchases", "{}", idempotencyKey: "k")).Code);
        host.Shop.Tap.OnRequest = static request => request.StartsWith("send", StringComparison.Ordinal)
            ? throw new QueueFullException("purchases", 1)
            : Task.CompletedTask;
        Assert.Equal("queue-full", (await host.PostAsync("/v1/purchases", Bodies.Purchase(), idempotencyKey: "k")).Code);
        host.Shop.Tap.OnRequest = null;
        var late = await host.PostAsync("/v1/purchases", Bodies.Purchase(), idempotencyKey: "k");
        Assert.Equal((HttpStatusCode.Accepted, false), Of(late));
    }

    [Fact]
    public async Task A_refusal_of_the_business_is_kept()
    {
        await using var host = await ApiHost.StartAsync();
        await host.Shop.BuyAsync("p-1", 10);
        const string Body = """{"holdId":"h","points":50}""";
        var first = await host.PostAsync("/v1/customers/ann/holds", Body, idempotencyKey: "k");
        await host.Shop.BuyAsync("p-2", 100);
        var second = await host.PostAsync("/v1/customers/ann/holds", Body, idempotencyKey: "k");
        Assert.Equal(("insufficient-points", false), (first.Code, first.IsReplayed));
        Assert.Equal(("insufficient-points", true), (second.Code, second.IsReplayed));
    }

    [Fact]
    public async Task A_new_key_repeats_its_text_but_the_store_cannot_read_it()
    {
        await using var host = await ApiHost.StartAsync();
        const string Body = """{"name":"shop","scopes":["checkout"]}""";
        var first = await host.PostAsync("/v1/keys", Body, idempotencyKey: "k");
        var second = await host.PostAsync("/v1/keys", Body, idempotencyKey: "k");
        Assert.True(second.IsReplayed);
        Assert.Equal(first.Text("key"), second.Text("key"));
        var secret = first.Text("key").Split('_', 3)[2];
        var inBase64 = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(first.Json.GetRawText()));
        Assert.All(host.Shop.Stored(), line => Assert.False(
            line.Contains(secret, StringComparison.Ordinal) || line.Contains(inBase64, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task The_sweep_deletes_what_is_over_and_nothing_else()
    {
        await using var host = await ApiHost.StartAsync();
        await host.PostAsync("/v1/quotes", Quote(1), idempotencyKey: "old");
        host.Shop.Time.Advance(TimeSpan.FromHours(23));
        await host.PostAsync("/v1/quotes", Quote(1), idempotencyKey: "new");
        host.Shop.Time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(1, await host.Get<IdempotencySweep>().RunAsync(default));
        Assert.Equal(0, await host.Get<IdempotencySweep>().RunAsync(default));
        Assert.True((await host.PostAsync("/v1/quotes", Quote(1), idempotencyKey: "new")).IsReplayed);
    }

    private static string Quote(int quantity) => Bodies.Purchase(
        lines: $$"""[{"sku":"cup","quantity":{{quantity}},"unitPrice":100}]""");

    private static (HttpStatusCode Status, bool IsReplayed) Of(Answer answer) => (answer.Status, answer.IsReplayed);
}
