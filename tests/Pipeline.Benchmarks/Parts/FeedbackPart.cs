using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Pipeline.Benchmarks.Hosting;
using Pipeline.Benchmarks.Load;
using Pipeline.Benchmarks.Reporting;

namespace Pipeline.Benchmarks.Parts;

/// <summary>
/// Feedback with comments, every one sent twice, from the first request to the last that is analysed and counted; and how many of
/// them the satisfaction report has.
/// </summary>
internal sealed class FeedbackPart : IPart
{
    private const int WarmUpItemsMax = 10_000;

    public string Name => "feedback";

    public string Title => "Feedback: POST /v1/feedback, every message twice, to analysed and counted";

    public async Task RunAsync(Bench bench)
    {
        var (settings, report) = (bench.Settings, bench.Report);
        await using var host = await ProductHost.StartAsync(bench.Folder(Name), arePumpsRunning: true);
        var sent = Math.Min(WarmUpItemsMax, settings.FeedbackItems);
        await RoundAsync(bench, host, sent);
        List<double> perMinute = [];
        for (var round = 0; round < settings.Rounds; round++)
        {
            var before = await host.FiguresAsync();
            var (perSecond, load) = await RoundAsync(bench, host, settings.FeedbackItems);
            var usage = new Usage(before, await host.FiguresAsync(), settings.FeedbackItems);
            sent += settings.FeedbackItems;
            perMinute.Add(perSecond * 60);
            report.Note(
                $"round {round + 1}: {Report.Text(perMinute[^1])} a minute; requests p99 {load.P99Milliseconds:F2} ms; "
                + $"a feedback: {usage}");
        }

        var counted = await CountedAsync(host);
        report.Note($"sent {2 * sent} messages of {sent} feedback; the report counts {counted}");
        if (counted != sent)
            throw new InvalidOperationException($"{sent} feedback were sent, twice each, and {counted} are counted.");
        report.Add(new Finding(
            "feedback with comments, each sent twice and counted once", "a minute", perMinute, 20_000, 100_000));
    }

    private static async Task<(double PerSecond, LoadResult Load)> RoundAsync(Bench bench, ProductHost host, int items)
    {
        await host.StartWatchingAsync();
        var load = await host.LoadAsync(bench.Load(LoadKind.Feedback, bench.Shop) with
        {
            Requests = 2L * items,
            FirstNumber = bench.TakeNumbers(2L * (items + bench.Settings.Connections)),
        });
        var end = await host.StopWatchingAsync();
        var seconds = Stopwatch.GetElapsedTime(load.StartTicks, end).TotalSeconds;
        return (items / Math.Max(seconds, load.Seconds), load);
    }

    private static async Task<long> CountedAsync(ProductHost host)
    {
        var today = TimeProvider.System.GetUtcNow();
        var range = string.Create(
            CultureInfo.InvariantCulture, $"from={today.AddDays(-3):yyyy-MM-dd}&to={today.AddDays(1):yyyy-MM-dd}");
        using var report = JsonDocument.Parse(await host.GetAsync($"/v1/reports/satisfaction?{range}"));
        return report.RootElement.GetProperty("groups")[0].GetProperty("responses").GetInt64();
    }
}
