namespace Pipeline.Simulation.Tests.Support;

/// <summary>Kills a command when it has written so much.</summary>
internal static class KillPoint
{
    /// <returns>Whether it was killed; false where it ended before.</returns>
    public static async Task<bool> KillAfterAsync(
        string folder, long walBytes, CancellationToken deadline, params string[] arguments)
    {
        var log = new FileInfo(Path.Combine(folder, "pipeline.db-wal"));
        var before = Length(log);
        using var process = PipelineProcess.Start(arguments);
        while (!process.HasExited && Length(log) < before + walBytes)
            await Task.Delay(1, deadline);
        process.Kill();
        var ended = await process.EndAsync(deadline);
        if (ended.ExitCode != 0)
            Assert.True(ended.Errors.Length == 0, ended.Errors);
        return ended.ExitCode != 0;
    }

    private static long Length(FileInfo file)
    {
        file.Refresh();
        return file.Exists ? file.Length : 0;
    }
}
