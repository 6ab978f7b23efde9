using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Http;
using Pipeline.Runtime.Http;
using Pipeline.Runtime.Ports;
using Pipeline.Runtime.Security;

namespace Pipeline.Runtime.Tests.Http;

public sealed class GateTests
{
    [Theory]
    [InlineData("")]
    [InlineData("pk_0123456789abcdef_0123456789012345678901234567890123456789012")]
    [InlineData("nonsense")]
    public async Task Without_a_valid_key_the_answer_is_401_and_says_how(string key)
    {
        await using var host = await ApiHost.StartAsync();
        var answer = await host.PostAsync("/v1/purchases", Bodies.Purchase(), key);
        Assert.Equal((HttpStatusCode.Unauthorized, "unauthorized"), (answer.Status, answer.Code));
        Assert.StartsWith("Bearer", answer.Headers["WWW-Authenticate"]);
    }

    [Theory]
    [InlineData("GET", "/v1/customers/ann", ApiScopes.Staff, true)]
    [InlineData("GET", "/v1/customers/ann", ApiScopes.Checkout, true)]
    [InlineData("GET", "/v1/customers/ann", ApiScopes.Survey | ApiScopes.Admin, false)]
    [InlineData("POST", "/v1/purchases", ApiScopes.Staff | ApiScopes.Admin | ApiScopes.Survey, false)]
    [InlineData("GET", "/v1/keys", ApiScopes.Admin, true)]
    [InlineData("GET", "/v1/keys", ApiScopes.Checkout | ApiScopes.Survey | ApiScopes.Staff, false)]
    [InlineData("GET", "/v1/program", ApiScopes.Survey, true)]
    public async Task A_key_opens_what_one_of_its_scopes_opens(string method, string path, ApiScopes scopes, bool isOpen)
    {
        await using var host = await ApiHost.StartAsync();
        var key = await host.NewKeyAsync("some", scopes);
        var answer = await host.SendAsync(method, path, method == "POST" ? "{}" : null, key);
        Assert.Equal(!isOpen, answer.Status == HttpStatusCode.Forbidden);
        Assert.Equal(!isOpen, answer.Code == "forbidden");
    }

    [Fact]
    public async Task Health_and_the_document_need_no_key()
    {
        await using var host = await ApiHost.StartAsync();
        foreach (var path in (string[])["/health/live", "/health/ready", "/openapi.json", "/problems/validation"])
            Assert.Equal(HttpStatusCode.OK, (await host.GetAsync(path, "")).Status);
    }

    [Fact]
    public async Task Another_method_is_405_with_what_is_allowed_and_another_address_404()
    {
        await using var host = await ApiHost.StartAsync();
        var answer = await host.SendAsync("DELETE", "/v1/customers/ann", null);
        Assert.Equal((HttpStatusCode.MethodNotAllowed, "method-not-allowed"), (answer.Status, answer.Code));
        Assert.Equal("GET, PUT", answer.Allow);
        Assert.Equal("not-found", (await host.GetAsync("/v1/nothing")).Code);
        Assert.Equal("not-found", (await host.GetAsync("/")).Code);
    }

    [Theory]
    [InlineData("application/json", true)]
    [InlineData("Application/JSON; charset=UTF-8", true)]
    [InlineData("application/json; charset=\"utf-8\"", true)]
    [InlineData("application/vnd.shop+json", true)]
    [InlineData("application/json; charset=utf-16", false)]
    [InlineData("text/json", false)]
    [InlineData("text/plain", false)]
    [InlineData("application/x-www-form-urlencoded", false)]
    [InlineData("nonsense", false)]
    [InlineData(null, false)]
    public async Task A_body_is_declared_as_json_in_utf8(string? contentType, bool isTaken)
    {
        await using var host = await ApiHost.StartAsync();
        var answer = await host.SendAsync("POST", "/v1/purchases", Bodies.Purchase(), contentType: contentType);
        Assert.Equal(isTaken ? HttpStatusCode.Accepted : HttpStatusCode.UnsupportedMediaType, answer.Status);
        Assert.Equal(isTaken ? null : "unsupported-media-type", answer.Code);
    }

    [Fact]
    public async Task A_missing_body_is_malformed()
    {
        await using var host = await ApiHost.StartAsync();
        Assert.Equal("malformed-json", (await host.PostAsync("/v1/purchases", null)).Code);
        Assert.Equal("malformed-json", (await host.PostAsync("/v1/purchases", "")).Code);
    }

    [Theory]
    [InlineData(1024 * 1024, false, HttpStatusCode.Accepted)]
    [InlineData((1024 * 1024) + 1, false, HttpStatusCode.RequestEntityTooLarge)]
    [InlineData(1024 * 1024, true, HttpStatusCode.Accepted)]
    [InlineData((1024 * 1024) + 1, true, HttpStatusCode.RequestEntityTooLarge)]
    [InlineData(15 * 1024 * 1024, false, HttpStatusCode.RequestEntityTooLarge)]
    [InlineData(15 * 1024 * 1024, true, HttpStatusCode.RequestEntityTooLarge)]
    public async Task A_body_above_its_limit_is_answered_and_not_reset(int bytes, bool isChunked, HttpStatusCode expected)
    {
        await using var host = await ApiHost.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/purchases");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", host.Key);
        request.Headers.TransferEncodingChunked = isChunked ? true : null;
        var body = Encoding.UTF8.GetBytes(Bodies.Purchase());
        Array.Resize(ref body, bytes);
        body.AsSpan().Replace((byte)0, (byte)' ');
        request.Content = new StreamContent(new MemoryStream(body));
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Content.Headers.ContentLength = isChunked ? null : bytes;
        Assert.Equal(expected, (await host.SendAsync(request)).Status);
    }

    [Fact]
    public async Task A_full_queue_and_a_busy_store_are_503_with_when_to_come_back()
    {
        await using var host = await ApiHost.StartAsync();
        host.Shop.Tap.OnRequest = static request => request.StartsWith("send", StringComparison.Ordinal)
            ? throw new QueueFullException("purchases", 7)
            : Task.CompletedTask;
        var full = await host.PostAsync("/v1/purchases", Bodies.Purchase());
        Assert.Equal(HttpStatusCode.ServiceUnavailable, full.Status);
        Assert.Equal(("queue-full", "7"), (full.Code, full.Headers["Retry-After"]));

        host.Shop.Tap.OnRequest = static _ => throw new StoreUnavailableException("Busy.");
        var busy = await host.PostAsync("/v1/purchases", Bodies.Purchase());
        Assert.Equal(HttpStatusCode.ServiceUnavailable, busy.Status);
        Assert.Equal(("unavailable", "1"), (busy.Code, busy.Headers["Retry-After"]));
        Assert.Equal("unavailable", (await host.GetAsync("/health/ready", "")).Code);
    }

    [Fact]
    public async Task A_fault_tells_its_request_and_nothing_else()
    {
        await using var host = await ApiHost.StartAsync();
        host.Shop.Tap.OnRequest = static request => request.StartsWith("read entry", StringComparison.Ordinal)
            ? throw new InvalidOperationException("a secret of the inside")
            : Task.CompletedTask;
        var answer = await host.PostAsync("/v1/purchases", Bodies.Purchase());
        Assert.Equal((HttpStatusCode.InternalServerError, "internal-error"), (answer.Status, answer.Code));
        Assert.NotEmpty(answer.Text("requestId"));
        Assert.DoesNotContain("secret", answer.Json.GetRawText());
    }

    [Fact]
    public async Task A_key_has_its_own_rate_where_one_is_set()
    {
        await using var host = await ApiHost.StartAsync(new HttpOptions { KeyRateLimit = new RateLimit(0.01, 2) });
        var other = await host.NewKeyAsync("other", ApiScopes.All);
        Assert.Equal(HttpStatusCode.OK, (await host.GetAsync("/v1/program")).Status);
        Assert.Equal(HttpStatusCode.OK, (await host.GetAsync("/v1/program")).Status);
        var refused = await host.GetAsync("/v1/program");
        Assert.Equal((HttpStatusCode.TooManyRequests, "rate-limited"), (refused.Status, refused.Code));
        Assert.InRange(int.Parse(refused.Headers["Retry-After"]), 1, 100);
        Assert.Equal(HttpStatusCode.OK, (await host.GetAsync("/v1/program", other)).Status);
    }

    [Fact]
    public async Task The_callers_trace_goes_into_the_queue()
    {
        const string Sent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        await using var host = await ApiHost.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/purchases");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", host.Key);
        request.Headers.Add("traceparent", Sent);
        request.Content = new StringContent(Bodies.Purchase(), Encoding.UTF8, "application/json");
        await host.SendAsync(request);
        var queued = host.Shop.Queue.TryReceive(QueueNames.Purchases, 1)!.Messages[0].Message;
        Assert.StartsWith("00-0af7651916cd43dd8448eb211c80319c-", queued.TraceParent);
    }

    [Fact]
    public async Task A_client_that_goes_away_costs_nothing_but_its_answer()
    {
        await using var host = await ApiHost.StartAsync();
        using (var socket = new TcpClient())
        {
            await socket.ConnectAsync(IPAddress.Loopback, host.Client.BaseAddress!.Port);
            await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
                $"POST /v1/purchases HTTP/1.1\r\nHost: shop\r\nAuthorization: Bearer {host.Key}\r\n"
                + "Content-Type: application/json\r\nContent-Length: 500\r\n\r\n{"));
        }

        Assert.Equal(HttpStatusCode.Accepted, (await host.PostAsync("/v1/purchases", Bodies.Purchase())).Status);
    }

    [Fact]
    public async Task A_host_without_the_gate_is_told_so()
    {
        var request = new DefaultHttpContext().Request;
        var endpoints = new PurchaseEndpoints(null!, null!, null!, TimeProvider.System);
        await Assert.ThrowsAsync<InvalidOperationException>(() => endpoints.PostPurchaseAsync(request));
    }
}
