using System.CommandLine;
using Pipeline.Local.Import;
using Pipeline.Runtime.Loyalty;

namespace Pipeline.Local.Commands;

/// <summary>Brings a shop's past orders in.</summary>
internal static class ImportPurchasesCommand
{
    public static Command Create(Terminal terminal)
    {
        var (data, json, program) = (Options.Data(), Options.Json(), Options.Program());
        var file = new Argument<string>("FILE") { Description = "The orders, one line an article: CSV, plain or gzip." };
        var (mapping, refused) = (Options.Mapping(), Options.Refused());
        var command = new Command(
            "purchases", "Imports purchases and refunds. It may be run again without harm; the host must not be serving.")
        {
            file, mapping, refused, program, data, json,
        };
        command.SetAction((parsed, cancellation) => RunAsync(
            parsed.GetRequiredValue(data), parsed.GetRequiredValue(file), parsed.GetRequiredValue(mapping),
            parsed.GetValue(refused), parsed.GetValue(program), parsed.GetValue(json), terminal, cancellation));
        return command;
    }

    private static async Task<int> RunAsync(
        string folder,
        string path,
        string mappingPath,
        string? refusedPath,
        string? program,
        bool asJson,
        Terminal terminal,
        CancellationToken cancellation)
    {
        var started = terminal.Time.GetTimestamp();
        var mapping = MappingFile.Read(mappingPath);
        if (!File.Exists(path))
            throw new CommandException($"there is no file '{path}'.");
        var file = new ImportFile(path, mapping);
        await using var services = await Folder.OpenAsync(folder, terminal, "import", cancellation, program);
        var import = new PurchaseImport(
            services.GetRequiredService<LedgerCoordinator>(), services.GetRequiredService<IProgramSource>(), terminal.Time);
        var result = await ProgressLine.RunAsync(terminal, asJson, "Reading", line => import.RunAsync(
            file, mapping,
            bytes => line.Show("Reading", bytes, file.Bytes),
            (done, of) => line.Show("Applying", done, of),
            cancellation));

        var refusedFile = result.Refused.Count == 0
            ? null
            : Path.GetFullPath(refusedPath ?? Path.Combine(folder, $"{Path.GetFileName(path)}.refused.csv"));
        if (refusedFile is not null)
            RefusedFile.Write(refusedFile, file, mapping.Delimiter, result.Refused);
        var report = ImportReport.Of(path, result, refusedFile, Seconds.Since(started, terminal.Time));
        terminal.Print(asJson, report, ReportJson.Default.ImportReport, report.WriteTo);
        return 0;
    }
}
