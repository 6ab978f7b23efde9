using Pipeline.Benchmarks.Hosting;
using Pipeline.Benchmarks.Parts;
using Pipeline.Benchmarks.Reporting;

namespace Pipeline.Benchmarks;

/// <summary>
/// Runs the parts one after another. A part that fails twice is reported as not measured, and the others go on.
/// </summary>
internal static class Suite
{
    private const int FsyncProbes = 200;
    private const int AttemptsMax = 2;

    private static readonly IPart[] Parts =
    [
        new AcceptPart(), new EndToEndPart(), new FeedbackPart(), new LargeStorePart(), new InsightPart(), new ApplyPart(),
        new ProofPart(),
    ];

    /// <returns>1 where something could not be measured.</returns>
    public static async Task<int> RunAsync(bool isQuick, string reportPath)
    {
        var settings = new Settings(isQuick);
        var report = new Report(settings, TimeProvider.System);
        var bench = new Bench(settings, report, TimeProvider.System);
        Directory.CreateDirectory(settings.WorkFolder);
        AppDomain.CurrentDomain.ProcessExit += static (_, _) => ChildProcess.EndAll();
        report.Begin("The disk");
        var fsync = MachineFacts.FsyncMicroseconds(settings.WorkFolder, FsyncProbes);
        report.Note($"one write of 4 KiB and fsync: {fsync:F0} µs");
        foreach (var part in Parts.Where(part => settings.Wants(part.Name)))
        {
            report.Begin(part.Title);
            await RunAsync(part, bench);
            report.Write(reportPath);
        }

        DeleteRun(settings);
        return report.HasMissing ? 1 : 0;
    }

    private static async Task RunAsync(IPart part, Bench bench)
    {
        for (var attempt = 1; ; attempt++)
        {
            var found = bench.Report.FindingCount;
            try
            {
                await part.RunAsync(bench);
                return;
            }
            catch (Exception error)
            {
                await Console.Error.WriteLineAsync(error.ToString());
                bench.Report.Forget(found);
                if (attempt == AttemptsMax)
                {
                    bench.Report.Missing(part.Name, error.Message);
                    return;
                }

                bench.Report.Note($"attempt {attempt} failed and is made again: {error.Message.Split('\n')[0]}");
            }
            finally
            {
                ChildProcess.EndAll();
            }
        }
    }

    private static void DeleteRun(Settings settings)
    {
        var folder = Path.Combine(settings.WorkFolder, "run");
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
    }
}
