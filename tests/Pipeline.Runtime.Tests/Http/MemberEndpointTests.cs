using System.Net;
using Pipeline.Runtime.Security;
using Pipeline.Runtime.Tests.Doubles;

namespace Pipeline.Runtime.Tests.Http;

public sealed class MemberEndpointTests
{
    private const string Event = """{ "eventId": "e-1", "customerId": "ann", "type": "check-in", "occurredAt": "2026-03-01T11:00:00Z" }""";

    [Fact]
    public async Task An_event_is_answered_with_what_it_gave_and_its_repetition_alike()
    {
        await using var host = await ApiHost.StartAsync(program: MemberShop.Program);
        await host.SendAsync("PUT", "/v1/customers/ann", "{}");

        var first = await host.PostAsync("/v1/events", Event);
        var again = await host.PostAsync("/v1/events", Event);

        Assert.Equal((HttpStatusCode.OK, "awarded", 5), (first.Status, first.Json.GetProperty("status").GetString(), first.Json.GetProperty("points").GetInt32()));
        Assert.Equal(first.Json.GetRawText(), again.Json.GetRawText());
        Assert.Equal((false, true), (first.IsReplayed, again.IsReplayed));
        Assert.Equal("content-differs", (await host.PostAsync("/v1/events", Event.Replace("11:00", "11:01", StringComparison.Ordinal))).Code);
        Assert.Equal("unknown-event-type", (await host.PostAsync("/v1/events", Event.Replace("check-in", "jump", StringComparison.Ordinal).Replace("e-1", "e-2", StringComparison.Ordinal))).Code);
        Assert.Equal("unknown-customer", (await host.PostAsync("/v1/events", Event.Replace("ann", "bob", StringComparison.Ordinal))).Code);
        var wrong = await host.PostAsync("/v1/events", """{ "customerId": "ann" }""");
        Assert.Equal(["/eventId", "/occurredAt", "/type"], wrong.ErrorPlaces.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_ledger_says_which_rule_of_which_version_gave_points()
    {
        await using var host = await ApiHost.StartAsync(program: MemberShop.Program);
        await host.SendAsync("PUT", "/v1/customers/ann", "{}");

        var entry = (await host.GetAsync("/v1/customers/ann/ledger")).Json.GetProperty("entries")[0];

        var award = Assert.Single(entry.GetProperty("awards").EnumerateArray());
        Assert.Equal(
            ("signUp", 1, 100, entry.GetProperty("reason").GetString()),
            (award.GetProperty("rule").GetString(), award.GetProperty("programVersion").GetInt32(), award.GetProperty("points").GetInt32(), award.GetProperty("reason").GetString()));
    }

    [Fact]
    public async Task A_referral_is_taken_by_its_code_as_it_is_typed_and_shown_to_both()
    {
        await using var host = await ApiHost.StartAsync(program: MemberShop.Program);
        await host.SendAsync("PUT", "/v1/customers/ann", "{}");
        await host.SendAsync("PUT", "/v1/customers/bob", "{}");

        var made = await host.PostAsync("/v1/customers/ann/referral-code", null);
        Assert.True((await host.PostAsync("/v1/customers/ann/referral-code", null)).IsReplayed);
        var code = made.Json.GetProperty("code").GetString()!;
        var body = $$"""{ "refereeCustomerId": "bob", "code": "{{code[..4].ToLowerInvariant()}} {{code[4..]}}" }""";
        var taken = await host.PostAsync("/v1/referrals", body);
        var again = await host.PostAsync("/v1/referrals", body);

        Assert.Equal((HttpStatusCode.Created, "pending"), (taken.Status, taken.Json.GetProperty("status").GetString()));
        Assert.Equal((HttpStatusCode.Created, true), (again.Status, again.IsReplayed));
        var ann = (await host.GetAsync("/v1/customers/ann/referrals")).Json;
        Assert.Equal(code, ann.GetProperty("code").GetString());
        Assert.Equal("bob", ann.GetProperty("referrals")[0].GetProperty("refereeCustomerId").GetString());
        Assert.Equal("ann", (await host.GetAsync("/v1/customers/bob/referrals")).Json.GetProperty("referredBy").GetProperty("referrerCustomerId").GetString());
        Assert.Equal("self-referral", (await host.PostAsync("/v1/referrals", body.Replace("bob", "ann", StringComparison.Ordinal))).Code);
        Assert.Equal("unknown-referral-code", (await host.PostAsync("/v1/referrals", """{ "refereeCustomerId": "ann", "code": "00000000" }""")).Code);
    }

    [Fact]
    public async Task Without_the_rule_there_are_no_referrals()
    {
        await using var host = await ApiHost.StartAsync();
        await host.SendAsync("PUT", "/v1/customers/ann", "{}");

        Assert.Equal("no-referrals", (await host.PostAsync("/v1/customers/ann/referral-code", null)).Code);
        Assert.Equal("no-referrals", (await host.PostAsync("/v1/referrals", """{ "refereeCustomerId": "ann", "code": "00000000" }""")).Code);
    }

    [Fact]
    public async Task An_adjustment_above_the_limit_takes_two_keys_of_two_names()
    {
        await using var host = await ApiHost.StartAsync();
        await host.SendAsync("PUT", "/v1/customers/ann", "{}");
        var desk = await host.NewKeyAsync("desk", ApiScopes.Staff);
        var rotated = await host.NewKeyAsync("desk", ApiScopes.Staff);
        var boss = await host.NewKeyAsync("boss", ApiScopes.Admin);
        const string Path = "/v1/customers/ann/adjustments";
        const string Body = """{ "adjustmentId": "a-1", "points": 5000, "reason": "Contest" }""";

        var asked = await host.PostAsync(Path, Body, desk);

        Assert.Equal((HttpStatusCode.Accepted, "pending", $"{Path}/a-1"), (asked.Status, asked.Json.GetProperty("status").GetString(), asked.Headers["Location"]));
        Assert.Equal("same-approver", (await host.PostAsync($"{Path}/a-1/approve", null, desk)).Code);
        Assert.Equal("same-approver", (await host.PostAsync($"{Path}/a-1/reject", null, rotated)).Code);
        Assert.Equal(1, (await host.GetAsync("/v1/adjustments?status=pending", boss)).Json.GetProperty("adjustments").GetArrayLength());
        var approved = await host.PostAsync($"{Path}/a-1/approve", null, boss);
        Assert.Equal(("applied", "desk", "boss", "grant:adjust:a-1"),
            (Text(approved, "status"), Text(approved, "requestedBy"), Text(approved, "decidedBy"), Text(approved, "entryId")));
        Assert.Equal("adjustment-decided", (await host.PostAsync($"{Path}/a-1/reject", null, boss)).Code);
        Assert.Equal((HttpStatusCode.Accepted, "pending", true), await AgainAsync());
        Assert.Equal("applied", Text(await host.GetAsync($"{Path}/a-1", desk), "status"));
        Assert.Equal("adjustment-above-limit", (await host.PostAsync(Path, Body.Replace("5000", "1000001", StringComparison.Ordinal).Replace("a-1", "a-2", StringComparison.Ordinal), desk)).Code);
        Assert.Equal("not-found", (await host.GetAsync($"{Path}/a-9", desk)).Code);
        Assert.Equal(HttpStatusCode.BadRequest, (await host.GetAsync("/v1/adjustments?status=applied", boss)).Status);

        async Task<(HttpStatusCode, string, bool)> AgainAsync()
        {
            var again = await host.PostAsync(Path, Body, desk);
            return (again.Status, Text(again, "status"), again.IsReplayed);
        }
    }

    private static string Text(Answer answer, string name) => answer.Json.GetProperty(name).GetString()!;
}
