using System.Diagnostics;
using System.Text.RegularExpressions;
using Pipeline.Runtime.Security;
using Pipeline.Sqlite;

namespace Pipeline.Simulation.Tests.Support;

/// <summary>A data folder and the process that serves it now, if any: it is killed and started again at will.</summary>
internal sealed partial class Served : IDisposable
{
    private PipelineProcess? process;
    private volatile Uri? url;

    private Served(string folder, string key) => (Folder, Key) = (folder, key);

    public string Folder { get; }

    /// <summary>An API key with every scope.</summary>
    public string Key { get; }

    /// <summary>Variables of the processes that are started from now on.</summary>
    public Dictionary<string, string> Environment { get; } = [];

    /// <summary>Null while nothing listens.</summary>
    public Uri? Url => url;

    public PipelineProcess Process => process ?? throw new InvalidOperationException("No process serves the folder.");

    /// <summary>A folder with a key, which nothing serves yet.</summary>
    public static async Task<Served> PrepareAsync(string folder, string keyName = "simulation")
    {
        await using var engine = SqliteEngine.Open(new SqliteOptions { Folder = folder }, TimeProvider.System);
        using var keys = new ApiKeys(engine.Documents, TimeProvider.System);
        var made = await keys.CreateAsync(keyName, ApiScopes.All, CancellationToken.None);
        return new Served(folder, Assert.IsType<KeyCreation.Created>(made).Key);
    }

    /// <summary>A folder with a key, served.</summary>
    public static async Task<Served> StartAsync(string folder, CancellationToken deadline)
    {
        var served = await PrepareAsync(folder);
        try
        {
            await served.StartAsync(deadline);
            return served;
        }
        catch
        {
            served.Dispose();
            throw;
        }
    }

    /// <summary>Starts a process without waiting for it.</summary>
    public void Launch() =>
        process = PipelineProcess.Start(Environment, "--urls", "http://127.0.0.1:0", "--data", Folder);

    /// <summary>Waits until the launched process listens.</summary>
    public async Task ListensAsync(CancellationToken deadline)
    {
        while (true)
        {
            if (Listening().Match(Process.Output) is { Success: true } match)
            {
                url = new Uri(match.Value);
                return;
            }

            if (Process.HasExited)
            {
                var ended = await Process.EndAsync(deadline);
                Assert.Fail($"The host ended with {ended.ExitCode}.\n{ended.Output}\n{ended.Errors}");
            }

            await Task.Delay(10, deadline);
        }
    }

    /// <returns>How long it took until it listened.</returns>
    public async Task<TimeSpan> StartAsync(CancellationToken deadline)
    {
        var started = Stopwatch.GetTimestamp();
        Launch();
        await ListensAsync(deadline);
        return Stopwatch.GetElapsedTime(started);
    }

    /// <summary>kill -9.</summary>
    public async Task KillAsync(CancellationToken deadline)
    {
        Process.Kill();
        url = null;
        await Process.EndAsync(deadline);
        Process.Dispose();
        process = null;
    }

    /// <summary>SIGTERM, and the end of the process.</summary>
    public async Task<Ended> StopAsync(CancellationToken deadline)
    {
        await Process.TerminateAsync();
        var ended = await Process.EndAsync(deadline);
        url = null;
        Process.Dispose();
        process = null;
        return ended;
    }

    /// <summary>A client that follows the folder from process to process.</summary>
    public Api Client() => new(() => url, Key);

    /// <summary>The real <c>pipeline verify</c>: it must find that all ledgers hold.</summary>
    public async Task<string> VerifyAsync(CancellationToken deadline) =>
        (await PipelineProcess.RunAsync(deadline, "verify", "--json", "--data", Folder)).Well();

    public void Dispose() => process?.Dispose();

    [GeneratedRegex(@"http://127\.0\.0\.1:[1-9][0-9]*")]
    private static partial Regex Listening();
}
