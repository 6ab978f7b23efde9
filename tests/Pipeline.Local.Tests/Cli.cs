using System.Text.Json;
using Pipeline.Local.Commands;

namespace Pipeline.Local.Tests;

/// <summary>Runs a command in this process, as the program would, with its output captured.</summary>
internal static class Cli
{
    public static async Task<CliResult> RunAsync(TimeProvider time, params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var terminal = new Terminal(output, error, IsErrorInteractive: false, time);
        var exitCode = await CommandLine.RunAsync(arguments, terminal, CancellationToken.None);
        return new CliResult(exitCode, output.ToString(), error.ToString());
    }

    public static Task<CliResult> RunAsync(params string[] arguments) => RunAsync(TimeProvider.System, arguments);
}

internal sealed record CliResult(int ExitCode, string Output, string Error)
{
    /// <summary>Standard output, which must be exactly one JSON document.</summary>
    public JsonElement Json()
    {
        Assert.True(ExitCode == 0, Error);
        using var document = JsonDocument.Parse(Output);
        return document.RootElement.Clone();
    }
}
