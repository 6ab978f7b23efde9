using System.Text.Json;

namespace Pipeline.Benchmarks.Load;

/// <summary>The load generator's own process: options in, one line of JSON out.</summary>
internal static class LoadCommand
{
    public static int Run(string optionsText)
    {
        var options = LoadOptions.Read(optionsText);
        using var run = new LoadRun(options);
        var result = options.RatePerSecond > 0 ? run.OpenLoop() : run.ClosedLoop();
        Console.WriteLine(JsonSerializer.Serialize(result));
        return 0;
    }
}
