using System.Text.Json;
using Pipeline.Simulation.Tests.Support;
using Xunit.Abstractions;

namespace Pipeline.Simulation.Tests;

/// <summary>Commands that write a lot, killed half-way and run again.</summary>
public sealed class ImportTests(ITestOutputHelper output)
{
    private const string Slot = "2011-06-15";
    private const int KillAttemptsMax = 12;

    [Fact]
    public async Task An_import_that_was_killed_half_way_and_run_again_ends_as_one_that_was_not()
    {
        var random = new Random(Chaos.Seed(output));
        using var limit = Chaos.Deadline();
        using var temp = new TempFolder();
        var lines = ShopFile.Write(temp.Sub("orders.csv"), random.Next());
        File.WriteAllText(temp.Sub("mapping.json"), ShopFile.Mapping);
        var whole = temp.Sub("whole");
        var uninterrupted = await ImportAsync(temp, whole, limit.Token);
        Assert.Equal(lines, uninterrupted.GetProperty("lines").GetProperty("read").GetInt32());

        var killed = await KilledAsync(temp, random, 200_000, static _ => { }, folder => Import(temp, folder), limit.Token);
        var before = await Ledgers.ProveAsync(killed, limit.Token);
        output.WriteLine($"{before.Entries} entries were there before the last run.");

        var last = await ImportAsync(temp, killed, limit.Token);
        foreach (var kind in (string[])["purchases", "refunds"])
        {
            var (applied, repeated) = Documents(last, kind);
            Assert.Equal(Documents(uninterrupted, kind).Applied, applied + repeated);
        }

        Assert.Equal(await Ledgers.ReadAsync(whole, limit.Token), await Ledgers.ReadAsync(killed, limit.Token));
        var proven = await VerifyAsync(whole, limit.Token);
        output.WriteLine($"{proven}");
        Assert.Equal(proven, await VerifyAsync(killed, limit.Token));
    }

    [Fact]
    public async Task An_import_that_is_run_a_second_time_changes_nothing()
    {
        var random = new Random(Chaos.Seed(output));
        using var limit = Chaos.Deadline();
        using var temp = new TempFolder();
        ShopFile.Write(temp.Sub("orders.csv"), random.Next(), orders: 1_000);
        File.WriteAllText(temp.Sub("mapping.json"), ShopFile.Mapping);
        var folder = temp.Sub("data");
        var first = await ImportAsync(temp, folder, limit.Token);
        var before = await Ledgers.ReadAsync(folder, limit.Token);

        var second = await ImportAsync(temp, folder, limit.Token);
        foreach (var kind in (string[])["purchases", "refunds"])
            Assert.Equal((0, Documents(first, kind).Applied), Documents(second, kind));
        Assert.Equal(0, second.GetProperty("points").GetProperty("awarded").GetInt64());
        Assert.Equal(0, second.GetProperty("points").GetProperty("clawedBack").GetInt64());
        Assert.Equal(before, await Ledgers.ReadAsync(folder, limit.Token));
    }

    [Fact]
    public async Task A_nightly_run_that_was_killed_and_run_again_ends_with_the_report_of_one_that_was_not()
    {
        var random = new Random(Chaos.Seed(output));
        using var limit = Chaos.Deadline();
        using var temp = new TempFolder();
        ShopFile.Write(temp.Sub("orders.csv"), random.Next());
        File.WriteAllText(temp.Sub("mapping.json"), ShopFile.Mapping);
        var (whole, imported) = (temp.Sub("whole"), temp.Sub("imported.db"));
        await ImportAsync(temp, whole, limit.Token);
        File.Copy(Path.Combine(whole, "pipeline.db"), imported);
        var uninterrupted = await NightlyAsync(whole, limit.Token);

        var killed = await KilledAsync(temp, random, 60_000, Prepare, Nightly, limit.Token);
        var before = await Ledgers.ProveAsync(killed, limit.Token);
        output.WriteLine($"{before.Entries} entries were there before the last run.");

        Assert.Equal(uninterrupted, await NightlyAsync(killed, limit.Token));
        Assert.Equal(await Ledgers.ReadAsync(whole, limit.Token), await Ledgers.ReadAsync(killed, limit.Token));
        var proven = await VerifyAsync(whole, limit.Token);
        output.WriteLine($"{proven}");
        Assert.Equal(proven, await VerifyAsync(killed, limit.Token));
        Assert.Equal(uninterrupted, await NightlyAsync(killed, limit.Token));

        void Prepare(string folder)
        {
            Directory.CreateDirectory(folder);
            File.Copy(imported, Path.Combine(folder, "pipeline.db"));
        }
    }

    /// <summary>
    /// A folder in which a run was killed at least once, and a second time where it still had work. A fast machine may
    /// end a run before its kill: then the next folder's kill comes earlier.
    /// </summary>
    private static async Task<string> KilledAsync(
        TempFolder temp,
        Random random,
        int walBytesMax,
        Action<string> prepare,
        Func<string, string[]> arguments,
        CancellationToken deadline)
    {
        for (var attempt = 0; attempt < KillAttemptsMax; attempt++)
        {
            var folder = temp.Sub($"killed{attempt}");
            prepare(folder);
            if (await KillPoint.KillAfterAsync(folder, random.Next(1_000, walBytesMax), deadline, arguments(folder)))
            {
                await KillPoint.KillAfterAsync(folder, random.Next(1_000, walBytesMax), deadline, arguments(folder));
                return folder;
            }

            walBytesMax = Math.Max(2_000, walBytesMax / 2);
        }

        throw new InvalidOperationException("No run was killed before its end.");
    }

    private static string[] Import(TempFolder temp, string folder) =>
    [
        "import", "purchases", temp.Sub("orders.csv"), "--mapping", temp.Sub("mapping.json"), "--json",
        "--data", folder,
    ];

    private static string[] Nightly(string folder) => ["nightly", "--slot", Slot, "--json", "--data", folder];

    private static async Task<JsonElement> ImportAsync(TempFolder temp, string folder, CancellationToken deadline) =>
        JsonElement.Parse((await PipelineProcess.RunAsync(deadline, Import(temp, folder))).Well());

    /// <summary>The report without the moment at which it was made.</summary>
    private static async Task<(string Cut, long Customers, long Points, long Lots, long Failed)> NightlyAsync(
        string folder, CancellationToken deadline)
    {
        var report = JsonElement.Parse((await PipelineProcess.RunAsync(deadline, Nightly(folder))).Well());
        var points = report.GetProperty("expiredPoints").GetInt64();
        Assert.InRange(points, 1, long.MaxValue);
        return (
            report.GetProperty("cut").GetString()!, report.GetProperty("customers").GetInt64(), points,
            report.GetProperty("lots").GetInt64(), report.GetProperty("failed").GetInt64());
    }

    private static async Task<(bool Ok, long Customers, long Entries, long Points)> VerifyAsync(
        string folder, CancellationToken deadline)
    {
        var report = JsonElement.Parse(
            (await PipelineProcess.RunAsync(deadline, "verify", "--json", "--data", folder)).Well());
        return (
            report.GetProperty("ok").GetBoolean(), report.GetProperty("customers").GetInt64(),
            report.GetProperty("entries").GetInt64(), report.GetProperty("points").GetInt64());
    }

    private static (int Applied, int Repeated) Documents(JsonElement report, string kind) => (
        report.GetProperty(kind).GetProperty("applied").GetInt32(),
        report.GetProperty(kind).GetProperty("repeated").GetInt32());
}
