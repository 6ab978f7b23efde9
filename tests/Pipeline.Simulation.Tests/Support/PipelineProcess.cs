using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;

namespace Pipeline.Simulation.Tests.Support;

/// <summary>The real program in a process of its own: the assembly that was built beside the tests.</summary>
internal sealed class PipelineProcess : IDisposable
{
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "pipeline.dll");
    private static readonly ConcurrentDictionary<int, Process> Living = new();
    private static readonly Dictionary<string, string> NoEnvironment = [];
    private readonly Process process;
    private readonly StringBuilder output = new();
    private readonly StringBuilder errors = new();

    static PipelineProcess() => AppDomain.CurrentDomain.ProcessExit += static (_, _) =>
    {
        foreach (var process in Living.Values)
            Kill(process);
    };

    private PipelineProcess(IReadOnlyDictionary<string, string> environment, string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Program, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            // Away from any settings file of whoever runs the tests.
            WorkingDirectory = AppContext.BaseDirectory,
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        process = Process.Start(start) ?? throw new InvalidOperationException("The program did not start.");
        Living[process.Id] = process;
        process.OutputDataReceived += (_, line) => Keep(output, line.Data);
        process.ErrorDataReceived += (_, line) => Keep(errors, line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public int Id => process.Id;

    public bool HasExited => process.HasExited;

    public string Output => Text(output);

    public string Errors => Text(errors);

    public static PipelineProcess Start(params string[] arguments) => Start(NoEnvironment, arguments);

    /// <param name="environment">Beside the variables of the tests' own process.</param>
    public static PipelineProcess Start(IReadOnlyDictionary<string, string> environment, params string[] arguments) =>
        new(environment, arguments);

    /// <summary>Runs a command to its end.</summary>
    public static async Task<Ended> RunAsync(CancellationToken deadline, params string[] arguments)
    {
        using var process = Start(arguments);
        return await process.EndAsync(deadline);
    }

    /// <summary>SIGKILL: no handler of the process runs.</summary>
    public void Kill() => Kill(process);

    /// <summary>SIGTERM: what a service manager sends.</summary>
    public async Task TerminateAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", $"{process.Id}"]);
        await kill.WaitForExitAsync();
    }

    /// <summary>Waits for the process and for all that it wrote.</summary>
    public async Task<Ended> EndAsync(CancellationToken deadline)
    {
        await process.WaitForExitAsync(deadline);
        return new Ended(process.ExitCode, Output, Errors);
    }

    public void Dispose()
    {
        Kill();
        Living.TryRemove(process.Id, out _);
        process.Dispose();
    }

    private static void Kill(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It has ended.
        }
    }

    private static void Keep(StringBuilder text, string? line)
    {
        if (line is null)
            return;
        lock (text)
            text.AppendLine(line);
    }

    private static string Text(StringBuilder text)
    {
        lock (text)
            return text.ToString();
    }
}

/// <summary>What a process left behind.</summary>
internal sealed record Ended(int ExitCode, string Output, string Errors)
{
    /// <summary>Its standard output, where it ended well.</summary>
    public string Well()
    {
        Assert.True(ExitCode == 0, $"The exit code is {ExitCode}.\n{Output}\n{Errors}");
        return Output;
    }
}
