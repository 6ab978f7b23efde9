using System.IO.Compression;
using System.Text;
using CsvHelper;

namespace Pipeline.Local.Import;

/// <summary>A CSV file, plain or gzip: its first two bytes say which. It can be read more than once.</summary>
internal sealed class ImportFile(string path, char delimiter, Encoding? encoding)
{
    /// <summary>A quote that is never closed would swallow the rest of the file; an order line is far shorter.</summary>
    private const int RecordBytesMax = 256 * 1024;
    private const int RecordsPerReport = 4_096;

    // Without it a gzip file that is cut off ends early and in silence.
    static ImportFile() => AppContext.SetSwitch("System.IO.Compression.UseStrictValidation", true);

    public ImportFile(string path, Mapping mapping)
        : this(path, mapping.Delimiter, mapping.Encoding)
    {
    }

    public string Path { get; } = path;

    public long Bytes => new FileInfo(Path).Length;

    /// <exception cref="ImportException">The file cannot be read as what it is said to be.</exception>
    public void Read(Action<IReadOnlyList<string>> header, Action<ImportRecord> record, Action<long>? progress = null)
    {
        try
        {
            using var file = File.OpenRead(Path);
            var malformed = new HashSet<long>();
            using var reader = CsvReader.Create(Unpacked(file), Options(malformed), leaveOpen: false);
            reader.ReadHeader();
            header(reader.Headers);
            while (reader.Read())
            {
                // Malformed records are counted with the header.
                record(new ImportRecord(reader, malformed.Remove(reader.RowNumber + 1)));
                if (reader.RowNumber % RecordsPerReport == 0)
                    progress?.Invoke(file.Position);
            }

            progress?.Invoke(file.Length);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new ImportException($"{Path}: {error.Message}");
        }
        catch (CsvFormatException error)
        {
            throw new ImportException(
                $"{Path}: the record that starts on line {error.LineNumber} cannot be read; a closing quote may be missing "
                + $"there. {error.Message}");
        }
    }

    private CsvReaderOptions Options(HashSet<long> malformed) => new()
    {
        Separator = delimiter,
        Encoding = encoding,
        TrimWhitespace = true,
        TrimInsideQuotes = true,
        TrackLineNumbers = true,
        PoolStrings = true,
        MaxRecordSize = RecordBytesMax,
        // A quote within an unquoted text (15" screen) is only a character.
        OnMalformedRecord = found =>
        {
            if (found.Reason != CsvMalformedReason.StrayQuote)
                malformed.Add(found.RecordNumber);
        },
    };

    private static Stream Unpacked(FileStream file)
    {
        var isGzip = file.ReadByte() == 0x1F && file.ReadByte() == 0x8B;
        file.Position = 0;
        return isGzip ? new GZipStream(file, CompressionMode.Decompress) : file;
    }
}

/// <summary>A record while it is being read.</summary>
internal readonly struct ImportRecord(CsvReader reader, bool isMalformed)
{
    /// <summary>1 for the first record below the header.</summary>
    public int Number => (int)reader.RowNumber;

    /// <summary>The line of the file on which the record starts, as an editor counts.</summary>
    public long Line => reader.LineNumber;

    /// <summary>Whether its quotes do not pair.</summary>
    public bool IsMalformed { get; } = isMalformed;

    public int Count => reader.FieldCount;

    public string this[int column] => reader.GetString(column);
}

/// <summary>The file cannot be imported at all; the message says why.</summary>
internal sealed class ImportException(string message) : Exception(message);
