using System.Diagnostics;
using Pipeline.Simulation.Tests.Support;
using Xunit.Abstractions;

namespace Pipeline.Simulation.Tests;

public sealed class StopTests(ITestOutputHelper output)
{
    /// <summary>What the host promises, and the time that a busy machine takes to start and end a process.</summary>
    private static readonly TimeSpan StopWithin = TimeSpan.FromSeconds(20 + 10);
    private static readonly TimeSpan StartWithin = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task A_host_that_is_told_to_stop_under_load_ends_well_and_loses_nothing()
    {
        var random = new Random(Chaos.Seed(output));
        using var limit = Chaos.Deadline();
        using var temp = new TempFolder();
        using var served = await Served.StartAsync(temp.Sub("data"), limit.Token);
        using var storm = new Storm(served, random.Next(), limit.Token);
        storm.Begin();
        for (var stop = 0; stop < Chaos.Times(2); stop++)
        {
            await storm.ProgressAsync(random.Next(100, 300));
            var asked = Stopwatch.GetTimestamp();
            var ended = await served.StopAsync(limit.Token);
            var stopped = Stopwatch.GetElapsedTime(asked);
            Assert.True(ended.ExitCode == 0, $"The exit code is {ended.ExitCode}.\n{ended.Errors}");
            var started = await served.StartAsync(limit.Token);
            output.WriteLine($"Stopped in {stopped.TotalSeconds:0.00} s, started in {started.TotalSeconds:0.00} s.");
            Assert.InRange(stopped, TimeSpan.Zero, StopWithin);
            Assert.InRange(started, TimeSpan.Zero, StartWithin);
        }

        await storm.EndAsync();
        await storm.CheckAsync(output);
        await served.VerifyAsync(limit.Token);
    }
}
