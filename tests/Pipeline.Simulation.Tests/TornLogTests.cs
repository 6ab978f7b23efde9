using Pipeline.Simulation.Tests.Support;
using Pipeline.Sqlite;
using Xunit.Abstractions;

namespace Pipeline.Simulation.Tests;

/// <summary>
/// What a power cut may leave of a data folder: the end of the write-ahead log is missing, or not what it was.
/// </summary>
public sealed class TornLogTests(ITestOutputHelper output)
{
    private const int HeaderBytes = 32;
    private const int FrameBytes = 4096 + 24;

    [Fact]
    public async Task A_folder_whose_log_is_torn_opens_to_an_earlier_state_in_which_all_ledgers_hold()
    {
        var random = new Random(Chaos.Seed(output));
        using var limit = Chaos.Deadline();
        using var temp = new TempFolder();
        using var served = await Served.StartAsync(temp.Sub("data"), limit.Token);
        using var storm = new Storm(served, random.Next(), limit.Token);
        storm.Begin();
        await storm.ProgressAsync(100);
        // After a graceful stop all is in the database: no torn log may lose any of it.
        Assert.Equal(0, (await served.StopAsync(limit.Token)).ExitCode);
        var safe = await Ledgers.ReadAsync(served.Folder, limit.Token);
        await served.StartAsync(limit.Token);
        await storm.ProgressAsync(150);

        var database = await File.ReadAllBytesAsync(Path.Combine(served.Folder, "pipeline.db"), limit.Token);
        var log = await File.ReadAllBytesAsync(Path.Combine(served.Folder, "pipeline.db-wal"), limit.Token);
        await storm.EndAsync();
        await storm.CheckAsync(output);
        var final = new HashSet<string>(await Ledgers.ReadAsync(served.Folder, limit.Token));
        Assert.True(final.IsSupersetOf(safe));

        var seen = new SortedSet<int>();
        foreach (var (name, torn) in Tears(log, random))
        {
            var folder = temp.Sub(name);
            var found = await OpenAsync(folder, database, torn, limit.Token);
            Assert.True(found.IsSupersetOf(safe), $"{name} lost what was in the database.");
            Assert.True(found.IsSubsetOf(final), $"{name} shows what never was.");
            seen.Add(found.Count);
        }

        output.WriteLine($"{log.Length} bytes of log; {safe.Count} entries were safe; seen: {string.Join(' ', seen)}.");
        Assert.True(seen.Count > 2, "The tears did not end in different states.");
        // The same by the program itself, where the log was cut in the middle of a frame.
        (await PipelineProcess.RunAsync(limit.Token, "verify", "--data", temp.Sub("cut-0"))).Well();
    }

    /// <summary>Reads it as it is, then lets an engine mend it, and reads it again: both must show the same.</summary>
    private static async Task<HashSet<string>> OpenAsync(
        string folder, byte[] database, byte[]? log, CancellationToken cancellation)
    {
        Directory.CreateDirectory(folder);
        await File.WriteAllBytesAsync(Path.Combine(folder, "pipeline.db"), database, cancellation);
        if (log is not null)
            await File.WriteAllBytesAsync(Path.Combine(folder, "pipeline.db-wal"), log, cancellation);
        await Ledgers.ProveAsync(folder, cancellation);
        var found = await Ledgers.ReadAsync(folder, cancellation);
        await using (SqliteEngine.Open(new SqliteOptions { Folder = folder }, TimeProvider.System))
        {
        }

        await Ledgers.ProveAsync(folder, cancellation);
        Assert.Equal(found, await Ledgers.ReadAsync(folder, cancellation));
        return [.. found];
    }

    private static IEnumerable<(string Name, byte[]? Log)> Tears(byte[] log, Random random)
    {
        yield return ("whole", log);
        yield return ("missing", null);
        yield return ("empty", []);
        yield return ("half-a-header", log[..(HeaderBytes / 2)]);
        yield return ("only-the-header", log[..HeaderBytes]);
        yield return ("one-byte-short", log[..^1]);
        for (var cut = 0; cut < Chaos.Times(6); cut++)
            yield return ($"cut-{cut}", log[..random.Next(HeaderBytes + FrameBytes, log.Length)]);
        for (var cut = 0; cut < Chaos.Times(3); cut++)
        {
            var zeroed = (byte[])log.Clone();
            Array.Clear(zeroed, random.Next(HeaderBytes, log.Length) is var from ? from : 0, log.Length - from);
            yield return ($"zeroed-{cut}", zeroed);
        }

        yield return ("flipped-header", Flipped(log, random.Next(HeaderBytes), random));
        for (var flip = 0; flip < Chaos.Times(6); flip++)
        {
            var from = flip % 2 == 0 ? Math.Max(HeaderBytes, log.Length - (4 * FrameBytes)) : log.Length / 2;
            yield return ($"flipped-{flip}", Flipped(log, random.Next(from, log.Length), random));
        }
    }

    private static byte[] Flipped(byte[] log, int at, Random random)
    {
        var flipped = (byte[])log.Clone();
        flipped[at] ^= (byte)(1 << random.Next(8));
        return flipped;
    }
}
