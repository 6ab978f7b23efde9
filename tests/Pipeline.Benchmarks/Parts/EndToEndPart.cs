using System.Diagnostics;
using Pipeline.Benchmarks.Hosting;
using Pipeline.Benchmarks.Load;
using Pipeline.Benchmarks.Reporting;

namespace Pipeline.Benchmarks.Parts;

/// <summary>
/// Accepted and worked at the same time: how many purchases a second, how many bytes and COMMITs each, and how many
/// times the peer's.
/// </summary>
internal sealed class EndToEndPart : IPart
{
    public string Name => "peer";

    public string Title => "End to end: accepted and applied, bytes and COMMITs, and against PostgreSQL";

    public async Task RunAsync(Bench bench)
    {
        var (settings, report) = (bench.Settings, bench.Report);
        await using var host = await ProductHost.StartAsync(bench.Folder("end-to-end"), arePumpsRunning: true);
        var skipReason = settings.PeerSkipReason;
        PeerHost? peer = null;
        try
        {
            if (skipReason is null)
                peer = await PeerHost.StartAsync(settings);
        }
        catch (Exception error)
        {
            skipReason = error.Message;
        }

        await using var ending = peer;
        var product = new Rounds();
        List<double> ratios = [];
        await ProductAsync(bench, host, new Rounds(), Math.Min(settings.WarmUpRequests, settings.EndToEndPurchases));
        if (peer is not null)
            await PeerAsync(bench, peer, settings.PeerPurchases / 2);
        for (var round = 0; round < settings.Rounds; round++)
        {
            await ProductAsync(bench, host, product, settings.EndToEndPurchases);
            report.Note(
                $"round {round + 1}: product {Report.Text(product.PerSecond[^1])} a second, accepted and applied; "
                + $"{Report.Text(product.Bytes[^1])} bytes and {product.Commits[^1]:F4} COMMITs a purchase; "
                + $"server: {product.Last}");
            if (peer is null)
                continue;
            var (perSecond, accepted) = await PeerAsync(bench, peer, settings.PeerPurchases);
            ratios.Add(product.PerSecond[^1] / perSecond);
            report.Note(
                $"round {round + 1}: peer {Report.Text(perSecond)} a second, accepted and applied "
                + $"(it accepted {Report.Text(accepted)} a second meanwhile)");
        }

        report.Add(new Finding(
            "bytes written a purchase, accepted to applied", "bytes", product.Bytes, 3_000, 400, IsLowerBetter: true));
        report.Note($"COMMITs a purchase, median: {Statistics.Median(product.Commits):F4}");
        if (ratios.Count > 0)
            report.Add(new Finding("end to end, against ASP.NET Core with PostgreSQL", "times", ratios, 4, 8));
        else
            report.Missing("end to end, against ASP.NET Core with PostgreSQL", skipReason ?? "it did not start");
    }

    private static async Task ProductAsync(Bench bench, ProductHost host, Rounds rounds, int purchases)
    {
        await host.FlushAsync();
        var before = await host.FiguresAsync();
        await host.StartWatchingAsync();
        var load = await host.LoadAsync(bench.Load(LoadKind.Purchases, bench.Shop) with
        {
            Requests = purchases,
            FirstNumber = bench.TakeNumbers(purchases + bench.Settings.Connections),
        });
        var end = await host.StopWatchingAsync();
        var seconds = Stopwatch.GetElapsedTime(load.StartTicks, end).TotalSeconds;
        var worked = await host.FiguresAsync();
        await host.FlushAsync();
        var flushed = await host.FiguresAsync();
        rounds.PerSecond.Add(purchases / Math.Max(seconds, load.Seconds));
        rounds.Bytes.Add(new Usage(before, flushed, purchases).WrittenBytes);
        rounds.Commits.Add(new Usage(before, worked, purchases).Commits);
        rounds.Last = new Usage(before, worked, purchases);
    }

    private static async Task<(double PerSecond, double AcceptedPerSecond)> PeerAsync(
        Bench bench, PeerHost peer, int purchases)
    {
        var load = await peer.LoadAsync(bench.Load(LoadKind.Purchases, bench.Shop) with
        {
            Requests = purchases,
            FirstNumber = bench.TakeNumbers(purchases + bench.Settings.Connections),
        });
        var end = await peer.AwaitAppliedAsync(purchases);
        var seconds = Stopwatch.GetElapsedTime(load.StartTicks, end).TotalSeconds;
        return (purchases / Math.Max(seconds, load.Seconds), load.PerSecond);
    }

    private sealed class Rounds
    {
        public List<double> PerSecond { get; } = [];

        public List<double> Bytes { get; } = [];

        public List<double> Commits { get; } = [];

        public Usage Last { get; set; }
    }
}
