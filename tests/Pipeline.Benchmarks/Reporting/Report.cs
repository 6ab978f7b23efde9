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

    public int FindingCount => findings.Count;

    /// <summary>Drops what a part found before it failed.</summary>
    public void Forget(int keep) => findings.RemoveRange(keep, findings.Count - keep);

    public void Begin(string part)
    {
        Say($"== {part}");
        details.Append(CultureInfo.InvariantCulture, $"\n### {part}\n\n");
    }

    public void Add(Finding finding)
    {
        findings.Add(finding);
        var verdict = finding.Verdict.Replace("*", "", StringComparison.Ordinal);
        Say($"   {finding.Name}: {Text(finding.Median)} {finding.Unit} ({verdict})");
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
        var mark = settings.IsQuick ? " (quick: a smoke test, not a measurement)" : "";
        Line(text, $"# Benchmarks of {begun:yyyy-MM-dd}{mark}\n");
        Line(text, $"What each figure means and how to run this: [docs/benchmarks.md](../../docs/benchmarks.md).\n");
        Line(text, $"| figure | median | lowest to highest | at least | aimed at | verdict |");
        Line(text, $"| --- | --- | --- | --- | --- | --- |");
        foreach (var finding in findings)
            Line(text, Row(finding));
        foreach (var (part, reason) in missing)
            Line(text, $"| {part} | **not measured** | | | | {OneLine(reason)} |");
        Line(text, $"\n## Machine\n");
        foreach (var fact in MachineFacts.All(settings.WorkFolder))
            Line(text, $"- {fact}");
        var minutes = (time.GetUtcNow() - begun).TotalMinutes;
        var command = settings.IsQuick ? "bench/run.sh --quick" : "bench/run.sh";
        Line(text, $"\n## Settings\n");
        Line(text, $"Command: `{command}`, begun {begun:yyyy-MM-dd HH:mm} UTC, {minutes:F1} minutes.\n");
        foreach (var (name, value) in settings.Used)
            Line(text, $"- `{name}={value}`");
        Line(text, $"\n## What was measured, round by round");
        return text.Append(details).ToString();
    }

    private static FormattableString Row(Finding finding)
    {
        var sign = finding.IsLowerBetter ? "≤" : "≥";
        var (low, high) = (Text(finding.Values.Min()), Text(finding.Values.Max()));
        var (least, aim) = ($"{sign} {Text(finding.AtLeast)}", $"{sign} {Text(finding.AimedAt)}");
        var median = $"{Text(finding.Median)} {finding.Unit}";
        return $"| {finding.Name} | {median} | {low} to {high} | {least} | {aim} | {finding.Verdict} |";
    }

    private static void Line(StringBuilder text, FormattableString line) =>
        text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');

    private static string OneLine(string text)
    {
        var line = text.ReplaceLineEndings(" ").Replace('|', '/');
        return line.Length <= 300 ? line : line[..300] + "…";
    }
}
