using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Pipeline.Runtime.Events;
using Pipeline.Runtime.Http;
using Pipeline.Runtime.Ports;
using Pipeline.Runtime.Tests.Doubles;

namespace Pipeline.Runtime.Tests.Http;

/// <summary>What hosts need beside the endpoints.</summary>
public sealed class HostSupportTests
{
    [Theory]
    [InlineData("GET", "/v1/purchases", 405, "POST")]
    [InlineData("DELETE", "/v1/customers/ann", 405, "GET, PUT")]
    [InlineData("POST", "/v1/customers/ann/holds/h/undo", 404, null)]
    [InlineData("GET", "/", 404, null)]
    public async Task Without_a_router_an_unknown_address_is_404_and_an_unknown_method_405_with_Allow(
        string method, string path, int status, string? allow)
    {
        await using var host = await ApiHost.StartAsync();
        var context = new DefaultHttpContext { Request = { Method = method, Path = path } };
        context.Response.Body = new MemoryStream();

        await host.Get<UnroutedRequests>().Answer(context.Request).ExecuteAsync(context);

        Assert.Equal((status, allow), (context.Response.StatusCode, (string?)context.Response.Headers.Allow));
        Assert.Equal("application/problem+json", context.Response.ContentType);
    }

    [Fact]
    public async Task A_message_that_the_queue_never_takes_is_413_and_says_how_large_it_is()
    {
        await using var host = await ApiHost.StartAsync();
        host.Shop.Tap.OnRequest = static request => request.StartsWith("send", StringComparison.Ordinal)
            ? throw new MessageTooLargeException(QueueNames.Purchases, 300_000)
            : Task.CompletedTask;

        var answer = await host.PostAsync("/v1/purchases", Bodies.Purchase());

        Assert.Equal((HttpStatusCode.RequestEntityTooLarge, "body-too-large"), (answer.Status, answer.Code));
        Assert.Contains("300000", answer.Text("detail"));
    }

    [Fact]
    public async Task Undelivered_events_are_listed_and_replayed()
    {
        await using var host = await ApiHost.StartAsync();
        await host.Get<UndeliveredEvents>().KeepAsync(
            "crm", Shop.Entry("purchase:p-1"), new Delivery.Failed("It answered 422.", IsPermanent: true), default);

        var listed = (await host.GetAsync("/v1/undelivered-events")).Json.GetProperty("events")[0];
        Assert.Equal(("ann", "crm:purchase:p-1", "dead"), (Text("customerId"), Text("eventId"), Text("status")));
        Assert.Equal(JsonValueKind.Null, listed.GetProperty("nextAttemptAt").ValueKind);

        Assert.Equal(HttpStatusCode.Accepted, (await ReplayAsync("crm:purchase:p-1")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await ReplayAsync("crm:purchase:p-2")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await host.GetAsync("/v1/undelivered-events?cursor=x")).Status);
        Assert.Equal("waiting", (await host.GetAsync("/v1/undelivered-events")).Json
            .GetProperty("events")[0].GetProperty("status").GetString());

        string? Text(string name) => listed.GetProperty(name).GetString();
        Task<Answer> ReplayAsync(string id) => host.PostAsync($"/v1/undelivered-events/ann/{id}/replay", null);
    }
}
