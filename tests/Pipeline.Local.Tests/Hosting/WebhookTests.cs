using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Pipeline.Local.Tests.Hosting;

/// <summary>The way of an event: a purchase over HTTP, and a server that receives it.</summary>
public sealed class WebhookTests : IAsyncLifetime
{
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private const string Trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    private static readonly TimeSpan PatienceMax = TimeSpan.FromSeconds(20);

    private readonly TempFolder folder = new();
    private readonly BlockingCollection<(IHeaderDictionary Headers, string Body)> received = [];
    private WebApplication endpoint = null!;
    private int status = StatusCodes.Status204NoContent;

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        endpoint = builder.Build();
        endpoint.Run(async context =>
        {
            var body = await new StreamReader(context.Request.Body).ReadToEndAsync();
            context.Response.StatusCode = status;
            received.Add((new HeaderDictionary(context.Request.Headers.ToDictionary()), body));
        });
        await endpoint.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await endpoint.DisposeAsync();
        received.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task A_purchase_reaches_the_webhook_signed_and_on_the_trace_of_its_request()
    {
        await using var shop = await StartAsync();

        await BuyAsync(shop, "p-1");

        var (headers, body) = Take();
        var signed = Encoding.UTF8.GetBytes($"{headers["webhook-id"]}.{headers["webhook-timestamp"]}.{body}");
        var signature = HMACSHA256.HashData(Convert.FromBase64String(Secret["whsec_".Length..]), signed);
        Assert.Equal($"v1,{Convert.ToBase64String(signature)}", headers["webhook-signature"]);
        var json = JsonDocument.Parse(body).RootElement;
        Assert.Equal("ada/purchase:p-1", json.GetProperty("id").GetString());
        Assert.Equal(Trace, json.GetProperty("traceparent").GetString());
    }

    [Fact]
    public async Task An_event_that_the_webhook_refuses_is_listed_and_arrives_after_its_replay()
    {
        status = StatusCodes.Status422UnprocessableEntity;
        await using var shop = await StartAsync();
        await BuyAsync(shop, "p-1");
        Take();
        var listed = await shop.UntilAsync(
            "/v1/undelivered-events", static page => page.GetProperty("events").GetArrayLength() == 1);
        var id = listed.GetProperty("events")[0].GetProperty("eventId").GetString();
        status = StatusCodes.Status200OK;

        (await shop.PostAsync($"/v1/undelivered-events/ada/{id}/replay", new { })).EnsureSuccessStatusCode();

        Assert.Contains("purchase:p-1", Take().Body);
        await shop.UntilAsync("/v1/undelivered-events", static page => page.GetProperty("events").GetArrayLength() == 0);
    }

    private Task<LocalShop> StartAsync() => LocalShop.StartAsync(folder.Data, settings: new()
    {
        ["Webhooks:0:Url"] = endpoint.Urls.First(),
        ["Webhooks:0:Secret"] = Secret,
    });

    private (IHeaderDictionary Headers, string Body) Take() => received.TryTake(out var one, PatienceMax)
        ? one
        : throw new TimeoutException("Nothing arrived.");

    private static async Task BuyAsync(LocalShop shop, string purchase)
    {
        shop.Client.DefaultRequestHeaders.TryAddWithoutValidation("traceparent", Trace);
        var answer = await shop.PostAsync("/v1/purchases", new
        {
            purchaseId = purchase,
            customerId = "ada",
            occurredAt = "2026-03-01T11:00:00Z",
            currency = "GBP",
            lines = new[] { new { sku = "cup", quantity = 1, unitPrice = 100 } },
        });
        answer.EnsureSuccessStatusCode();
    }
}
