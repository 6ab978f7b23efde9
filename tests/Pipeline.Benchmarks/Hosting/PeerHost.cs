using System.Globalization;
using Pipeline.Benchmarks.Load;

namespace Pipeline.Benchmarks.Hosting;

/// <summary>The peer in a process of its own: ASP.NET Core over a PostgreSQL server that the script started.</summary>
internal sealed class PeerHost : IAsyncDisposable
{
    private readonly ChildProcess process;
    private readonly HttpClient http;
    private readonly int port;
    private readonly string key;
    private long applied;

    private PeerHost(ChildProcess process, int port, string key)
    {
        (this.process, this.port, this.key) = (process, port, key);
        http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = TimeSpan.FromMinutes(10) };
    }

    public static async Task<PeerHost> StartAsync(Settings settings)
    {
        if (settings.PeerProgram is not { } program || settings.PeerConnection is not { } connection)
            throw new InvalidOperationException("bench/run.sh starts PostgreSQL and the peer; this was run without it");
        var process = ChildProcess.Start(
            "dotnet", [program], ("PEER_CONNECTION", connection), ("Logging__LogLevel__Default", "Warning"));
        var ready = (await process.AwaitLineAsync("READY ", TimeSpan.FromMinutes(1))).Split(' ');
        process.IgnoreOutput();
        return new PeerHost(process, int.Parse(ready[0], CultureInfo.InvariantCulture), ready[1]);
    }

    public Task<LoadResult> LoadAsync(LoadOptions options) =>
        ProductHost.RunLoadAsync(options with { Port = port, Key = key });

    /// <summary>Waits until so many more purchases are applied.</summary>
    /// <returns>When the last was, in ticks of the stopwatch.</returns>
    public async Task<long> AwaitAppliedAsync(int purchases)
    {
        applied += purchases;
        return long.Parse(
            await http.GetStringAsync($"/bench/applied?count={applied}"), CultureInfo.InvariantCulture);
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await process.StopAsync();
    }
}
