using Pipeline.Simulation.Tests.Support;
using Xunit.Abstractions;

namespace Pipeline.Simulation.Tests;

public sealed class KillTests(ITestOutputHelper output)
{
    private const int KillsUnderLoad = 5;
    private const int KillsWhileStarting = 2;

    [Fact]
    public async Task Whatever_was_acknowledged_is_applied_exactly_once_however_often_the_process_is_killed()
    {
        var random = new Random(Chaos.Seed(output));
        using var limit = Chaos.Deadline();
        using var temp = new TempFolder();
        using var served = await Served.PrepareAsync(temp.Sub("data"));
        using var storm = new Storm(served, random.Next(), limit.Token);
        storm.Begin();
        for (var kill = 0; kill < Chaos.Times(KillsWhileStarting); kill++)
        {
            served.Launch();
            await Task.Delay(random.Next(1_500), limit.Token);
            await served.KillAsync(limit.Token);
        }

        for (var kill = 0; kill < Chaos.Times(KillsUnderLoad); kill++)
        {
            await served.StartAsync(limit.Token);
            await storm.ProgressAsync(random.Next(1, 300));
            await served.KillAsync(limit.Token);
        }

        // What a crash leaves holds by itself, before any process has mended it.
        await served.VerifyAsync(limit.Token);
        await served.StartAsync(limit.Token);
        await storm.ProgressAsync(200);
        await storm.EndAsync();
        await storm.CheckAsync(output);
        await served.VerifyAsync(limit.Token);

        await served.KillAsync(limit.Token);
        await served.StartAsync(limit.Token);
        await storm.CheckAsync(output);
    }

    [Fact]
    public async Task A_first_start_that_was_cut_off_before_it_told_its_key_tells_another()
    {
        using var limit = Chaos.Deadline();
        using var temp = new TempFolder();
        // What such a start leaves: the key is made, and nobody knows it.
        using var served = await Served.PrepareAsync(temp.Sub("data"), keyName: "development");
        await served.StartAsync(limit.Token);
        while (!served.Process.Output.Contains("Authorization: Bearer", StringComparison.Ordinal))
        {
            Assert.DoesNotContain("For another API key", served.Process.Output, StringComparison.Ordinal);
            await Task.Delay(10, limit.Token);
        }
    }
}
