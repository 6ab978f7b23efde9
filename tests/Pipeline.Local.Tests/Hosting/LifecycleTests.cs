using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Pipeline.Local.Commands;
using Pipeline.Sqlite;

namespace Pipeline.Local.Tests.Hosting;

public sealed partial class LifecycleTests : IDisposable
{
    private static readonly object Mug = new
    {
        purchaseId = "p-1",
        customerId = "alice",
        occurredAt = "2026-01-10T09:00:00Z",
        currency = "GBP",
        lines = new[] { new { sku = "mug", quantity = 1, unitPrice = 1200 } },
    };

    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_restart_keeps_everything_that_was_acknowledged()
    {
        string key;
        await using (var first = await LocalShop.StartAsync(folder.Data))
        {
            key = first.Key;
            // It may still be in the queue when the host stops.
            Assert.Equal(HttpStatusCode.Accepted, (await first.PostAsync("/v1/purchases", Mug)).StatusCode);
        }

        await using var second = await LocalShop.StartAsync(folder.Data, key);

        var purchase = await second.UntilAsync("/v1/customers/alice/purchases/p-1");
        Assert.Equal(12, purchase.GetProperty("points").GetInt64());
    }

    [Fact]
    public async Task A_second_host_on_one_folder_is_refused()
    {
        await using var first = await LocalShop.StartAsync(folder.Data);

        await Assert.ThrowsAsync<DataFolderInUseException>(() => LocalShop.StartAsync(folder.Data));
        var second = await Cli.RunAsync("serve", "--data", folder.Data, "--urls", "http://127.0.0.1:0");

        Assert.Equal(1, second.ExitCode);
        Assert.Contains("in use by another process", second.Error, StringComparison.Ordinal);
        Assert.Empty(second.Output);
    }

    [Fact]
    public async Task A_port_in_use_is_said_so()
    {
        await using var first = await LocalShop.StartAsync(folder.Data);
        var url = first.Client.BaseAddress!.GetLeftPart(UriPartial.Authority);

        var second = await Cli.RunAsync("serve", "--data", Path.Combine(folder.Path, "other"), "--urls", url);

        Assert.Equal(1, second.ExitCode);
        Assert.Contains($"another program listens on {url}", second.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--urls", "no-address")]
    [InlineData("--urls", "http://127.0.0.1:99999")]
    [InlineData("--nightly", "every night")]
    [InlineData("--program", "/does/not/exist.json")]
    public async Task A_setting_that_cannot_be_is_an_error_and_not_a_trace(string option, string value)
    {
        var result = await Cli.RunAsync("serve", "--data", folder.Data, option, value);

        Assert.Equal(1, result.ExitCode);
        Assert.StartsWith("pipeline: ", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_that_cannot_be_made_is_said_so()
    {
        var file = folder.File("not-a-folder", "");

        var result = await Cli.RunAsync("serve", "--data", Path.Combine(file, "data"), "--urls", "http://127.0.0.1:0");

        Assert.Equal(1, result.ExitCode);
        Assert.StartsWith("pipeline: ", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_the_first_start_tells_a_key_and_the_key_works()
    {
        var first = await ServeForAMomentAsync(async (url, output) =>
        {
            using var client = new HttpClient { BaseAddress = new Uri(url) };
            client.DefaultRequestHeaders.Add("Authorization", $"Bearer {KeyText().Match(output).Value}");
            Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/v1/program")).StatusCode);
        });
        var second = await ServeForAMomentAsync((_, _) => Task.CompletedTask);

        Assert.Contains("curl -sS", first, StringComparison.Ordinal);
        Assert.DoesNotMatch(KeyText(), second);
        Assert.Contains("pipeline keys create", second, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rate_limit_answers_429_with_when_to_come_back()
    {
        await using var shop = await LocalShop.StartAsync(folder.Data, rateLimit: 1);

        HttpResponseMessage answer;
        var asked = 0;
        do
            answer = await shop.Client.GetAsync("/v1/program");
        while (answer.StatusCode == HttpStatusCode.OK && ++asked < 20);

        Assert.Equal(HttpStatusCode.TooManyRequests, answer.StatusCode);
        Assert.NotNull(answer.Headers.RetryAfter);
    }

    /// <summary>Runs the command itself until it has told where it listens, then stops it as a signal would.</summary>
    private async Task<string> ServeForAMomentAsync(Func<string, string, Task> meanwhile)
    {
        using var shared = new SharedWriter();
        using var error = new StringWriter();
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var running = CommandLine.RunAsync(
            ["--data", folder.Data, "--urls", "http://127.0.0.1:0"],
            new Terminal(shared, error, IsErrorInteractive: false, TimeProvider.System),
            stop.Token);
        while (!End().IsMatch(shared.ToString()))
        {
            Assert.False(running.IsCompleted, error.ToString());
            await Task.Delay(10, stop.Token);
        }

        var told = shared.ToString();
        await meanwhile(Address().Match(told).Value, told);
        await stop.CancelAsync();
        Assert.Equal(0, await running);
        return shared.ToString();
    }

    /// <summary>May be read while the command writes.</summary>
    private sealed class SharedWriter : TextWriter
    {
        private readonly StringBuilder text = new();

        public override Encoding Encoding => Encoding.UTF8;

        public override void Write(char value)
        {
            lock (text)
                text.Append(value);
        }

        public override string ToString()
        {
            lock (text)
                return text.ToString();
        }
    }

    [GeneratedRegex("pk_[A-Za-z0-9_-]+")]
    private static partial Regex KeyText();

    /// <summary>The last words of what a start tells: the balance to read, or how else to get a key.</summary>
    [GeneratedRegex("/balance .*\\n|scope admin\\)\\n")]
    private static partial Regex End();

    [GeneratedRegex("http://[0-9.:]+")]
    private static partial Regex Address();
}
