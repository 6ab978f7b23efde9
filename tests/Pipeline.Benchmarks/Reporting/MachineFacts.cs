using System.Globalization;
using System.Runtime.InteropServices;

namespace Pipeline.Benchmarks.Reporting;

/// <summary>What a figure depends on, without naming the machine.</summary>
internal static class MachineFacts
{
    /// <param name="workFolder">Where the data of the run lies.</param>
    public static IEnumerable<string> All(string workFolder)
    {
        yield return $"{Environment.ProcessorCount} processors: {Processor()}";
        yield return $"{GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (1024.0 * 1024 * 1024):F1} GiB of memory";
        yield return $"Linux {Environment.OSVersion.Version}, {RuntimeInformation.OSArchitecture}";
        yield return $"{RuntimeInformation.FrameworkDescription}";
        yield return $"file system of the work folder: {FileSystem(workFolder)}";
        yield return $"load average at the end: {Read("/proc/loadavg").Split(' ')[0]}, our own included";
    }

    /// <summary>What one fsync costs decides what a COMMIT costs.</summary>
    public static double FsyncMicroseconds(string folder, int times)
    {
        var path = Path.Combine(folder, "fsync.probe");
        using var file = new FileStream(
            path, FileMode.Create, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
        var block = new byte[4096];
        var start = System.Diagnostics.Stopwatch.GetTimestamp();
        for (var i = 0; i < times; i++)
        {
            file.Write(block);
            file.Flush(flushToDisk: true);
        }

        return System.Diagnostics.Stopwatch.GetElapsedTime(start).TotalMicroseconds / times;
    }

    private static string Processor()
    {
        var line = Read("/proc/cpuinfo").Split('\n')
            .FirstOrDefault(static line => line.StartsWith("model name", StringComparison.Ordinal));
        return line is null ? "unknown" : line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
    }

    private static string FileSystem(string workFolder)
    {
        var folder = Path.GetFullPath(workFolder);
        return Read("/proc/mounts").Split('\n')
            .Select(static line => line.Split(' '))
            .Where(parts => parts.Length > 2 && folder.StartsWith(parts[1], StringComparison.Ordinal))
            .OrderByDescending(static parts => parts[1].Length)
            .Select(static parts => string.Create(CultureInfo.InvariantCulture, $"{parts[2]}"))
            .FirstOrDefault() ?? "unknown";
    }

    private static string Read(string path) => File.Exists(path) ? File.ReadAllText(path) : "unknown";
}
