using System.Text.Json;
using Pipeline.Simulation.Tests.Support;
using Xunit.Abstractions;

namespace Pipeline.Simulation.Tests;

/// <summary>Commands that write a lot, killed half-way and run again.</summary>
public sealed class ImportTests(ITestOutputHelper output)
{
    private const string Slot = "2011-06-15";

    [Fact]
    public async Task An_import_that_was_killed_half_way_and_run_again_ends_as_one_that_was_not()
    {
        var random = new Random(Chaos.Seed(output));
        using var limit = Chaos.Deadline();
        using var temp = new TempFolder();
        var lines = ShopFile.Write(temp.Sub("orders.csv"), random.Next());
        File.WriteAllText(temp.Sub("mapping.json"), ShopFile.Mapping);
        var (whole, killed) = (temp.Sub("whole"), temp.Sub("killed"));
        var uninterrupted = await ImportAsync(temp, whole, limit.Token);
        Assert.Equal(lines, uninterrupted.GetProperty("lines").GetProperty("read").GetInt32());

        var kills = 0;
        for (var kill = 0; kill < Chaos.Times(2); kill++)
            if (await KillPoint.KillAfterAsync(
                killed, random.Next(1_000, 200_000), limit.Token, Import(temp, killed)))
                kills++;
        Assert.True(kills > 0, "No run was killed before its end.");
        var before = await Ledgers.ProveAsync(killed, limit.Token);
        output.WriteLine($"{kills} kills; {before.Entries} entries were there before the last run.");

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
        var (whole, killed) = (temp.Sub("whole"), temp.Sub("killed"));
        await ImportAsync(temp, whole, limit.Token);
        Directory.CreateDirectory(killed);
        File.Copy(Path.Combine(whole, "pipeline.db"), Path.Combine(killed, "pipeline.db"));
        var uninterrupted = await NightlyAsync(whole, limit.Token);

        var kills = 0;
        for (var kill = 0; kill < Chaos.Times(2); kill++)
            if (await KillPoint.KillAfterAsync(killed, random.Next(1_000, 60_000), limit.Token, Nightly(killed)))
                kills++;
        var before = await Ledgers.ProveAsync(killed, limit.Token);
        output.WriteLine($"{kills} kills; {before.Entries} entries were there before the last run.");
        Assert.True(kills > 0, "No run was killed before its end.");

        Assert.Equal(uninterrupted, await NightlyAsync(killed, limit.Token));
        Assert.Equal(await Ledgers.ReadAsync(whole, limit.Token), await Ledgers.ReadAsync(killed, limit.Token));
        var proven = await VerifyAsync(whole, limit.Token);
        output.WriteLine($"{proven}");
        Assert.Equal(proven, await VerifyAsync(killed, limit.Token));
        Assert.Equal(uninterrupted, await NightlyAsync(killed, limit.Token));
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
