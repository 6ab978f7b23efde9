using Pipeline.Benchmarks.Hosting;
using Pipeline.Benchmarks.Load;
using Pipeline.Benchmarks.Reporting;

namespace Pipeline.Benchmarks.Parts;

/// <summary>
/// What accepting a purchase costs against an endpoint that does nothing, on one Kestrel: requests a second, and
/// latency by a timetable at half of each one's peak. The pumps rest meanwhile; the queue is emptied between rounds.
/// </summary>
internal sealed class AcceptPart : IPart
{
    private static readonly LoadKind[] Kinds = [LoadKind.Empty, LoadKind.Purchases];

    public string Name => "accept";

    public string Title => "Accepting: POST /v1/purchases (202 after COMMIT) against an empty endpoint";

    public async Task RunAsync(Bench bench)
    {
        var (settings, report) = (bench.Settings, bench.Report);
        await using var host = await ProductHost.StartAsync(bench.Folder(Name), arePumpsRunning: false);
        foreach (var kind in Kinds)
            await LoadAsync(bench, host, kind, load => load with { Requests = settings.WarmUpRequests });
        await host.DrainAsync();

        var peaks = await PeaksAsync(bench, host);
        var rates = Kinds.Select(kind => Statistics.Median(peaks[kind]) / 2).ToArray();
        report.Note(
            $"half of the median peaks: {Report.Text(rates[0])} empty and {Report.Text(rates[1])} purchases a second");
        await LatencyAsync(bench, host, rates);
    }

    private static async Task<Dictionary<LoadKind, List<double>>> PeaksAsync(Bench bench, ProductHost host)
    {
        var (settings, report) = (bench.Settings, bench.Report);
        var peaks = Kinds.ToDictionary(static kind => kind, static _ => new List<double>());
        List<double> cpuRatios = [];
        for (var round = 0; round < settings.Rounds; round++)
        {
            var cpu = new double[Kinds.Length];
            for (var i = 0; i < Kinds.Length; i++)
            {
                var before = await host.FiguresAsync();
                var result = await LoadAsync(
                    bench, host, Kinds[i], load => load with { Seconds = settings.AcceptSeconds });
                var after = await host.FiguresAsync();
                peaks[Kinds[i]].Add(result.PerSecond);
                var usage = new Usage(before, after, result.Numbers);
                cpu[i] = usage.CpuMicroseconds;
                report.Note(
                    $"round {round + 1}: {Kinds[i]} {Report.Text(result.PerSecond)} a second, "
                    + $"p50 {result.P50Milliseconds:F2} ms, p99 {result.P99Milliseconds:F2} ms; server: {usage}; "
                    + $"generator: {result.ClientCpuSeconds * 1e6 / result.Numbers:F1} µs of processor each");
            }

            cpuRatios.Add(cpu[0] / cpu[1]);
            await host.DrainAsync();
        }

        report.Add(new Finding(
            "accept: requests a second against the empty endpoint", "times",
            Ratios(peaks[LoadKind.Purchases], peaks[LoadKind.Empty]), 0.55, 0.75));
        report.Note(
            "server's processor time of the empty request over that of the purchase: "
            + Report.Text(Statistics.Median(cpuRatios)));
        return peaks;
    }

    private static async Task LatencyAsync(Bench bench, ProductHost host, double[] rates)
    {
        var (settings, report) = (bench.Settings, bench.Report);
        var p99 = Kinds.ToDictionary(static kind => kind, static _ => new List<double>());
        for (var round = 0; round < settings.Rounds; round++)
        {
            for (var i = 0; i < Kinds.Length; i++)
            {
                var rate = rates[i];
                var result = await LoadAsync(
                    bench, host, Kinds[i],
                    load => load with { Seconds = settings.OpenLoopSeconds, RatePerSecond = rate });
                p99[Kinds[i]].Add(result.P99Milliseconds);
                report.Note(
                    $"round {round + 1}: {Kinds[i]} at {Report.Text(rate)} a second, "
                    + $"p50 {result.P50Milliseconds:F2} ms, p99 {result.P99Milliseconds:F2} ms, "
                    + $"longest {result.MaxMilliseconds:F1} ms");
            }

            await host.DrainAsync();
        }

        report.Add(new Finding(
            "accept: p99 at half of the peak against the empty endpoint's", "times",
            Ratios(p99[LoadKind.Purchases], p99[LoadKind.Empty]), 4, 2, IsLowerBetter: true));
    }

    private static async Task<LoadResult> LoadAsync(
        Bench bench, ProductHost host, LoadKind kind, Func<LoadOptions, LoadOptions> with)
    {
        // More numbers than any load uses, so that no purchase of a later one is a repetition.
        var load = with(bench.Load(kind, bench.Shop)) with { FirstNumber = bench.TakeNumbers(500_000) };
        return await host.LoadAsync(load);
    }

    private static List<double> Ratios(List<double> numerators, List<double> denominators) =>
        [.. numerators.Zip(denominators, static (a, b) => a / b)];
}
