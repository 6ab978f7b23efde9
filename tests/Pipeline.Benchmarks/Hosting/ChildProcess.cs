using System.Collections.Concurrent;
using System.Diagnostics;

namespace Pipeline.Benchmarks.Hosting;

/// <summary>A process of ours. It is ended with us, and its standard error is kept for a message.</summary>
internal sealed class ChildProcess : IDisposable
{
    private const int LinesKept = 40;
    private static readonly ConcurrentDictionary<int, ChildProcess> Living = new();
    private readonly Process process;
    private readonly ConcurrentQueue<string> errors = new();

    private ChildProcess(Process process)
    {
        this.process = process;
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.BeginErrorReadLine();
        Living[process.Id] = this;
    }

    public int Id => process.Id;

    public string State => process.HasExited ? $"ended with {process.ExitCode}" : "running";

    public string Errors => string.Join('\n', errors);

    /// <summary>This program again, with another command; started by the command of the settings where there is one.</summary>
    public static ChildProcess Again(
        IReadOnlyList<string> arguments, params (string Name, string Value)[] environment)
    {
        string[] prefix = Settings.HostPrefix?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [];
        string[] command = [.. prefix, "dotnet", typeof(ChildProcess).Assembly.Location, .. arguments];
        return Start(command[0], command[1..], environment);
    }

    public static ChildProcess Start(
        string program, IReadOnlyList<string> arguments, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return new ChildProcess(
            Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start."));
    }

    public static void EndAll()
    {
        foreach (var child in Living.Values)
            child.Dispose();
    }

    /// <summary>The next line of standard output that begins so; the rest of it.</summary>
    public async Task<string> AwaitLineAsync(string beginning, TimeSpan limit)
    {
        using var timeout = new CancellationTokenSource(limit);
        while (await process.StandardOutput.ReadLineAsync(timeout.Token) is { } line)
        {
            if (line.StartsWith(beginning, StringComparison.Ordinal))
                return line[beginning.Length..].Trim();
            Keep(line);
        }

        throw new InvalidOperationException($"A process ended before it said {beginning}:\n{Errors}");
    }

    /// <summary>Its whole standard output, once it has ended well.</summary>
    public async Task<string> OutputAsync(TimeSpan limit)
    {
        using var timeout = new CancellationTokenSource(limit);
        var output = await process.StandardOutput.ReadToEndAsync(timeout.Token);
        await process.WaitForExitAsync(timeout.Token);
        return process.ExitCode == 0
            ? output
            : throw new InvalidOperationException($"A process ended with {process.ExitCode}:\n{output}\n{Errors}");
    }

    /// <summary>Keeps a talkative process from waiting for a reader.</summary>
    public void IgnoreOutput() => _ = Task.Run(async () =>
    {
        while (await process.StandardOutput.ReadLineAsync() is { } line)
            Keep(line);
    });

    /// <summary>Asks it to end, as a service manager would, and waits.</summary>
    public async Task StopAsync()
    {
        if (!process.HasExited)
        {
            using var kill = Process.Start("kill", ["-TERM", $"{process.Id}"]);
            await kill.WaitForExitAsync();
            using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(60));
            await process.WaitForExitAsync(timeout.Token);
        }

        Dispose();
    }

    public void Dispose()
    {
        if (!Living.TryRemove(process.Id, out _))
            return;
        if (!process.HasExited)
            process.Kill(entireProcessTree: true);
        process.Dispose();
    }

    private void Keep(string? line)
    {
        if (line is null)
            return;
        errors.Enqueue(line);
        while (errors.Count > LinesKept)
            errors.TryDequeue(out _);
    }
}
