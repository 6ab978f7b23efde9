using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Pipeline.Simulation.Tests.Support;

namespace Pipeline.Simulation.Tests;

public sealed class TelemetryTests
{
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private const string TraceId = "0af7651916cd43dd8448eb211c80319c";

    [Fact]
    public async Task The_trace_of_a_purchase_and_the_metrics_arrive_at_the_collector()
    {
        using var limit = Chaos.Deadline();
        using var temp = new TempFolder();
        await using var collector = await Collector.StartAsync();
        using var served = await Served.PrepareAsync(temp.Sub("data"));
        served.Environment[Endpoint] = collector.Url;
        served.Environment["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf";
        await served.StartAsync(limit.Token);
        await BuyAsync(served, limit.Token);

        // What was not sent before is sent when the host stops.
        var ended = await served.StopAsync(limit.Token);

        Assert.True(ended.ExitCode == 0, ended.Errors);
        foreach (var part in (byte[][])["postPurchase"u8.ToArray(), "work purchases"u8.ToArray(), Convert.FromHexString(TraceId)])
            Assert.Contains(collector.Received("/v1/traces"), body => body.AsSpan().IndexOf(part) >= 0);
        foreach (var meter in (string[])["pipeline.http.request.duration", "pipeline.sqlite.commits", "pipeline.work.handled"])
            Assert.Contains(collector.Received("/v1/metrics"), body => body.AsSpan().IndexOf(Encoding.ASCII.GetBytes(meter)) >= 0);
    }

    [Fact]
    public async Task A_collector_that_is_no_address_is_an_error()
    {
        using var limit = Chaos.Deadline();
        using var temp = new TempFolder();
        using var process = PipelineProcess.Start(
            new Dictionary<string, string> { [Endpoint] = "collector:4317" },
            "--data", temp.Sub("data"), "--urls", "http://127.0.0.1:0");

        var ended = await process.EndAsync(limit.Token);

        Assert.Equal(1, ended.ExitCode);
        Assert.StartsWith($"pipeline: {Endpoint} is 'collector:4317'", ended.Errors, StringComparison.Ordinal);
    }

    /// <summary>A purchase, and that it was worked.</summary>
    private static async Task BuyAsync(Served served, CancellationToken deadline)
    {
        using var http = new HttpClient { BaseAddress = served.Url };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", served.Key);
        http.DefaultRequestHeaders.Add("traceparent", $"00-{TraceId}-b7ad6b7169203331-01");
        const string Purchase =
            """
            {"purchaseId":"p","customerId":"ann","occurredAt":"2026-01-10T09:00:00Z","currency":"GBP",
             "lines":[{"sku":"a","quantity":1,"unitPrice":100}]}
            """;
        using var body = new StringContent(Purchase, Encoding.UTF8, "application/json");
        using var accepted = await http.PostAsync("/v1/purchases", body, deadline);
        Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
        while ((await http.GetAsync("/v1/customers/ann/purchases/p", deadline)).StatusCode != HttpStatusCode.OK)
            await Task.Delay(20, deadline);
    }

    /// <summary>Takes OTLP over HTTP and keeps it as it comes.</summary>
    private sealed class Collector(WebApplication app) : IAsyncDisposable
    {
        private readonly ConcurrentQueue<(string Path, byte[] Body)> received = [];

        public string Url => app.Urls.First();

        public static async Task<Collector> StartAsync()
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            var app = builder.Build();
            app.Urls.Add("http://127.0.0.1:0");
            var collector = new Collector(app);
            app.Run(collector.KeepAsync);
            await app.StartAsync();
            return collector;
        }

        public IEnumerable<byte[]> Received(string path) =>
            received.Where(one => one.Path == path).Select(static one => one.Body);

        public ValueTask DisposeAsync() => app.DisposeAsync();

        private async Task KeepAsync(HttpContext context)
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            received.Enqueue((context.Request.Path, body.ToArray()));
            context.Response.ContentType = "application/x-protobuf";
        }
    }
}
