using System.Text;
using System.Text.Json;
using Pipeline.Local.Tests.Hosting;
using Pipeline.Runtime.Ports;

namespace Pipeline.Local.Tests.Commands;

public sealed class VerifySatisfactionTests : IDisposable
{
    private static readonly DocumentKey Summary = new("alice", "satisfaction", "satisfaction");

    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Summaries_and_tallies_are_recounted_also_while_the_host_serves()
    {
        await using var shop = await LocalShop.StartAsync(folder.Data);
        await HearAsync(shop);

        var verify = (await RunAsync("--json")).Json();

        Assert.True(verify.GetProperty("ok").GetBoolean());
        var satisfaction = verify.GetProperty("satisfaction");
        Assert.Equal((2, 1, 1, 0), (Number("feedback"), Number("customers"), Number("days"), Number("uncounted")));
        Assert.Contains("Satisfaction holds: 2 feedback, 1 summary, 1 day recounted.", (await RunAsync()).Output, StringComparison.Ordinal);

        long Number(string name) => satisfaction.GetProperty(name).GetInt64();
    }

    [Fact]
    public async Task A_summary_that_was_changed_ends_in_1_and_names_the_customer()
    {
        await using (var shop = await LocalShop.StartAsync(folder.Data))
        {
            await HearAsync(shop);
            var store = shop.Get<IDocumentStore>();
            var body = Encoding.UTF8.GetString((await store.ReadAsync(Summary, default))!.Body.Span);
            var changed = body.Replace("\"sum\":2", "\"sum\":5", StringComparison.Ordinal);
            Assert.NotEqual(body, changed);
            await store.CommitAsync(
                Summary.Partition, [new Write.Upsert(Summary.Kind, Summary.Id, Encoding.UTF8.GetBytes(changed))], default);
        }

        var verify = await RunAsync("--json");
        var told = await RunAsync();

        Assert.Equal(1, verify.ExitCode);
        Assert.False(Told(verify).GetProperty("ok").GetBoolean());
        var failure = Told(verify).GetProperty("failure");
        Assert.Equal(("alice", "summary"), (failure.GetProperty("customer").GetString(), failure.GetProperty("invariant").GetString()));
        Assert.Equal(1, told.ExitCode);
        Assert.Contains("the satisfaction of customer alice fails 'summary'", told.Error, StringComparison.Ordinal);
        Assert.Contains("All ledgers hold", told.Output, StringComparison.Ordinal);
        Assert.Contains("Satisfaction does not hold", told.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tally_without_its_feedback_ends_in_1_and_names_the_day()
    {
        await using (var shop = await LocalShop.StartAsync(folder.Data))
        {
            await HearAsync(shop);
            await shop.Get<IDocumentStore>().CommitAsync("~feedback:f-2", [new Write.Delete("feedback", "f-2")], default);
        }

        var verify = await RunAsync("--json");

        Assert.Equal(1, verify.ExitCode);
        var failure = Told(verify).GetProperty("failure");
        Assert.Equal(JsonValueKind.Null, failure.GetProperty("customer").ValueKind);
        Assert.Equal(
            ("tally", "2026-03-02, all: 2 responses are counted, 1 are stored"),
            (failure.GetProperty("invariant").GetString(), failure.GetProperty("detail").GetString()));
    }

    private static async Task HearAsync(LocalShop shop)
    {
        await shop.PostAsync("/v1/feedback", new
        {
            feedbackId = "f-1",
            customerId = "alice",
            submittedAt = "2026-03-02T10:00:00Z",
            answers = new { csat = 2 },
            comment = "It arrived late.",
        });
        await shop.PostAsync("/v1/feedback", new
        {
            feedbackId = "f-2",
            submittedAt = "2026-03-02T11:00:00Z",
            answers = new { nps = 9 },
        });
        await shop.UntilAsync("/v1/feedback/f-1");
        await shop.UntilAsync("/v1/feedback/f-2");
    }

    private static JsonElement Told(CliResult result) => JsonDocument.Parse(result.Output).RootElement;

    private Task<CliResult> RunAsync(params string[] arguments) =>
        Cli.RunAsync(["verify", .. arguments, "--data", folder.Data]);
}
