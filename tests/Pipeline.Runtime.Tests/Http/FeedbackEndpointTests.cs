using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Pipeline.Domain;
using Pipeline.Runtime.Http;
using Pipeline.Runtime.Security;

namespace Pipeline.Runtime.Tests.Http;

public sealed class FeedbackEndpointTests
{
    [Fact]
    public async Task A_feedback_is_accepted_analysed_and_shown()
    {
        await using var host = await ApiHost.StartAsync();

        var accepted = await host.PostAsync("/v1/feedback", Body());

        Assert.Equal((HttpStatusCode.Accepted, "f-1", "accepted"), (accepted.Status, accepted.Text("feedbackId"), accepted.Text("status")));
        Assert.Equal("/v1/feedback/f-1", accepted.Headers["Location"]);
        Assert.Equal("not-found", (await host.GetAsync("/v1/feedback/f-1")).Code);
        await host.Shop.ListenAsync();
        var feedback = (await host.GetAsync("/v1/feedback/f-1")).Json;
        Assert.Equal("mixed", feedback.GetProperty("sentiment").GetProperty("label").GetString());
        Assert.Equal("delivery", feedback.GetProperty("aspects")[0].GetProperty("aspect").GetString());
        Assert.Equal(JsonValueKind.Null, feedback.GetProperty("answers").GetProperty("ces").ValueKind);
        Assert.Equal("f-1", feedback.GetProperty("caseId").GetString());
    }

    [Fact]
    public async Task A_repetition_is_answered_again_and_other_content_is_refused()
    {
        await using var host = await ApiHost.StartAsync();
        await host.PostAsync("/v1/feedback", Body());

        Assert.True((await host.PostAsync("/v1/feedback", Body())).IsReplayed);
        Assert.Equal("content-differs", (await host.PostAsync("/v1/feedback", Body(more: ""","channel":"web" """))).Code);
        await host.Shop.ListenAsync();
        Assert.True((await host.PostAsync("/v1/feedback", Body())).IsReplayed);
        Assert.Equal("content-differs", (await host.PostAsync("/v1/feedback", Body(customer: "bob"))).Code);
    }

    [Theory]
    [InlineData("""{"csat":0}""", "/answers/csat")]
    [InlineData("""{"csat":6}""", "/answers/csat")]
    [InlineData("""{"csat":4.5}""", "/answers/csat")]
    [InlineData("""{"csat":"5"}""", "/answers/csat")]
    [InlineData("""{"nps":-1}""", "/answers/nps")]
    [InlineData("""{"nps":11}""", "/answers/nps")]
    [InlineData("""{"ces":0}""", "/answers/ces")]
    [InlineData("""{"ces":8}""", "/answers/ces")]
    [InlineData("""{}""", "/answers")]
    [InlineData("""{"csat":null}""", "/answers")]
    [InlineData("""[]""", "/answers")]
    [InlineData("null", "/answers")]
    public async Task Answers_are_on_their_scales_and_there_is_one_at_least(string answers, string place)
    {
        await using var host = await ApiHost.StartAsync();

        var refused = await host.PostAsync("/v1/feedback", $$"""{"feedbackId":"f","answers":{{answers}} }""");

        Assert.Equal(("validation", place), (refused.Code, Assert.Single(refused.ErrorPlaces)));
        Assert.DoesNotContain(host.Shop.Stored(), static line => line.StartsWith("~feedback", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{"feedbackId":"f","answers":{"csat":1}}""")]
    [InlineData("""{"feedbackId":"f","answers":{"csat":5,"nps":0,"ces":7},"customerId":null}""")]
    [InlineData("""{"feedbackId":"f","answers":{"nps":10,"csat":null}}""")]
    [InlineData("""{"feedbackId":"f","comment":"很好\nquite"}""")]
    public async Task The_edges_of_the_scales_and_a_comment_alone_are_taken(string body)
    {
        await using var host = await ApiHost.StartAsync();

        Assert.Equal(HttpStatusCode.Accepted, (await host.PostAsync("/v1/feedback", body)).Status);
    }

    [Theory]
    [InlineData("""{"answers":{"csat":1}}""", "/feedbackId")]
    [InlineData("""{"feedbackId":"f 1","answers":{"csat":1}}""", "/feedbackId")]
    [InlineData("""{"feedbackId":"churn-warning:2026-03-01:x","answers":{"csat":1}}""", "/feedbackId")]
    [InlineData("""{"feedbackId":"f","comment":"  "}""", "/answers")]
    [InlineData("""{"feedbackId":"f","answers":{"csat":1},"submittedAt":"yesterday"}""", "/submittedAt")]
    [InlineData("""{"feedbackId":"f","answers":{"csat":1},"submittedAt":"2026-03-02T12:00:01Z"}""", "/submittedAt")]
    [InlineData("""{"feedbackId":"f","answers":{"csat":1},"customerId":"~x"}""", "/customerId")]
    public async Task What_is_missing_or_wrong_is_told(string body, string place)
    {
        await using var host = await ApiHost.StartAsync();

        Assert.Equal([place], (await host.PostAsync("/v1/feedback", body)).ErrorPlaces);
    }

    [Fact]
    public async Task A_comment_has_5000_characters_at_most_and_a_body_64_kib()
    {
        await using var host = await ApiHost.StartAsync();
        string Commented(string id, int characters) => $$"""{"feedbackId":"{{id}}","comment":"{{new string('茶', characters)}}"}""";

        Assert.Equal(HttpStatusCode.Accepted, (await host.PostAsync("/v1/feedback", Commented("f", 5_000))).Status);
        Assert.Equal(["/comment"], (await host.PostAsync("/v1/feedback", Commented("g", 5_001))).ErrorPlaces);
        Assert.Equal("body-too-large", (await host.PostAsync("/v1/feedback", Commented("h", 30_000))).Code);
    }

    [Fact]
    public async Task A_browser_answers_by_its_link_without_a_key()
    {
        await using var host = await ApiHost.StartAsync();
        var link = await host.PostAsync("/v1/survey-links", """{"customerId":"ann","purchaseId":"p-1"}""", idempotencyKey: "k");
        Assert.Equal(HttpStatusCode.Created, link.Status);
        Assert.EndsWith($"/survey#{link.Text("token")}", link.Text("url"), StringComparison.Ordinal);
        var body = $$"""{"token":"{{link.Text("token")}}","answers":{"csat":2},"website":""}""";

        var answer = await PublicAsync(host, body);

        Assert.Equal(HttpStatusCode.Accepted, answer.Status);
        Assert.True((await PublicAsync(host, body)).IsReplayed);
        Assert.Equal("survey-token-used", (await PublicAsync(host, body.Replace("2}", "3}", StringComparison.Ordinal))).Code);
        await host.Shop.ListenAsync();
        Assert.Equal("ann", (await host.GetAsync($"/v1/feedback/{answer.Text("feedbackId")}")).Text("customerId"));
    }

    [Theory]
    [InlineData("2011-01-02T10:00:00Z", "email")]
    [InlineData("2026-03-02T11:00:00Z", "store")]
    [InlineData("yesterday", "web")]
    public async Task Without_a_key_the_day_and_the_channel_are_not_the_sender_s_to_say(string submittedAt, string channel)
    {
        await using var host = await ApiHost.StartAsync();
        var token = (await host.Shop.Links.MakeAsync(new CustomerId("ann"), null, TimeSpan.FromDays(1), default)).Token;
        host.Shop.Time.Advance(TimeSpan.FromHours(3));
        string Body(string at) =>
            $$$"""{"token":"{{{token}}}","answers":{"csat":2},"submittedAt":"{{{at}}}","channel":"{{{channel}}}"}""";

        var answer = await PublicAsync(host, Body(submittedAt));

        Assert.Equal(HttpStatusCode.Accepted, answer.Status);
        Assert.True((await PublicAsync(host, Body("tomorrow"))).IsReplayed);
        await host.Shop.ListenAsync();
        var feedback = await host.GetAsync($"/v1/feedback/{answer.Text("feedbackId")}");
        Assert.Equal(("2026-03-01T15:00:00Z", "survey"), (feedback.Text("submittedAt"), feedback.Text("channel")));
    }

    [Theory]
    [InlineData("""{"answers":{"csat":2}}""")]
    [InlineData("""{"token":"nonsense","answers":{"csat":2}}""")]
    [InlineData("""{"token":null,"answers":{"csat":2}}""")]
    [InlineData("""{"token":"","answers":{"csat":2}}""")]
    [InlineData("""{"token":"","feedbackId":"f","customerId":"ann","answers":{"csat":2}}""")]
    public async Task Without_a_key_and_a_token_the_answer_is_401(string body)
    {
        await using var host = await ApiHost.StartAsync();

        Assert.Equal((HttpStatusCode.Unauthorized, "survey-token-refused"), ((await PublicAsync(host, body)) is var it ? (it.Status, it.Code) : default));
        Assert.Null(host.Shop.Queue.TryReceive("feedback", 1));
    }

    [Fact]
    public async Task A_wrong_key_is_not_saved_by_a_token()
    {
        await using var host = await ApiHost.StartAsync();
        var token = (await host.Shop.Links.MakeAsync(new CustomerId("ann"), null, TimeSpan.FromDays(1), default)).Token;
        var checkout = await host.NewKeyAsync("till", ApiScopes.Checkout);
        var body = $$$"""{"feedbackId":"f","token":"{{{token}}}","answers":{"csat":2}}""";

        Assert.Equal("unauthorized", (await host.PostAsync("/v1/feedback", body, "nonsense")).Code);
        Assert.Equal("forbidden", (await host.PostAsync("/v1/feedback", body, checkout)).Code);
    }

    [Fact]
    public async Task Who_fills_in_what_no_person_sees_is_answered_and_not_heard()
    {
        await using var host = await ApiHost.StartAsync();
        var token = (await host.Shop.Links.MakeAsync(new CustomerId("ann"), null, TimeSpan.FromDays(1), default)).Token;

        var answer = await PublicAsync(host, $$"""{"token":"{{token}}","answers":{"csat":5},"website":"http://spam.example"}""");

        Assert.Equal(HttpStatusCode.Accepted, answer.Status);
        Assert.Null(host.Shop.Queue.TryReceive("feedback", 1));
        Assert.Equal(HttpStatusCode.Accepted, (await PublicAsync(host, $$$"""{"token":"{{{token}}}","answers":{"csat":4}}""")).Status);
        Assert.NotNull(host.Shop.Queue.TryReceive("feedback", 1));
    }

    [Fact]
    public async Task The_public_route_is_bounded_by_address_and_keys_are_not()
    {
        await using var host = await ApiHost.StartAsync(new HttpOptions { PublicRateLimit = new RateLimit(0.5, 3) });
        const string Body = """{"token":"nonsense","answers":{"csat":2}}""";

        for (var i = 0; i < 3; i++)
            Assert.Equal("survey-token-refused", (await PublicAsync(host, Body)).Code);
        var limited = await PublicAsync(host, Body);

        Assert.Equal(("rate-limited", "2"), (limited.Code, limited.Headers["Retry-After"]));
        Assert.Equal(HttpStatusCode.Accepted, (await host.PostAsync("/v1/feedback", FeedbackEndpointTests.Body())).Status);
        host.Shop.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal("survey-token-refused", (await PublicAsync(host, Body)).Code);
        Assert.Equal("rate-limited", (await PublicAsync(host, Body)).Code);
    }

    [Fact]
    public async Task A_case_is_worked_over_http()
    {
        await using var host = await ApiHost.StartAsync();
        await host.Shop.BuyAsync("p-1", 10);
        await host.PostAsync("/v1/feedback", Body());
        await host.Shop.ListenAsync();
        var cases = await host.GetAsync("/v1/cases?status=open");
        Assert.Equal("f-1", cases.Json.GetProperty("cases")[0].GetProperty("caseId").GetString());

        var assigned = await EventAsync(host, """{"type":"assign","owner":"grace"}""", "k1");
        Assert.Equal((HttpStatusCode.Created, "assigned", "grace"), (assigned.Status, assigned.Text("status"), assigned.Text("owner")));
        Assert.Equal("all", assigned.Json.GetProperty("events")[1].GetProperty("by").GetString());
        Assert.True((await EventAsync(host, """{"type":"assign","owner":"grace"}""", "k1")).IsReplayed);
        Assert.Equal("content-differs", (await EventAsync(host, """{"type":"assign","owner":"alan"}""", "k1")).Code);
        Assert.Equal("case-not-resolved", (await EventAsync(host, """{"type":"reopen","reason":"?"}""", "k2")).Code);
        Assert.Equal(HttpStatusCode.Created, (await EventAsync(host, """{"type":"goodwill","points":50,"reason":"Sorry"}""", "k3")).Status);
        var resolved = await EventAsync(host, """{"type":"resolve","resolution":"Sent a new cup."}""", "k4");
        Assert.Equal("resolved", resolved.Text("status"));
        Assert.Equal("case-resolved", (await EventAsync(host, """{"type":"resolve","resolution":"Again."}""", "k5")).Code);

        var token = resolved.Json.GetProperty("events")[3].GetProperty("followUp").GetProperty("token").GetString();
        Assert.Equal(
            HttpStatusCode.Accepted, (await PublicAsync(host, $$$"""{"token":"{{{token}}}","answers":{"csat":5}}""")).Status);
        await host.Shop.ListenAsync();
        var events = (await host.GetAsync("/v1/cases/f-1")).Json.GetProperty("events");
        Assert.Equal("followUpAnswered", events[4].GetProperty("type").GetString());
        Assert.Equal(60, (await host.GetAsync("/v1/customers/ann/balance")).Number("spendable"));
        Assert.Equal(
            2, (await host.GetAsync("/v1/customers/ann")).Json.GetProperty("satisfaction").GetProperty("responses").GetInt64());
    }

    [Theory]
    [InlineData("""{}""", "/type")]
    [InlineData("""{"type":"close"}""", "/type")]
    [InlineData("""{"type":"assign"}""", "/owner")]
    [InlineData("""{"type":"note","text":""}""", "/text")]
    [InlineData("""{"type":"goodwill","points":0,"reason":"x"}""", "/points")]
    [InlineData("""{"type":"goodwill","points":1000001,"reason":"x"}""", "/points")]
    public async Task An_event_that_is_none_is_refused(string body, string place)
    {
        await using var host = await ApiHost.StartAsync();

        Assert.Equal([place], (await EventAsync(host, body, "k")).ErrorPlaces);
    }

    [Fact]
    public async Task An_unknown_case_and_an_event_without_a_key_are_refused()
    {
        await using var host = await ApiHost.StartAsync();

        Assert.Equal("not-found", (await EventAsync(host, """{"type":"note","text":"x"}""", "k")).Code);
        Assert.Equal("idempotency-key-missing", (await EventAsync(host, """{"type":"note","text":"x"}""", null)).Code);
        Assert.Equal(["status"], (await host.GetAsync("/v1/cases?status=closed")).ErrorPlaces);
        Assert.Equal(["cursor"], (await host.GetAsync("/v1/cases?cursor=nonsense")).ErrorPlaces);
    }

    [Fact]
    public async Task The_report_has_its_metrics_and_says_what_cannot_be_told_apart()
    {
        await using var host = await ApiHost.StartAsync();
        await host.Shop.HearAsync("f1", nps: 10, channel: "email");
        await host.Shop.HearAsync("f2", csat: 3, channel: "app");
        await host.Shop.HearAsync("f3", csat: 5, channel: "app");

        var one = (await host.GetAsync("/v1/reports/satisfaction?from=2026-03-01&to=2026-03-01")).Json;
        var nps = one.GetProperty("groups")[0].GetProperty("metrics").GetProperty("nps");
        Assert.Equal(
            [100m, 1m, 2m, 100m, 100m],
            ((string[])["value", "n", "excluded", "low", "high"]).Select(name => nps.GetProperty(name).GetDecimal()));
        var channels = (await host.GetAsync("/v1/reports/satisfaction?by=channel")).Json.GetProperty("groups");
        Assert.Equal(["app", "email"], channels.EnumerateArray().Select(static group => group.GetProperty("key").GetString()));
        Assert.Equal(JsonValueKind.Null, channels[1].GetProperty("metrics").GetProperty("csat").GetProperty("value").ValueKind);

        await host.Shop.HearAsync("f4", csat: 1, channel: "=1+1");
        var verdict = (await host.GetAsync("/v1/reports/satisfaction?by=channel")).Json.GetProperty("groups")[1]
            .GetProperty("comparedToRest").GetProperty("csat").GetString();
        Assert.Equal("notDistinguishable", verdict);
    }

    [Theory]
    [InlineData("?format=csv", null)]
    [InlineData("", "text/csv")]
    [InlineData("", "application/json;q=0.5, text/csv")]
    [InlineData("", "text/*")]
    public async Task The_report_is_a_table_where_that_is_asked_for(string query, string? accept)
    {
        await using var host = await ApiHost.StartAsync();
        await host.Shop.HearAsync("f1", csat: 5);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/reports/satisfaction{query}");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", host.Key);
        if (accept is not null)
            request.Headers.TryAddWithoutValidation("Accept", accept);

        using var response = await host.Client.SendAsync(request);

        Assert.Equal("text/csv", response.Content.Headers.ContentType!.MediaType);
        var lines = (await response.Content.ReadAsStringAsync()).Split("\r\n");
        Assert.Equal("key,metric,definition,value,n,excluded,low,high,comparedToRest", lines[0]);
        Assert.StartsWith($"all,csat,{Metrics.CsatDefinition},100", lines[2], StringComparison.Ordinal);
        Assert.Equal(8, lines.Length);
    }

    [Theory]
    [InlineData("?from=2026-03-02&to=2026-03-01", "from")]
    [InlineData("?from=2000-01-01&to=2026-03-01", "from")]
    [InlineData("?from=1.3.2026", "from")]
    [InlineData("?to=2026-02-30", "to")]
    [InlineData("?by=weather", "by")]
    [InlineData("?by=", "by")]
    [InlineData("?format=xml", "format")]
    public async Task A_range_or_a_grouping_that_is_none_is_refused(string query, string place)
    {
        await using var host = await ApiHost.StartAsync();

        Assert.Equal([place], (await host.GetAsync($"/v1/reports/satisfaction{query}")).ErrorPlaces);
    }

    [Fact]
    public async Task A_key_of_days_ago_repeats_its_own_event_and_may_stand_on_another()
    {
        await using var host = await ApiHost.StartAsync();
        await host.PostAsync("/v1/feedback", Body());
        await host.Shop.ListenAsync();
        const string Goodwill = """{"type":"goodwill","points":50,"reason":"Sorry"}""";
        await EventAsync(host, Goodwill, "k");
        host.Shop.Time.Advance(TimeSpan.FromDays(3));

        var again = await EventAsync(host, Goodwill, "k");
        host.Shop.Time.Advance(TimeSpan.FromDays(3));
        var other = await EventAsync(host, """{"type":"note","text":"Called twice."}""", "k");

        Assert.Equal((HttpStatusCode.Created, true, 2), (again.Status, again.IsReplayed, again.Json.GetProperty("events").GetArrayLength()));
        Assert.Equal((HttpStatusCode.Created, false), (other.Status, other.IsReplayed));
        Assert.Equal("Called twice.", other.Json.GetProperty("events")[2].GetProperty("text").GetString());
    }

    private static Task<Answer> EventAsync(ApiHost host, string body, string? key) =>
        host.PostAsync("/v1/cases/f-1/events", body, idempotencyKey: key);

    private static Task<Answer> PublicAsync(ApiHost host, string body)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/v1/feedback")
        {
            Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json"),
        };
        return host.SendAsync(request);
    }

    private static string Body(string customer = "ann", string more = "") => $$"""
        {"feedbackId":"f-1","customerId":"{{customer}}","submittedAt":"2026-03-01T11:00:00Z",
         "answers":{"csat":2,"nps":3,"ces":null},"comment":"late but kind"{{more}}}
        """;
}
