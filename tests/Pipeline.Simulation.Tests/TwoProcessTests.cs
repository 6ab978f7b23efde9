using System.Text.Json;
using Pipeline.Simulation.Tests.Support;

namespace Pipeline.Simulation.Tests;

public sealed class TwoProcessTests
{
    [Theory]
    [InlineData("serve", "--urls", "http://127.0.0.1:0")]
    [InlineData("nightly", "--slot", "2011-12-10")]
    [InlineData("keys", "create", "--name", "other", "--scopes", "staff")]
    public async Task A_second_process_that_would_write_ends_with_a_message_that_names_the_folder(
        params string[] command)
    {
        using var limit = Chaos.Deadline();
        using var temp = new TempFolder();
        var folder = temp.Sub("data");
        await using var first = Sqlite.SqliteEngine.Open(
            new Sqlite.SqliteOptions { Folder = folder }, TimeProvider.System);

        var second = await PipelineProcess.RunAsync(limit.Token, [.. command, "--data", folder]);
        Assert.NotEqual(0, second.ExitCode);
        Assert.Contains($"'{folder}'", second.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", second.Errors, StringComparison.Ordinal);
        Assert.Empty(second.Output);
    }

    [Fact]
    public async Task Verify_backup_and_the_dead_letters_list_work_while_the_host_serves_under_load()
    {
        using var limit = Chaos.Deadline();
        using var temp = new TempFolder();
        using var served = await Served.StartAsync(temp.Sub("data"), limit.Token);
        using var storm = new Storm(served, 5, limit.Token);
        using var api = served.Client();
        await api.WellAsync(Act.Purchase(Purchase), limit.Token);
        await api.AppearsAsync("/v1/customers/early/purchases/early", limit.Token);
        storm.Begin();
        await storm.ProgressAsync(50);

        await served.VerifyAsync(limit.Token);
        var letters = await PipelineProcess.RunAsync(
            limit.Token, "deadletters", "list", "--json", "--data", served.Folder);
        Assert.Equal(0, JsonElement.Parse(letters.Well()).GetProperty("deadLetters").GetArrayLength());
        var copy = temp.Sub("copy");
        (await PipelineProcess.RunAsync(limit.Token, "backup", "--to", copy, "--data", served.Folder)).Well();
        await storm.EndAsync();

        var proven = JsonElement.Parse(
            (await PipelineProcess.RunAsync(limit.Token, "verify", "--json", "--data", copy)).Well());
        Assert.InRange(proven.GetProperty("customers").GetInt64(), 2, long.MaxValue);
        // The original goes on being served, and its backup is served beside it.
        using var restored = await Served.StartAsync(copy, limit.Token);
        using var other = restored.Client();
        var early = await other.GetAsync("/v1/customers/early/purchases/early", limit.Token);
        Assert.Equal(25, early.Json.GetProperty("points").GetInt64());
        Assert.Equal(early, await api.GetAsync("/v1/customers/early/purchases/early", limit.Token));
    }

    private const string Purchase = """
        {"purchaseId":"early","customerId":"early","occurredAt":"2026-01-05T10:00:00Z","currency":"GBP",
        "lines":[{"sku":"mug","quantity":2,"unitPrice":1250}]}
        """;
}
