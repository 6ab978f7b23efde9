using Pipeline.Benchmarks.Hosting;
using Pipeline.Benchmarks.Load;
using Pipeline.Benchmarks.Reporting;
using Pipeline.Benchmarks.Stores;

namespace Pipeline.Benchmarks.Parts;

/// <summary>
/// How fast accepted purchases are worked by the product's pumps (lease, decide, commit, settle) against a plain loop
/// over SQLite that writes the same rows.
/// </summary>
internal sealed class ApplyPart : IPart
{
    public string Name => "apply";

    public string Title => "Applying: accepted purchases through the queue against a raw SQLite loop";

    public async Task RunAsync(Bench bench)
    {
        var settings = bench.Settings;
        await RunAsync(bench, "a shop's customers", bench.Shop, bench.Folder("apply-shop"), accountBytes: 0);
        foreach (var customers in (int[])[settings.SmallStoreCustomers, settings.LargeStoreCustomers])
        {
            var stores = new StoreCache(settings, bench.Time);
            var store = await stores.GetAsync(customers, bench.Report.Note);
            var folder = StoreCache.Copy(store, bench.Folder($"apply-{customers}"));
            await RunAsync(
                bench, $"random customers of {Report.Text(customers)}", new Population(customers, IsSkewed: false),
                folder, store.AccountBytes);
        }
    }

    private static async Task RunAsync(
        Bench bench, string title, Population population, string folder, int accountBytes)
    {
        var (settings, report) = (bench.Settings, bench.Report);
        using var plain = new RawLoop(Path.Combine(bench.Folder("apply-raw"), "raw.db"), accountBytes);
        if (accountBytes > 0)
            plain.Fill(population.Customers);
        await using var host = await ProductHost.StartAsync(folder, arePumpsRunning: false);
        List<double> ratios = [];
        // One round more than counts: the first compiles.
        for (var round = 0; round <= settings.Rounds; round++)
        {
            var first = bench.TakeNumbers(settings.ApplyPurchases + settings.Connections);
            await host.LoadAsync(bench.Load(LoadKind.Purchases, population) with
            {
                Requests = settings.ApplyPurchases,
                FirstNumber = first,
            });
            var before = await host.FiguresAsync();
            var product = settings.ApplyPurchases / await host.DrainAsync();
            var after = await host.FiguresAsync();
            var sizes = await host.SizesAsync(first, settings.ApplyPurchases, population);
            var raw = settings.ApplyPurchases / plain.Run(first, sizes, population, Purchases.Body(2, true).Length);
            if (round == 0)
                continue;
            ratios.Add(product / raw);
            report.Note(
                $"{title}, round {round}: {Report.Text(product)} a second through the queue, {Report.Text(raw)} raw; "
                + $"server: {new Usage(before, after, settings.ApplyPurchases)}");
        }

        report.Add(new Finding($"apply: {title}, against a raw SQLite loop", "times", ratios, 0.5, 1.0));
    }
}
