using System.Text;

namespace Pipeline.Local.Import;

/// <summary>How an export of survey answers is to be read; <c>docs/import.md</c> describes the file.</summary>
internal sealed record FeedbackMapping
{
    public required FeedbackColumns Columns { get; init; }

    public required DateReading Date { get; init; }

    public char Delimiter { get; init; } = ',';

    /// <summary>Null: UTF-8, or what a byte order mark says.</summary>
    public Encoding? Encoding { get; init; }

    /// <summary>Of all lines, where no column says it.</summary>
    public string? Channel { get; init; }

    /// <summary>Of all lines, where no column says it.</summary>
    public string? Locale { get; init; }

    /// <exception cref="MappingException">It does not say what it must.</exception>
    public static FeedbackMapping Parse(byte[] json)
    {
        var document = MappingFile.Deserialize(json, MappingJson.Default.FeedbackMappingDocument);
        var columns = document.Columns ?? throw MappingFile.Missing("columns");
        if ((columns.Csat ?? columns.Nps ?? columns.Ces ?? columns.Comment) is null)
            throw new MappingException("'columns' has none of csat, nps, ces and comment: there would be nothing to import.");
        return new FeedbackMapping
        {
            Columns = new FeedbackColumns(
                MappingFile.Required(columns.Id, "columns.id"),
                MappingFile.Required(columns.Date, "columns.date"),
                columns.Customer, columns.Purchase, columns.Channel, columns.Locale, columns.Csat, columns.Nps, columns.Ces,
                columns.Comment),
            Date = MappingFile.Date(document.Date ?? throw MappingFile.Missing("date")),
            Delimiter = MappingFile.DelimiterOf(document.Delimiter ?? ","),
            Encoding = MappingFile.EncodingOf(document.Encoding),
            Channel = document.Channel,
            Locale = document.Locale,
        };
    }
}

/// <summary>The names of the columns as the header has them; a null one is not there.</summary>
internal sealed record FeedbackColumns(
    string Id,
    string Date,
    string? Customer,
    string? Purchase,
    string? Channel,
    string? Locale,
    string? Csat,
    string? Nps,
    string? Ces,
    string? Comment);

internal sealed record FeedbackMappingDocument(
    FeedbackColumnsDocument? Columns,
    DateDocument? Date,
    string? Delimiter,
    string? Encoding,
    string? Channel,
    string? Locale);

internal sealed record FeedbackColumnsDocument(
    string? Id,
    string? Date,
    string? Customer,
    string? Purchase,
    string? Channel,
    string? Locale,
    string? Csat,
    string? Nps,
    string? Ces,
    string? Comment);
