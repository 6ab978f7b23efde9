using System.Collections.Immutable;
using System.Diagnostics;
using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Moq;
using Pipeline.Contracts;
using Pipeline.Domain;
using Pipeline.Functions.Hosting;
using Pipeline.Functions.Operations;
using Pipeline.Functions.Tests.Support;
using Pipeline.Runtime.Loyalty;
using Pipeline.Runtime.Security;

namespace Pipeline.Functions.Tests;

public sealed class HostTests
{
    [Fact]
    public async Task The_first_admin_key_is_let_in_where_the_store_has_none_and_works()
    {
        await using var cloud = await Cloud.StartAsync();

        var answer = await AskAsync(cloud, "GET", "/v1/keys", Cloud.FirstKey);

        Assert.Equal(StatusCodes.Status200OK, answer.StatusCode);
        Assert.Equal("first-admin", Assert.Single(await cloud.Get<ApiKeys>().ListAsync(default)).Name);
    }

    [Fact]
    public async Task Where_there_is_a_key_already_the_first_admin_key_is_not_let_in()
    {
        var store = new FaultyStore(new MemoryStore());
        await using (var earlier = await Cloud.StartAsync(With("Pipeline:FirstAdminKey", null), store))
            await earlier.Get<ApiKeys>().CreateAsync("shop", ApiScopes.All, default);
        await using var cloud = await Cloud.StartAsync(null, store);

        Assert.Equal(
            StatusCodes.Status401Unauthorized, (await AskAsync(cloud, "GET", "/v1/keys", Cloud.FirstKey)).StatusCode);
    }

    [Theory]
    [InlineData("@Microsoft.KeyVault(SecretUri=https://vault/secrets/first-admin-key)")]
    [InlineData("hunter2")]
    public async Task A_first_admin_key_that_is_none_lets_nobody_in_and_stops_nothing(string setting)
    {
        await using var cloud = await Cloud.StartAsync(With("Pipeline:FirstAdminKey", setting));

        Assert.Empty(await cloud.Get<ApiKeys>().ListAsync(default));
        Assert.Equal(StatusCodes.Status200OK, (await AskAsync(cloud, "GET", "/health/ready")).StatusCode);
        Assert.Equal(StatusCodes.Status401Unauthorized, (await AskAsync(cloud, "GET", "/v1/keys", setting)).StatusCode);
    }

    [Theory]
    [InlineData("PurchasesQueue", "PurchasesQueue")]
    [InlineData("ServiceBus:fullyQualifiedNamespace", "ServiceBus__fullyQualifiedNamespace")]
    public async Task A_setting_that_is_missing_is_named(string setting, string named)
    {
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => Cloud.StartAsync(With(setting, null)));

        Assert.Contains(named, error.Message);
    }

    [Fact]
    public async Task While_the_store_is_out_of_reach_the_host_runs_and_is_not_ready_and_then_it_starts()
    {
        var store = new FaultyStore(new MemoryStore()) { OnRequest = FaultyStore.Unreachable };
        await using var cloud = await Cloud.StartAsync(null, store);
        Assert.Equal(StatusCodes.Status503ServiceUnavailable, (await AskAsync(cloud, "GET", "/health/ready")).StatusCode);
        Assert.Throws<Runtime.Ports.StoreUnavailableException>(() => cloud.Get<StoredPrograms>().Programs);

        store.OnRequest = static _ => { };
        using var refresh = ActivatorUtilities.CreateInstance<ProgramRefresh>(cloud.Services, TimeProvider.System);
        await refresh.StartAsync(default);
        for (var wait = 0; cloud.Get<CloudStart>().Problem is not null && wait < 100; wait++)
            await Task.Delay(100);
        await refresh.StopAsync(default);

        Assert.Equal(StatusCodes.Status200OK, (await AskAsync(cloud, "GET", "/health/ready")).StatusCode);
        Assert.Equal(StatusCodes.Status200OK, (await AskAsync(cloud, "GET", "/v1/keys", Cloud.FirstKey)).StatusCode);
    }

    [Fact]
    public async Task A_start_over_a_store_that_says_nothing_ends_before_the_host_ends_the_worker()
    {
        var store = new FaultyStore(new MemoryStore());
        await using var cloud = await Cloud.StartAsync(null, store);
        store.IsSilent = true;

        var start = cloud.Get<CloudStart>().TryAsync(default);
        Assert.False(start.IsCompleted);
        cloud.Time.Advance(TimeSpan.FromSeconds(CloudStart.AttemptSecondsMax));

        Assert.False(await start.WaitAsync(TimeSpan.FromSeconds(20)));
        Assert.InRange(CloudStart.AttemptSecondsMax, 1, 59);
        Assert.Contains("out of reach", cloud.Get<CloudStart>().Problem);
    }

    [Theory]
    [InlineData("Pipeline:Program")]
    [InlineData("Pipeline:CaseRules")]
    public async Task A_program_or_case_rules_that_are_not_there_leave_the_host_unready(string setting)
    {
        await using var cloud = await Cloud.StartAsync(With(setting, "no-such.json"));

        Assert.Contains("cannot be loaded", cloud.Get<CloudStart>().Problem);
        Assert.Equal(StatusCodes.Status503ServiceUnavailable, (await AskAsync(cloud, "GET", "/health/ready")).StatusCode);
        Assert.Throws<Runtime.Ports.StoreUnavailableException>(() => cloud.Get<CloudCaseRules>().Current);
    }

    [Theory]
    [InlineData("", null)]
    [InlineData("https://shop.example.com/survey?t=", "https://shop.example.com/survey?t=")]
    public async Task An_address_of_surveys_that_nobody_chose_is_none(string setting, string? expected)
    {
        await using var cloud = await Cloud.StartAsync(With("Pipeline:SurveyUrl", setting));

        Assert.Equal(expected, cloud.Get<Runtime.Http.HttpOptions>().SurveyUrl);
    }

    [Theory]
    [InlineData("0", "0", "0", "0", "False", null, null, 1, 20, false)]
    [InlineData("2.5", "0", "0.5", "0", "True", 2.5, 5, 0.5, 1, true)]
    [InlineData("100", "7", "3", "9", "False", 100.0, 7, 3, 9, false)]
    public async Task The_rate_limits_are_those_that_the_infrastructure_sets_and_nought_is_the_default(
        string rate, string burst, string publicRate, string publicBurst, string trust, double? expectedRate, int? expectedBurst,
        double expectedPublic, int expectedPublicBurst, bool trusts)
    {
        await using var cloud = await Cloud.StartAsync(new()
        {
            ["Pipeline:RateLimit:RequestsPerSecond"] = rate,
            ["Pipeline:RateLimit:Burst"] = burst,
            ["Pipeline:PublicRateLimit:RequestsPerSecond"] = publicRate,
            ["Pipeline:PublicRateLimit:Burst"] = publicBurst,
            ["Pipeline:TrustForwardedFor"] = trust,
        });

        var options = cloud.Get<Runtime.Http.HttpOptions>();
        Assert.Equal((expectedRate, expectedBurst), (options.KeyRateLimit?.RequestsPerSecond, options.KeyRateLimit?.Burst));
        Assert.Equal(new Runtime.Http.RateLimit(expectedPublic, expectedPublicBurst), options.PublicRateLimit);
        Assert.Equal(trusts, options.TrustsForwardedFor);
    }

    [Fact]
    public async Task A_webhook_whose_secret_is_not_in_the_vault_yet_stops_no_start()
    {
        await using var cloud = await Cloud.StartAsync(new()
        {
            ["Webhooks:0:Url"] = "https://crm.example.com/hooks",
            ["Webhooks:0:Secret"] = "@Microsoft.KeyVault(SecretUri=https://vault/secrets/webhook-0)",
        });

        Assert.Equal(StatusCodes.Status200OK, (await AskAsync(cloud, "GET", "/health/ready")).StatusCode);
    }

    [Fact]
    public async Task The_way_to_the_store_can_be_set()
    {
        await using var cloud = await Cloud.StartAsync(new() { ["Cosmos:mode"] = "direct", ["Cosmos:region"] = "UK South" });
        var settings = cloud.Get<CloudSettings>();

        Assert.Equal((Microsoft.Azure.Cosmos.ConnectionMode.Direct, "UK South"), (settings.CosmosMode, settings.CosmosRegion));
        await Assert.ThrowsAsync<InvalidOperationException>(() => Cloud.StartAsync(With("Cosmos:mode", "sideways")));
    }

    [Fact]
    public async Task An_instance_learns_of_the_program_that_a_newer_deployment_brought()
    {
        await using var cloud = await Cloud.StartAsync();
        var programs = cloud.Get<StoredPrograms>();
        await ProgramStore.LoadAsync(
            cloud.Store, LoyaltyProgram.Default with { Version = LoyaltyProgram.Default.Version + 1 }, DateTimeOffset.MinValue, default);

        await programs.RefreshAsync(default);

        Assert.Equal(LoyaltyProgram.Default.Version + 1, programs.Current.Version);
    }

    [Theory]
    [InlineData("PUT", "/v1/purchases", StatusCodes.Status405MethodNotAllowed, "POST")]
    [InlineData("GET", "/admin.php", StatusCodes.Status404NotFound, "")]
    public async Task What_no_function_takes_is_answered_with_a_problem(string method, string path, int status, string allow)
    {
        await using var cloud = await Cloud.StartAsync();
        var context = Context(cloud, method, path);

        await ExecuteAsync(cloud.New<UnknownAddress>().Run(context.Request), context);

        Assert.Equal((status, allow), (context.Response.StatusCode, context.Response.Headers.Allow.ToString()));
        Assert.Equal("application/problem+json", context.Response.ContentType);
    }

    [Theory]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", null, "0af7651916cd43dd8448eb211c80319c")]
    [InlineData(null, "00-1af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00", "1af7651916cd43dd8448eb211c80319c")]
    [InlineData("nonsense", "00-1af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "1af7651916cd43dd8448eb211c80319c")]
    [InlineData(null, null, null)]
    public async Task An_invocation_is_on_the_trace_of_its_caller_else_of_the_host_else_on_its_own(
        string? sent, string? host, string? expected)
    {
        var context = new Mock<FunctionContext>();
        var http = new DefaultHttpContext();
        http.Request.Headers.TraceParent = sent;
        context.Setup(it => it.Items).Returns(new Dictionary<object, object> { ["HttpRequestContext"] = http });
        context.Setup(it => it.TraceContext).Returns(Mock.Of<TraceContext>(it => it.TraceParent == host));
        context.Setup(it => it.FunctionDefinition).Returns(Mock.Of<FunctionDefinition>(it =>
            it.Name == "postPurchase" && it.Parameters == ImmutableArray<FunctionParameter>.Empty));
        Activity? inside = null;

        await new Correlation().Invoke(context.Object, _ =>
        {
            inside = Activity.Current;
            return Task.CompletedTask;
        });

        Assert.NotNull(inside?.Id);
        Assert.Equal(expected ?? inside.TraceId.ToString(), inside.TraceId.ToString());
        Assert.Null(Activity.Current);
    }

    [Fact]
    public async Task The_trace_of_a_request_goes_with_the_message_that_it_sends()
    {
        const string Trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        await using var cloud = await Cloud.StartAsync();
        var body = """
            {"purchaseId":"p-1","customerId":"ann","occurredAt":"2026-03-01T11:00:00Z","currency":"GBP",
             "lines":[{"sku":"cup","quantity":1,"unitPrice":100}]}
            """;

        var answer = await AskAsync(cloud, "POST", "/v1/purchases", Cloud.FirstKey, body, Trace);

        Assert.Equal(StatusCodes.Status202Accepted, answer.StatusCode);
        Assert.Equal(Trace, Assert.Single(cloud.Bus.Sent).Message.ApplicationProperties["traceparent"]);
    }

    [Fact]
    public async Task Whoever_makes_up_forwarded_addresses_is_bounded_as_everybody_by_the_connection_s_own()
    {
        await using var cloud = await Cloud.StartAsync();

        var statuses = new List<int>();
        for (var i = 0; i < 25; i++)
            statuses.Add(await AnswerWithoutKeyAsync(cloud, "203.0.113.7", madeUp: $"198.51.100.{i}"));
        var another = await AnswerWithoutKeyAsync(cloud, "203.0.113.8", madeUp: "198.51.100.0");

        Assert.Equal(Enumerable.Repeat(StatusCodes.Status401Unauthorized, 20), statuses.Take(20));
        Assert.All(statuses.Skip(20), static status => Assert.Equal(StatusCodes.Status429TooManyRequests, status));
        Assert.Equal(StatusCodes.Status401Unauthorized, another);
    }

    private static async Task<int> AnswerWithoutKeyAsync(Cloud cloud, string address, string madeUp)
    {
        var context = Context(cloud, "POST", "/v1/feedback");
        context.Connection.RemoteIpAddress = IPAddress.Parse(address);
        context.Request.Headers["X-Forwarded-For"] = madeUp;
        var bytes = """{"token":"nonsense","answers":{"csat":2}}"""u8.ToArray();
        (context.Request.Body, context.Request.ContentLength) = (new MemoryStream(bytes), bytes.Length);
        context.Request.ContentType = "application/json";
        await ExecuteAsync(await cloud.Get<Api>().AnswerAsync("postFeedback", context.Request), context);
        return context.Response.StatusCode;
    }

    private static Dictionary<string, string?> With(string setting, string? value) => new() { [setting] = value };

    private static async Task<HttpResponse> AskAsync(
        Cloud cloud, string method, string path, string? key = null, string? body = null, string? traceParent = null)
    {
        var context = Context(cloud, method, path);
        if (key is not null)
            context.Request.Headers.Authorization = $"Bearer {key}";
        if (traceParent is not null)
            context.Request.Headers.TraceParent = traceParent;
        if (body is not null)
        {
            var bytes = System.Text.Encoding.UTF8.GetBytes(body);
            (context.Request.Body, context.Request.ContentLength) = (new MemoryStream(bytes), bytes.Length);
            context.Request.ContentType = "application/json";
        }

        var name = cloud.Get<Runtime.Http.EndpointCatalogue>().All.Single(one => one.Method == method && one.Route == path).Name;
        await ExecuteAsync(await cloud.Get<Api>().AnswerAsync(name, context.Request), context);
        return context.Response;
    }

    private static DefaultHttpContext Context(Cloud cloud, string method, string path) => new()
    {
        RequestServices = cloud.Services,
        Request = { Method = method, Path = path },
        Response = { Body = new MemoryStream() },
    };

    private static Task ExecuteAsync(IActionResult result, HttpContext context) =>
        result.ExecuteResultAsync(new ActionContext { HttpContext = context });
}
