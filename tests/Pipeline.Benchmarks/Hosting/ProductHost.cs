using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Pipeline.Benchmarks.Load;

namespace Pipeline.Benchmarks.Hosting;

/// <summary>The product in a process of its own, and load on it.</summary>
internal sealed class ProductHost : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(3);
    private const int IdleSeconds = 1;
    private const double IdleShare = 0.1;
    private readonly ChildProcess process;
    private readonly HttpClient http;

    private ProductHost(ChildProcess process, int port, string key)
    {
        (this.process, Port, Key) = (process, port, key);
        http = new HttpClient
        {
            BaseAddress = new Uri($"http://127.0.0.1:{port}"),
            Timeout = TimeSpan.FromMinutes(10),
        };
    }

    public int Port { get; }

    public string Key { get; }

    public int ProcessId => process.Id;

    /// <param name="settings">Variables of its environment.</param>
    public static async Task<ProductHost> StartAsync(
        string folder, bool arePumpsRunning, params (string Name, string Value)[] settings)
    {
        var process = ChildProcess.Again(
            ["serve", folder, arePumpsRunning ? "on" : "off"], [("Logging__LogLevel__Default", "Warning"), .. settings]);
        var ready = (await process.AwaitLineAsync("READY ", StartLimit)).Split(' ');
        process.IgnoreOutput();
        return new ProductHost(process, int.Parse(ready[0], CultureInfo.InvariantCulture), ready[1]);
    }

    public async Task<HostFigures> FiguresAsync() =>
        await http.GetFromJsonAsync<HostFigures>("/bench/figures")
        ?? throw new InvalidOperationException("No figures.");

    /// <returns>Seconds that it took.</returns>
    public async Task<double> DrainAsync() =>
        double.Parse(await PostAsync("/bench/drain"), CultureInfo.InvariantCulture);

    public Task StartWatchingAsync() => PostAsync("/bench/watch/start");

    /// <summary>Waits for an empty queue.</summary>
    /// <returns>When it became empty, in ticks of the stopwatch.</returns>
    public async Task<long> StopWatchingAsync() =>
        long.Parse(await PostAsync("/bench/watch/stop"), CultureInfo.InvariantCulture);

    public async Task<NightlyTime> RunNightlyAsync(DateOnly slot) =>
        JsonSerializer.Deserialize<NightlyTime>(
            await PostAsync($"/bench/nightly?slot={slot:yyyy-MM-dd}"), JsonSerializerOptions.Web)!;

    /// <summary>Waits until the process has nothing to do.</summary>
    public async Task<HostFigures> AwaitIdleAsync()
    {
        for (var before = await FiguresAsync(); ;)
        {
            await Task.Delay(IdleSeconds * 1_000);
            var now = await FiguresAsync();
            if (now.CpuSeconds - before.CpuSeconds < IdleSeconds * IdleShare)
                return now;
            before = now;
        }
    }

    public Task FlushAsync() => PostAsync("/bench/flush");

    public async Task<int[]> SizesAsync(long first, int count, Population population) =>
        await http.GetFromJsonAsync<int[]>(
            $"/bench/sizes?first={first}&count={count}&customers={population.Customers}&isSkewed={population.IsSkewed}")
        ?? throw new InvalidOperationException("No sizes.");

    /// <summary>Runs the load generator in a process of its own.</summary>
    public async Task<LoadResult> LoadAsync(LoadOptions options)
    {
        try
        {
            return await RunLoadAsync(options with { Port = Port, Key = Key });
        }
        catch (InvalidOperationException error)
        {
            throw new InvalidOperationException(
                $"{error.Message.Trim()}\nThe server ({process.State}) said last:\n{process.Errors}", error);
        }
    }

    public static async Task<LoadResult> RunLoadAsync(LoadOptions options)
    {
        // One thread takes all completions and answers them in place: the cheapest that sockets offer.
        using var load = ChildProcess.Again(
            ["load", options.Write()],
            ("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS", "1"),
            ("DOTNET_SYSTEM_NET_SOCKETS_THREAD_COUNT", "1"),
            ("DOTNET_TieredPGO", "0"));
        var result = JsonSerializer.Deserialize<LoadResult>(await load.OutputAsync(TimeSpan.FromMinutes(10)))!;
        return result.Failed == 0
            ? result
            : throw new InvalidOperationException($"{result.Failed} requests failed; the first: {result.FirstFailure}");
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await process.StopAsync();
    }

    /// <summary>What one of the product's own addresses answers.</summary>
    public async Task<string> GetAsync(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Key);
        using var answer = await http.SendAsync(request);
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadAsStringAsync();
    }

    private async Task<string> PostAsync(string path)
    {
        using var answer = await http.PostAsync(path, null);
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadAsStringAsync();
    }
}
