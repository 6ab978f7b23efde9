using System.Net.Http.Json;
using System.Text.Json;
using Pipeline.Local.Tests.Hosting;

namespace Pipeline.Local.Tests.Commands;

/// <summary>What another program would have made of the purchases, and that nothing is changed by asking.</summary>
public sealed class ReplayCommandTests : IDisposable
{
    private const string Same = """{ "version": 1, "name": "default", "timeZone": "UTC" }""";
    private const string Double =
        """{ "version": 2, "name": "Two points", "timeZone": "UTC", "earning": { "pointsPerMajorUnit": { "default": 2 } } }""";

    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Twice_the_rate_doubles_what_was_awarded_and_names_who_gains()
    {
        await SellAsync();

        var found = await ReplayAsync(Double, "--as-of", "2020-12-31");

        Assert.Equal((30, 60, 30), Sum(found, "awarded"));
        Assert.Equal((30, 60, 30), Sum(found, "outstanding"));
        Assert.Equal((30, 60, 30), Sum(found.GetProperty("byRule")[0]));
        Assert.Equal(
            [("alice", 20), ("bob", 10)],
            found.GetProperty("winners").EnumerateArray().Select(static one =>
                (one.GetProperty("customerId").GetString(), one.GetProperty("difference").GetInt32())));
        Assert.Empty(found.GetProperty("losers").EnumerateArray());
        Assert.Equal((30, 60, 30), Sum(found.GetProperty("liability")[0]));
        Assert.Equal((0, 0, 0), Sum(await ReplayAsync(Same, "--as-of", "2020-12-31"), "outstanding", onlyDifference: true));
    }

    [Fact]
    public async Task Only_the_purchases_of_the_days_are_awarded_anew()
    {
        await SellAsync();

        var found = await ReplayAsync(Double, "--from", "2020-02-01", "--to", "2020-02-29");

        Assert.Equal((10, 20, 10), Sum(found, "awarded"));
        Assert.Equal(["2020-02-10"], found.GetProperty("byDay").EnumerateArray().Select(static day => day.GetProperty("time").GetString()));
    }

    [Fact]
    public async Task People_read_a_table()
    {
        await SellAsync();

        var result = await Cli.RunAsync("replay", "--program", folder.File("double.json", Double), "--data", folder.Data);

        Assert.Equal(0, result.ExitCode);
        Assert.Contains("Two points (version 2) instead of default (version 1)", result.Output, StringComparison.Ordinal);
        Assert.Matches(@"points awarded +30 +60 +\+30\n", result.Output);
        Assert.Matches(@"alice +20 +40 +\+20\n", result.Output);
        Assert.True((await Cli.RunAsync("verify", "--data", folder.Data, "--json")).Json().GetProperty("ok").GetBoolean());
    }

    [Theory]
    [InlineData("{}", "is not a loyalty program")]
    [InlineData(Double, "comes after", "--from", "2021-01-02", "--to", "2021-01-01")]
    public async Task What_cannot_be_replayed_is_said(string program, string said, params string[] more)
    {
        await SellAsync();

        var result = await Cli.RunAsync(
            ["replay", "--program", folder.File("program.json", program), "--data", folder.Data, .. more]);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains(said, result.Error, StringComparison.Ordinal);
    }

    [OnlineRetailFact]
    public async Task On_a_year_of_real_orders_the_same_program_makes_no_difference_and_every_chain_holds()
    {
        var import = await Cli.RunAsync(
            "import", "purchases", OnlineRetail.File!, "--mapping", OnlineRetail.Mapping, "--data", folder.Data);
        Assert.True(import.ExitCode == 0, import.Error);

        var same = await ReplayAsync(Same, "--as-of", "2011-12-09");
        var twice = await ReplayAsync(Double, "--as-of", "2011-12-09");

        Assert.Equal((0, 0), (same.GetProperty("customersTouched").GetInt32(), same.GetProperty("purchasesChanged").GetInt32()));
        Assert.Equal((0, 0, 0), Sum(same, "outstanding", onlyDifference: true));
        Assert.True(Sum(same, "outstanding").Before > 5_000_000);
        Assert.True(Sum(twice, "awarded").After > 1.99 * Sum(twice, "awarded").Before);
        Assert.Equal(10, twice.GetProperty("winners").GetArrayLength());
        Assert.True((await Cli.RunAsync("verify", "--data", folder.Data, "--json")).Json().GetProperty("ok").GetBoolean());
    }

    private async Task<JsonElement> ReplayAsync(string program, params string[] more) => (await Cli.RunAsync(
        ["replay", "--program", folder.File("program.json", program), "--data", folder.Data, "--json", .. more])).Json();

    private static (int Before, int After, int Difference) Sum(JsonElement found, string name, bool onlyDifference = false)
    {
        var sum = Sum(found.GetProperty(name));
        return onlyDifference ? (0, 0, sum.Difference) : sum;
    }

    private static (int Before, int After, int Difference) Sum(JsonElement sum) => (
        sum.GetProperty("before").GetInt32(), sum.GetProperty("after").GetInt32(), sum.GetProperty("difference").GetInt32());

    private async Task SellAsync()
    {
        await using var shop = await LocalShop.StartAsync(folder.Data);
        foreach (var (customer, purchase, day, price) in ((string, string, string, int)[])
            [("alice", "p-1", "2020-01-10", 2_000), ("bob", "p-2", "2020-02-10", 1_000)])
        {
            await shop.Client.PostAsJsonAsync("/v1/purchases", new
            {
                purchaseId = purchase,
                customerId = customer,
                occurredAt = $"{day}T09:00:00Z",
                currency = "GBP",
                lines = new[] { new { sku = "mug", quantity = 1, unitPrice = price } },
            });
            await shop.UntilAsync($"/v1/customers/{customer}/purchases/{purchase}");
        }
    }
}
