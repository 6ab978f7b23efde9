using System.CommandLine;
using Pipeline.Local.Import;
using Pipeline.Runtime.Satisfaction;

namespace Pipeline.Local.Commands;

/// <summary>Brings a shop's past survey answers in.</summary>
internal static class ImportFeedbackCommand
{
    public static Command Create(Terminal terminal)
    {
        var (data, json) = (Options.Data(), Options.Json());
        var file = new Argument<string>("FILE") { Description = "The answers, one line a feedback: CSV, plain or gzip." };
        var (mapping, refused) = (Options.Mapping(), Options.Refused());
        var cases = new Option<bool>("--cases")
        {
            Description = "Also open cases, by the case rules. Without it the past is only measured.",
        };
        var command = new Command(
            "feedback", "Imports survey answers. It may be run again without harm; the host must not be serving.")
        {
            file, mapping, refused, cases, data, json,
        };
        command.SetAction((parsed, cancellation) => RunAsync(
            parsed.GetRequiredValue(data), parsed.GetRequiredValue(file), parsed.GetRequiredValue(mapping),
            parsed.GetValue(refused), parsed.GetValue(cases), parsed.GetValue(json), terminal, cancellation));
        return command;
    }

    private static async Task<int> RunAsync(
        string folder,
        string path,
        string mappingPath,
        string? refusedPath,
        bool opensCases,
        bool asJson,
        Terminal terminal,
        CancellationToken cancellation)
    {
        var started = terminal.Time.GetTimestamp();
        var mapping = MappingFile.Read(mappingPath, FeedbackMapping.Parse);
        if (!File.Exists(path))
            throw new CommandException($"there is no file '{path}'.");
        var file = new ImportFile(path, mapping.Delimiter, mapping.Encoding);
        await using var services = await Folder.OpenAsync(folder, terminal, "import", cancellation);
        var import = new FeedbackImport(services.GetRequiredService<PastFeedback>(), terminal.Time);
        var result = await ProgressLine.RunAsync(terminal, asJson, "Reading", line => import.RunAsync(
            file, mapping, opensCases,
            bytes => line.Show("Reading", bytes, file.Bytes),
            (done, of) => line.Show("Recording", done, of),
            cancellation));

        var refusedFile = result.Refused.Count == 0
            ? null
            : Path.GetFullPath(refusedPath ?? Path.Combine(folder, $"{Path.GetFileName(path)}.refused.csv"));
        if (refusedFile is not null)
            RefusedFile.Write(refusedFile, file, mapping.Delimiter, result.Refused);
        var report = FeedbackImportReport.Of(path, result, refusedFile, Seconds.Since(started, terminal.Time));
        terminal.Print(asJson, report, ReportJson.Default.FeedbackImportReport, report.WriteTo);
        return 0;
    }
}

/// <summary>What became of a file: its lines add up.</summary>
/// <param name="Repeated">Known from before, with the same content.</param>
/// <param name="Refused">Lines by reason.</param>
/// <param name="RefusedFile">Where they are; null where none was refused.</param>
internal sealed record FeedbackImportReport(
    string File,
    int Read,
    int Recorded,
    int Repeated,
    int RefusedLines,
    int Cases,
    SortedDictionary<string, int> Refused,
    string? RefusedFile,
    double Seconds)
{
    public static FeedbackImportReport Of(
        string file, FeedbackImportResult result, string? refusedFile, double seconds)
    {
        var reasons = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var row in result.Refused)
            reasons[row.Reason] = reasons.GetValueOrDefault(row.Reason) + 1;
        return new FeedbackImportReport(
            file, result.Read, result.Recorded, result.Repeated, result.Refused.Count, result.Cases, reasons, refusedFile,
            seconds);
    }

    public void WriteTo(TextWriter writer)
    {
        writer.WriteLine($"{File}: {Read:N0} lines read in {Seconds:0.0} s");
        writer.WriteLine($"  {Recorded,12:N0} are recorded now");
        writer.WriteLine($"  {Repeated,12:N0} were known from before");
        writer.WriteLine($"  {RefusedLines,12:N0} were refused");
        foreach (var (reason, lines) in Refused)
            writer.WriteLine($"  {"",12}   {lines,10:N0} {reason}");
        if (Cases > 0)
            writer.WriteLine($"{Words.Count(Cases, "case was opened.", "cases were opened.")}");
        if (RefusedFile is not null)
            writer.WriteLine($"The refused lines, with their reasons: {RefusedFile}");
    }
}
