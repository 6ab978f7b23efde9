using System.Text.Json;
using Pipeline.Local.Tests.Hosting;
using Pipeline.Runtime.Ports;

namespace Pipeline.Local.Tests.Commands;

public sealed class CommandTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_key_is_made_listed_and_ended()
    {
        var made = (await RunAsync("keys", "create", "--name", "till", "--scopes", "checkout,survey", "--json")).Json();
        var listed = await RunAsync("keys", "list", "--json");
        var revoked = (await RunAsync("keys", "revoke", "till", "--json")).Json();
        var again = await RunAsync("keys", "revoke", "till");

        Assert.StartsWith("pk_", made.GetProperty("key").GetString(), StringComparison.Ordinal);
        Assert.Equal("till", listed.Json().GetProperty("keys")[0].GetProperty("name").GetString());
        Assert.DoesNotContain(made.GetProperty("key").GetString()!, listed.Output, StringComparison.Ordinal);
        Assert.Equal(1, revoked.GetProperty("revoked").GetInt32());
        Assert.Equal(1, again.ExitCode);
    }

    [Theory]
    [InlineData("keys", "create", "--name", "till", "--scopes", "everything")]
    [InlineData("keys", "create", "--name", "the till", "--scopes", "checkout")]
    [InlineData("keys", "create", "--name", "till")]
    [InlineData("nightly", "--slot", "yesterday")]
    [InlineData("nightly", "--slot", "2999-01-01")]
    [InlineData("verify")]
    [InlineData("replay", "--program", "nothing.json")]
    [InlineData("replay")]
    [InlineData("backup")]
    [InlineData("deadletters", "list")]
    [InlineData("deadletters", "list", "--queue", "unknown")]
    [InlineData("deadletters", "replay")]
    [InlineData("deadletters", "replay", "--all")]
    [InlineData("deadletters", "replay", "7", "--all")]
    [InlineData("import", "purchases")]
    [InlineData("unknown")]
    public async Task What_cannot_be_done_is_an_error_on_standard_error(params string[] arguments)
    {
        var result = await RunAsync(arguments);

        Assert.Equal(1, result.ExitCode);
        Assert.NotEmpty(result.Error);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("serve", "--help")]
    [InlineData("import", "purchases", "--help")]
    [InlineData("nightly", "--help")]
    [InlineData("verify", "--help")]
    [InlineData("replay", "--help")]
    [InlineData("backup", "--help")]
    [InlineData("deadletters", "replay", "--help")]
    [InlineData("keys", "create", "--help")]
    public async Task Every_command_explains_itself(params string[] arguments)
    {
        var result = await Cli.RunAsync(arguments);

        Assert.Equal(0, result.ExitCode);
        Assert.Contains("--data", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_night_is_worked_to_its_end_and_again_gives_the_same_report()
    {
        await SellAsync();

        var first = (await RunAsync("nightly", "--slot", "2022-01-01", "--json")).Json();
        var second = (await RunAsync("nightly", "--slot", "2022-01-01", "--json")).Json();
        var verify = (await RunAsync("verify", "--json")).Json();

        Assert.Equal(12, first.GetProperty("expiredPoints").GetInt64());
        Assert.Equal(12, second.GetProperty("expiredPoints").GetInt64());
        Assert.True(verify.GetProperty("ok").GetBoolean());
        Assert.Equal(2, verify.GetProperty("entries").GetInt64());
    }

    [Fact]
    public async Task A_backup_made_while_the_host_serves_can_be_served_in_its_place()
    {
        await using var shop = await LocalShop.StartAsync(folder.Data);
        await SellAsync(shop);
        var copy = Path.Combine(folder.Path, "copy");

        var backup = (await RunAsync("backup", "--to", copy, "--json")).Json();
        var again = await RunAsync("backup", "--to", copy);

        Assert.Equal(copy, backup.GetProperty("folder").GetString());
        Assert.Equal(1, again.ExitCode);
        await using var other = await LocalShop.StartAsync(copy, shop.Key);
        Assert.Equal(12, (await other.GetAsync("/v1/customers/alice/purchases/p-1")).GetProperty("points").GetInt64());
    }

    [Fact]
    public async Task Dead_letters_are_listed_while_the_host_serves_and_replayed_when_it_does_not()
    {
        string key;
        await using (var shop = await LocalShop.StartAsync(folder.Data))
        {
            key = shop.Key;
            foreach (var id in (string[])["bad-1", "bad-2"])
            {
                await shop.Get<IWorkQueue>().SendAsync(
                    QueueNames.Purchases, new QueueMessage(id, "alice", "nonsense"u8.ToArray(), "f"), default);
            }

            await UntilDeadLettersAsync(shop, 2);
            Assert.Equal([(1, "bad-1"), (2, "bad-2")], await DeadLettersAsync());
            var refused = await RunAsync("deadletters", "replay", "--all");
            Assert.Equal(1, refused.ExitCode);
            Assert.Contains("POST /v1/dead-letters/", refused.Error, StringComparison.Ordinal);
        }

        var one = await RunAsync("deadletters", "replay", "1", "--queue", "purchases");
        Assert.Equal("1 message is back in its queue.", one.Output.TrimEnd());
        Assert.Equal([(2, "bad-2")], await DeadLettersAsync());
        Assert.Equal(1, (await RunAsync("deadletters", "replay", "1", "--queue", "purchases")).ExitCode);
        Assert.Equal(1, (await RunAsync("deadletters", "replay", "--all", "--json")).Json().GetProperty("replayed").GetInt32());
        Assert.Empty(await DeadLettersAsync());

        // They are worked again, and are as bad as before.
        await using var again = await LocalShop.StartAsync(folder.Data, key);
        await UntilDeadLettersAsync(again, 2);
        Assert.Equal([(3, "bad-1"), (4, "bad-2")], await DeadLettersAsync());
    }

    private static Task<JsonElement> UntilDeadLettersAsync(LocalShop shop, int count) => shop.UntilAsync(
        "/v1/dead-letters", json => json.GetProperty("deadLetters").GetArrayLength() == count);

    private async Task<(int Sequence, string MessageId)[]> DeadLettersAsync() =>
    [
        .. (await RunAsync("deadletters", "list", "--json")).Json().GetProperty("deadLetters").EnumerateArray().Select(
            static letter => (letter.GetProperty("sequence").GetInt32(), letter.GetProperty("messageId").GetString()!)),
    ];

    private async Task SellAsync()
    {
        await using var shop = await LocalShop.StartAsync(folder.Data);
        await SellAsync(shop);
    }

    private static async Task SellAsync(LocalShop shop)
    {
        await shop.PostAsync("/v1/purchases", new
        {
            purchaseId = "p-1",
            customerId = "alice",
            occurredAt = "2020-01-10T09:00:00Z",
            currency = "GBP",
            lines = new[] { new { sku = "mug", quantity = 1, unitPrice = 1200 } },
        });
        await shop.UntilAsync("/v1/customers/alice/purchases/p-1");
    }

    private Task<CliResult> RunAsync(params string[] arguments) => Cli.RunAsync([.. arguments, "--data", folder.Data]);
}
