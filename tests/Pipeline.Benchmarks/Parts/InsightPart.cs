using System.Diagnostics;
using Pipeline.Benchmarks.Hosting;
using Pipeline.Benchmarks.Reporting;
using Pipeline.Benchmarks.Stores;
using Pipeline.Domain;

namespace Pipeline.Benchmarks.Parts;

/// <summary>
/// Nights that look at a million synthetic customers: the first, which knows nobody; one a day later; one on which nothing is
/// due; and one a week later, which fits the models anew and looks at everybody. Then the fit alone.
/// </summary>
internal sealed class InsightPart : IPart
{
    private const double Mebibyte = 1024 * 1024;

    public string Name => "insight";

    public string Title => "Insight: nights over many customers";

    public async Task RunAsync(Bench bench)
    {
        var today = DateOnly.FromDateTime(bench.Time.GetUtcNow().UtcDateTime).AddDays(-20);
        var shop = new SyntheticShop(today);
        var all = bench.Settings.InsightCustomers;
        var half = await NightsAsync(bench, shop, today, all / 2);
        var whole = await NightsAsync(bench, shop, today, all);
        var (report, customers) = (bench.Report, Report.Text(all));
        report.Add(new Finding(
            $"insight: the night that fits and looks at all of {customers} customers", "s", [whole.Weekly], 10, 3, true));
        report.Add(new Finding(
            $"insight: an ordinary night among {customers} customers", "s", [whole.Ordinary], 10, 3, true));
        report.Add(new Finding(
            "insight: twice the customers, times the time", "times", [whole.Weekly / half.Weekly], 2.2, 2, true));
        report.Add(new Finding(
            "insight: a night with nothing due, of a full one", "%", [100 * whole.Quiet / whole.Weekly], 2, 1, true));
        report.Add(new Finding(
            "insight: the most resident during the nights", "MiB", [whole.RssMaxBytes / Mebibyte], 512, 256, true));
        Fit(bench, shop, today, all);
    }

    private static async Task<Nights> NightsAsync(Bench bench, SyntheticShop shop, DateOnly today, int customers)
    {
        var folder = bench.Folder("insight");
        var start = Stopwatch.GetTimestamp();
        var bytes = await shop.StoreAsync(folder, customers, bench.Time);
        bench.Report.Note(
            $"{Report.Text(customers)} accounts of {bytes / customers} bytes, stored in "
            + $"{Stopwatch.GetElapsedTime(start).TotalSeconds:F0} s");
        await using var host = await ProductHost.StartAsync(folder, arePumpsRunning: true);
        var first = await NightAsync(bench, host, today, "the first");
        var ordinary = await NightAsync(bench, host, today.AddDays(1), "a day later");
        // The same day's customers were just looked at: the slot before finds them done.
        var quiet = await NightAsync(bench, host, today.AddDays(-1), "with nothing due");
        var weekly = await NightAsync(bench, host, today.AddDays(7), "a week later");
        if (first.Failed + ordinary.Failed + quiet.Failed + weekly.Failed > 0 || quiet.Scored > 0)
            throw new InvalidOperationException("A night did not do what it is measured for.");
        return new Nights(
            ordinary.Seconds, quiet.Seconds, weekly.Seconds, (await host.FiguresAsync()).RssMaxBytes);
    }

    /// <summary>Between nights is a day: the store has merged what the one before wrote.</summary>
    private static async Task<NightlyTime> NightAsync(Bench bench, ProductHost host, DateOnly slot, string which)
    {
        var before = await host.FiguresAsync();
        var night = await host.RunNightlyAsync(slot);
        var after = await host.FiguresAsync();
        var idle = await host.AwaitIdleAsync();
        bench.Report.Note(
            $"night {which}: {night.Seconds:F2} s, {after.CpuSeconds - before.CpuSeconds:F2} s of processor and "
            + $"{idle.CpuSeconds - after.CpuSeconds:F2} s of merging behind it; "
            + $"{(after.AllocatedBytes - before.AllocatedBytes) / Mebibyte:F0} MiB allocated, {after.RssMaxBytes / Mebibyte:F0} MiB resident at "
            + $"most so far; looked at {Report.Text(night.Scored)}, told something new of {Report.Text(night.Changed)}");
        return night;
    }

    private static void Fit(Bench bench, SyntheticShop shop, DateOnly today, int customers)
    {
        var tally = new InsightTally(today.DayNumber);
        for (var number = 0; number < customers; number++)
            tally.Add(shop.Customer(number));
        var records = tally.PurchaseRecords();
        foreach (var rule in (DropoutRule[])[DropoutRule.AfterRepeats, DropoutRule.AfterEveryPurchase])
        {
            var start = Stopwatch.GetTimestamp();
            var fit = PurchaseFit.Of(rule, records);
            var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            bench.Report.Note(
                $"{(rule == DropoutRule.AfterRepeats ? "BG/NBD" : "MBG/NBD")} on {Report.Text(fit.Customers)} customers in "
                + $"{Report.Text(records.Count)} bins: {seconds:F2} s, {(fit.HasConverged ? "" : "not ")}converged");
            if (rule == DropoutRule.AfterRepeats)
                bench.Report.Add(new Finding(
                    $"insight: BG/NBD fitted on {Report.Text(customers)} customers", "s", [seconds], 5, 1, true));
        }

        var all = Stopwatch.GetTimestamp();
        var model = InsightFit.Of(tally, FitRules.Default);
        bench.Report.Note(
            $"all models: {Stopwatch.GetElapsedTime(all).TotalSeconds:F2} s, {Report.Text(model.Churn.Rows)} rows of the regression");
    }

    private sealed record Nights(double Ordinary, double Quiet, double Weekly, long RssMaxBytes);
}
