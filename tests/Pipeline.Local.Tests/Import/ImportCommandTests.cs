using System.Text.Json;
using Pipeline.Local.Tests.Hosting;

namespace Pipeline.Local.Tests.Import;

public sealed class ImportCommandTests : IDisposable
{
    /// <summary>Every oddity of a real export; with its 21 lines below the header.</summary>
    private const string Oddities = Shop.Header
        + """"
        1001,A,Apple,4,2025-03-01 08:26,2.50,alice
        1002,A,Apple,2,2025-03-01 09:00,2.50,bob
        1001,B,"Ball, ""red""",1,2025-03-01 08:27,10.00,alice
        1001,POST,Postage,1,2025-03-01 08:26,3.95,alice
        1003,POST,Postage,1,2025-03-02 08:26,3.95,alice
        1004,A,Apple,10,2025-03-03 08:26,2.50,alice
        C1005,A,Apple,-12,2025-03-04 08:26,2.50,alice
        C1006,B,Ball,-3,2025-03-05 08:26,10.00,alice
        C1007,POST,Postage,-1,2025-03-05 08:26,3.95,alice
        C1008,Z,Zebra,-1,2025-03-05 08:26,10.00,alice
        C0999,C,Cup,-1,2025-03-01 07:00,5.00,carol
        1009,C,Cup,2,2025-03-01 07:10,5.00,carol
        1010,A,Apple,1,2025-03-06 08:26,2.50,
        1010,FEE,Fee,1,2025-03-06 08:26,2.50,alice
        1011,A,Apple,1,2025-03-06 08:26,0,alice
        1012,A,Apple,0,2025-03-06 08:26,2.50,alice
        1013,A,Apple,-1,2025-03-06 08:26,2.50,alice
        1014,A,Apple,one,2025-03-06 08:26,2.50,alice
        1015,A,Apple,1,yesterday,2.50,alice
        1016,A,Apple,1,2025-03-06 08:26,0.001,alice
        1017,A
        """";

    private readonly TempFolder folder = new();
    private readonly ManualTime time = new(DateTimeOffset.Parse("2025-06-01T00:00:00Z"));

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Every_line_is_accounted_for_and_the_points_are_right()
    {
        var summary = (await ImportAsync("--json")).Json();

        var lines = summary.GetProperty("lines");
        Assert.Equal((21, 6, 3, 1, 11), (
            Int(lines, "read"), Int(lines, "purchases"), Int(lines, "refunds"), Int(lines, "guests"), Int(lines, "refused")));
        // 1001, 1002, 1004 and 1009; C1005 is split over 1004 and 1001, C1006 is found in part, C0999 later.
        Assert.Equal((4, 4), (Int(summary.GetProperty("purchases"), "applied"), Int(summary.GetProperty("refunds"), "applied")));
        Assert.Equal(2, Int(summary.GetProperty("partlyMatched"), "unmatchedUnits"));
        // 20 + 5 + 25 + 10 awarded; 25 of 1004, 5 and 10 of 1001, 5 of 1009 clawed back.
        Assert.Equal((60, 45), (Int(summary.GetProperty("points"), "awarded"), Int(summary.GetProperty("points"), "clawedBack")));
        Assert.Equal(
            """
            {"adjustment":1,"bad-date":1,"bad-quantity":1,"ignored-sku":1,"missing-columns":1,"no-goods":1,"returned-shipping":1,"too-many-decimals":1,"unmatched-return":1,"zero-price":1,"zero-quantity":1}
            """,
            JsonSerializer.Serialize(summary.GetProperty("refused")));
    }

    [Fact]
    public async Task The_refused_lines_are_written_with_their_line_and_reason()
    {
        await ImportAsync();

        var refused = await File.ReadAllLinesAsync(Path.Combine(folder.Data, "orders.csv.refused.csv"));

        Assert.Equal("line,reason,Invoice,Sku,Name,Quantity,Date,Price,Customer", refused[0]);
        Assert.Equal("6,no-goods,1003,POST,Postage,1,2025-03-02 08:26,3.95,alice", refused[1]);
        Assert.Equal("22,missing-columns,1017,A", refused[^1]);
    }

    [Fact]
    public async Task A_rerun_repeats_everything_and_changes_nothing()
    {
        await ImportAsync();
        var before = await LedgersAsync();
        time.Advance(TimeSpan.FromDays(3));

        var summary = (await ImportAsync("--json")).Json();

        Assert.Equal((0, 4), (Int(summary.GetProperty("purchases"), "applied"), Int(summary.GetProperty("purchases"), "repeated")));
        Assert.Equal((0, 4), (Int(summary.GetProperty("refunds"), "applied"), Int(summary.GetProperty("refunds"), "repeated")));
        Assert.Equal(0, Int(summary.GetProperty("points"), "awarded"));
        Assert.Equal(before, await LedgersAsync());
    }

    [Fact]
    public async Task An_import_that_was_cut_off_ends_the_same_when_it_is_run_again()
    {
        var rows = Oddities.Split('\n');
        folder.File("half.csv", string.Join('\n', rows[..7]) + "\n");
        await Cli.RunAsync(time, "import", "purchases", Path.Combine(folder.Path, "half.csv"),
            "--mapping", folder.File("mapping.json", Shop.Mapping), "--data", folder.Data);

        await ImportAsync();

        using var other = new TempFolder();
        await ImportIntoAsync(other.Data);
        Assert.Equal(await BalancesAsync(other.Data), await BalancesAsync(folder.Data));
    }

    [Fact]
    public async Task What_the_human_summary_says_adds_up()
    {
        var result = await ImportAsync();

        Assert.Equal(0, result.ExitCode);
        Assert.Contains("21 lines read", result.Output, StringComparison.Ordinal);
        Assert.Contains("unmatched-return", result.Output, StringComparison.Ordinal);
        Assert.Empty(result.Error);
    }

    [Fact]
    public async Task While_the_host_serves_an_import_is_refused_and_verify_works()
    {
        await ImportAsync();
        await using var shop = await LocalShop.StartAsync(folder.Data, time: time);

        var import = await ImportAsync();
        var verify = await Cli.RunAsync(time, "verify", "--data", folder.Data, "--json");

        Assert.Equal(1, import.ExitCode);
        Assert.Contains("another process serves it", import.Error, StringComparison.Ordinal);
        Assert.Equal(15, verify.Json().GetProperty("points").GetInt64());
    }

    [Theory]
    [InlineData("nofile.csv", null, "there is no file")]
    [InlineData(null, "nomapping.json", "mapping cannot be read")]
    public async Task A_missing_file_is_said_so(string? file, string? mapping, string message)
    {
        var result = await Cli.RunAsync(
            time, "import", "purchases", file ?? folder.File("orders.csv", Oddities),
            "--mapping", mapping ?? folder.File("mapping.json", Shop.Mapping), "--data", folder.Data);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder.Data));
    }

    private Task<CliResult> ImportAsync(params string[] more) => ImportIntoAsync(folder.Data, more);

    private Task<CliResult> ImportIntoAsync(string data, params string[] more) => Cli.RunAsync(
        time,
        [
            "import", "purchases", folder.File("orders.csv", Oddities),
            "--mapping", folder.File("mapping.json", Shop.Mapping), "--data", data, .. more,
        ]);

    private async Task<string> LedgersAsync()
    {
        await using var shop = await LocalShop.StartAsync(folder.Data, time: time);
        var ledgers = "";
        foreach (var customer in (string[])["alice", "bob", "carol"])
            ledgers += await shop.Client.GetStringAsync($"/v1/customers/{customer}/ledger");
        await shop.Client.DeleteAsync("/v1/keys/test");
        return ledgers;
    }

    private async Task<string> BalancesAsync(string data)
    {
        await using var shop = await LocalShop.StartAsync(data, time: time);
        var balances = "";
        foreach (var customer in (string[])["alice", "bob", "carol"])
            balances += await shop.Client.GetStringAsync($"/v1/customers/{customer}/balance");
        return balances;
    }

    private static int Int(JsonElement json, string name) => json.GetProperty(name).GetInt32();
}
