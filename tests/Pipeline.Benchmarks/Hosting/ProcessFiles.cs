using System.Globalization;

namespace Pipeline.Benchmarks.Hosting;

/// <summary>What Linux tells of a process under <c>/proc</c>.</summary>
internal static class ProcessFiles
{
    public static long WrittenBytes(int processId)
    {
        var lines = File.ReadAllLines($"/proc/{processId}/io");
        return Value(lines, "write_bytes:") - Value(lines, "cancelled_write_bytes:");
    }

    /// <param name="name"><c>VmRSS</c> or <c>VmHWM</c>.</param>
    public static long StatusBytes(int processId, string name) =>
        Value(File.ReadAllLines($"/proc/{processId}/status"), name + ":") * 1024;

    private static long Value(string[] lines, string name)
    {
        var line = Array.Find(lines, line => line.StartsWith(name, StringComparison.Ordinal))
            ?? throw new InvalidOperationException($"/proc does not tell {name}");
        var digits = line.AsSpan(name.Length).Trim();
        var end = digits.IndexOf(' ');
        return long.Parse(end < 0 ? digits : digits[..end], CultureInfo.InvariantCulture);
    }
}
