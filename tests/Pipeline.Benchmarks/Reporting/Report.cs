using System.Globalization;
using System.Text;

namespace Pipeline.Benchmarks.Reporting;

/// <summary>Collects what the parts found, and writes it as one dated Markdown file.</summary>
internal sealed class Report(Settings settings, TimeProvider time)
{
    private readonly DateTimeOffset begun = time.GetUtcNow();
    private readonly List<Finding> findings = [];
    private readonly List<(string Part, string Reason)> missing = [];
    private readonly StringBuilder details = new();

    public bool HasMissing => missing.Count > 0;

    public void Begin(string part)
    {
        Say($"== {part}");
        details.Append(CultureInfo.InvariantCulture, $"\n### {part}\n\n");
    }

    public void Add(Finding finding)
    {
        findings.Add(finding);
        Say($"   {finding.Name}: {Text(finding.Median)} {finding.Unit} ({finding.Verdict.Replace("*", "", StringComparison.Ordinal)})");
    }

    /// <summary>A line of the part's details, and of the progress.</summary>
    public void Note(string line)
    {
        Say($"   {line}");
        details.Append(CultureInfo.InvariantCulture, $"- {line}\n");
    }

    public void Missing(string part, string reason)
    {
        Say($"   NOT MEASURED: {reason}");
        missing.Add((part, reason));
        details.Append(CultureInfo.InvariantCulture, $"- **not measured**: {reason}\n");
    }

    public void Write(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, Markdown());
        Say($"written to {path}");
    }

    private static void Say(string line) => Console.WriteLine(line);

    public static string Text(double value) => Math.Abs(value) switch
    {
        >= 1_000 => value.ToString("N0", CultureInfo.InvariantCulture),
        >= 100 => value.ToString("F0", CultureInfo.InvariantCulture),
        >= 10 => value.ToString("F1", CultureInfo.InvariantCulture),
        _ => value.ToString("F2", CultureInfo.InvariantCulture),
    };

    private string Markdown()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"# Benchmarks of {begun:yyyy-MM-dd}{(settings.IsQuick ? " (quick: a smoke test, not a measurement)" : "")}\n\n");
        text.Append("What each figure means and how to run this: [docs/benchmarks.md](../../docs/benchmarks.md).\n\n");
        text.Append("| figure | median | lowest to highest | at least | aimed at | verdict |\n| --- | --- | --- | --- | --- | --- |\n");
        foreach (var finding in findings)
        {
            var sign = finding.IsLowerBetter ? "≤ " : "≥ ";
            text.Append(
                CultureInfo.InvariantCulture,
                $"| {finding.Name} | {Text(finding.Median)} {finding.Unit} | {Text(finding.Values.Min())} to {Text(finding.Values.Max())} | {sign}{Text(finding.AtLeast)} | {sign}{Text(finding.AimedAt)} | {finding.Verdict} |\n");
        }

        foreach (var (part, reason) in missing)
            text.Append(CultureInfo.InvariantCulture, $"| {part} | **not measured** | | | | {OneLine(reason)} |\n");
        text.Append("\n## Machine\n\n");
        foreach (var fact in MachineFacts.All())
            text.Append(CultureInfo.InvariantCulture, $"- {fact}\n");
        text.Append(CultureInfo.InvariantCulture, $"\n## Settings\n\nCommand: `bench/run.sh{(settings.IsQuick ? " --quick" : "")}`, begun {begun:yyyy-MM-dd HH:mm} UTC, {(time.GetUtcNow() - begun).TotalMinutes:F1} minutes.\n\n");
        foreach (var (name, value) in settings.Used)
            text.Append(CultureInfo.InvariantCulture, $"- `{name}={value}`\n");
        text.Append("\n## What was measured, round by round\n").Append(details);
        return text.ToString();
    }

    private static string OneLine(string text)
    {
        var line = text.ReplaceLineEndings(" ").Replace('|', '/');
        return line.Length <= 300 ? line : line[..300] + "…";
    }
}
