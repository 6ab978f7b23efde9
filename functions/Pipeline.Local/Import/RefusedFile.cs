using System.Globalization;
using CsvHelper;

namespace Pipeline.Local.Import;

/// <summary>Writes the lines that were refused with their fields, each with its line number and its reason.</summary>
internal static class RefusedFile
{
    /// <param name="refused">In the order of the file.</param>
    public static void Write(string path, ImportFile source, char delimiter, IReadOnlyList<RefusedRow> refused)
    {
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder)
            Directory.CreateDirectory(folder);
        // Under its name only when it is whole.
        var partial = path + ".partial";
        // A line may be refused because its fields are too few.
        var options = new CsvWriterOptions { Separator = delimiter, ValidateFieldCount = false };
        using (var csv = CsvWriter.ToFile(partial, options))
        {
            var next = 0;
            source.Read(
                header =>
                {
                    Start(csv, "line", "reason");
                    foreach (var name in header)
                        csv.WriteField(name);
                    csv.EndRecord();
                },
                record =>
                {
                    if (next == refused.Count || refused[next].Row != record.Number)
                        return;
                    Start(csv, record.Line.ToString(CultureInfo.InvariantCulture), refused[next].Reason);
                    for (var i = 0; i < record.Count; i++)
                        csv.WriteField(record[i]);
                    csv.EndRecord();
                    next++;
                });
        }

        File.Move(partial, path, overwrite: true);
    }

    private static void Start(CsvWriter csv, string line, string reason)
    {
        csv.WriteField(line);
        csv.WriteField(reason);
    }
}
