using System.CommandLine;
using System.Globalization;

namespace Pipeline.Local.Commands;

/// <summary>Copies the data folder as of one moment. It only reads.</summary>
internal static class BackupCommand
{
    public static Command Create(Terminal terminal)
    {
        var data = Options.Data();
        var json = Options.Json();
        var to = new Option<string?>("--to")
        {
            Description = "The folder to copy to; it must hold no database yet. "
                + "Without it: a new folder under DATA/backups, named by the time.",
            HelpName = "DIR",
        };
        var command = new Command(
            "backup",
            "Copies the data as of one moment to a folder that can be served in its place. Works while the host serves.")
        {
            data, to, json,
        };
        command.SetAction((parsed, cancellation) => RunAsync(
            parsed.GetRequiredValue(data), parsed.GetValue(to), parsed.GetValue(json), terminal, cancellation));
        return command;
    }

    private static async Task<int> RunAsync(
        string folder, string? to, bool asJson, Terminal terminal, CancellationToken cancellation)
    {
        var started = terminal.Time.GetTimestamp();
        var stamp = terminal.Time.GetUtcNow().ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        var target = Path.GetFullPath(to ?? Path.Combine(folder, "backups", stamp));
        await using var engine = Folder.Read(folder);
        await engine.BackupAsync(target, cancellation);
        var bytes = Directory.EnumerateFiles(target).Sum(static file => new FileInfo(file).Length);
        var report = new BackupReport(target, bytes, Seconds.Since(started, terminal.Time));
        terminal.Print(asJson, report, ReportJson.Default.BackupReport, report.WriteTo);
        return 0;
    }
}

internal sealed record BackupReport(string Folder, long Bytes, double Seconds)
{
    public void WriteTo(TextWriter writer)
    {
        writer.WriteLine($"Backed up {Bytes:N0} bytes to {Folder} in {Seconds:0.0} s.");
        writer.WriteLine($"To use it: pipeline --data {Folder}");
    }
}
