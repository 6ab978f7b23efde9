using System.Runtime.CompilerServices;

namespace Pipeline.Domain.Tests;

/// <summary>The sample programs of the repository.</summary>
internal static class Samples
{
    internal static string[] Files()
    {
        var files = Directory.GetFiles(Path.Combine(Repository(), "samples", "programs"), "*.json");
        Array.Sort(files, StringComparer.Ordinal);
        return files;
    }

    /// <summary>The document that the guide tells a newcomer to send.</summary>
    internal static string FirstOfTheGuide()
    {
        var guide = File.ReadAllText(Path.Combine(Repository(), "docs", "program.md"));
        var start = guide.IndexOf("```json", StringComparison.Ordinal) + "```json".Length;
        return guide[start..guide.IndexOf("```", start, StringComparison.Ordinal)];
    }

    private static string Repository([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", ".."));
}
