using Pipeline.Benchmarks.Hosting;
using Pipeline.Benchmarks.Load;
using Pipeline.Benchmarks.Reporting;
using Pipeline.Benchmarks.Stores;

namespace Pipeline.Benchmarks.Parts;

/// <summary>
/// A store of a million customers: what a night costs that is due for few of them, and what serving it holds.
/// </summary>
internal sealed class LargeStorePart : IPart
{
    private const double Mebibyte = 1024 * 1024;

    public string Name => "large";

    public string Title => "A large store: the nightly run, and memory";

    public async Task RunAsync(Bench bench)
    {
        var (settings, report) = (bench.Settings, bench.Report);
        var stores = new StoreCache(settings, bench.Time);
        var store = await stores.GetAsync(settings.LargeStoreCustomers, report.Note);
        var folder = StoreCache.Copy(store, bench.Folder("large"));
        await ExpireAsync(bench, store, folder);
        await ServeAsync(bench, store, folder);
    }

    private static async Task ExpireAsync(Bench bench, BuiltStore store, string folder)
    {
        await using var host = await ProductHost.StartAsync(
            folder, arePumpsRunning: true, (ServeCommand.NoInsight, "1"));
        var (due, all) = (Report.Text(store.DueCustomers), Report.Text((double)store.Customers * store.Lots));
        List<double> milliseconds = [];
        var round = 0;
        foreach (var slot in store.Slots.Take(bench.Settings.Rounds + 1))
        {
            // Between nights is a day: the store has merged what the one before wrote.
            var before = await host.AwaitIdleAsync();
            var night = await host.RunNightlyAsync(slot);
            var after = await host.FiguresAsync();
            var merged = await host.AwaitIdleAsync();
            if (night.Customers != store.DueCustomers || night.Lots != store.DueCustomers || night.Failed != 0)
                throw new InvalidOperationException($"Of {store.DueCustomers} due lots a night worked: {night}");
            var isFirst = round++ == 0;
            bench.Report.Note(
                $"night {round}{(isFirst ? " (compiles; not counted)" : "")}: {due} due lots of {all}, "
                + $"{night.Seconds * 1_000:F0} ms from plan to report, "
                + $"{1_000 * (after.CpuSeconds - before.CpuSeconds):F0} ms of processor and "
                + $"{1_000 * (merged.CpuSeconds - after.CpuSeconds):F0} ms of merging behind it");
            if (!isFirst)
                milliseconds.Add(night.Seconds * 1_000);
        }

        bench.Report.Add(new Finding(
            $"expiry: {due} due lots among {all}", "ms", milliseconds, 1_000, 250, IsLowerBetter: true));
    }

    private static async Task ServeAsync(Bench bench, BuiltStore store, string folder)
    {
        var (settings, report) = (bench.Settings, bench.Report);
        await using var host = await ProductHost.StartAsync(folder, arePumpsRunning: true);
        var loaded = await host.FiguresAsync();
        report.Note(
            $"serving {Report.Text(store.Customers)} customers: {loaded.RssBytes / Mebibyte:F0} MiB after the start "
            + $"(at most {loaded.RssMaxBytes / Mebibyte:F0}); {loaded.Runs} runs with "
            + $"{loaded.RunIndexBytes / Mebibyte:F0} MiB of indexes and filters");
        var load = await host.LoadAsync(
            bench.Load(LoadKind.Mixed, new Population(store.Customers, IsSkewed: false)) with
            {
                Requests = settings.MixedRequests,
                FirstNumber = bench.TakeNumbers(settings.MixedRequests + settings.Connections),
            });
        var served = await host.FiguresAsync();
        report.Note(
            $"after {Report.Text(settings.MixedRequests)} mixed requests ({Report.Text(load.PerSecond)} a second, p50 "
            + $"{load.P50Milliseconds:F1} ms, p99 {load.P99Milliseconds:F1} ms): {served.RssBytes / Mebibyte:F0} MiB, "
            + $"at most {served.RssMaxBytes / Mebibyte:F0}");
        report.Add(new Finding(
            $"memory: the most resident while serving {Report.Text(store.Customers)} customers", "MiB",
            [served.RssMaxBytes / Mebibyte], 512, 256, IsLowerBetter: true));
    }
}
