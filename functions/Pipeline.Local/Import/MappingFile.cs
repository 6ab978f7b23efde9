using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Pipeline.Domain;

namespace Pipeline.Local.Import;

/// <summary>Reads a mapping; comments and trailing commas are welcome, a misspelt name is not.</summary>
internal static class MappingFile
{
    /// <exception cref="MappingException">The file cannot be read, or does not say what it must.</exception>
    public static Mapping Read(string path) => Read(path, static json => Parse(json));

    /// <exception cref="MappingException">The file cannot be read, or does not say what it must.</exception>
    public static T Read<T>(string path, Func<byte[], T> parse)
    {
        try
        {
            return parse(File.ReadAllBytes(path));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new MappingException($"The mapping cannot be read: {error.Message}");
        }
        catch (MappingException error)
        {
            throw new MappingException($"{path}: {error.Message}");
        }
    }

    public static Mapping Parse(ReadOnlySpan<byte> json) =>
        ToMapping(Deserialize(json, MappingJson.Default.MappingDocument));

    internal static T Deserialize<T>(ReadOnlySpan<byte> json, JsonTypeInfo<T> type)
    {
        try
        {
            var start = json.StartsWith(Encoding.UTF8.Preamble) ? Encoding.UTF8.Preamble.Length : 0;
            return JsonSerializer.Deserialize(json[start..], type) ?? throw new MappingException("it is empty.");
        }
        catch (JsonException error)
        {
            throw new MappingException(
                $"line {error.LineNumber + 1}: {(error.Path is null or "$" ? "" : error.Path + ": ")}not as expected. "
                + error.Message);
        }
    }

    private static Mapping ToMapping(MappingDocument document)
    {
        var columns = document.Columns ?? throw Missing("columns");
        var names = new ColumnNames(
            Required(columns.Document, "columns.document"),
            Required(columns.Sku, "columns.sku"),
            Required(columns.Quantity, "columns.quantity"),
            Required(columns.UnitPrice, "columns.unitPrice"),
            Required(columns.Date, "columns.date"),
            Required(columns.Customer, "columns.customer"),
            columns.Name,
            columns.Category,
            columns.Currency);
        if ((names.Currency is null) == (document.Currency is null))
            throw new MappingException("say the currency once: either 'currency' or 'columns.currency'.");
        return new Mapping
        {
            Columns = names,
            Date = Date(document.Date ?? throw Missing("date")),
            Currency = document.Currency is { } code ? CurrencyOf(code) : null,
            Delimiter = DelimiterOf(document.Delimiter ?? ","),
            Encoding = EncodingOf(document.Encoding),
            Numbers = NumbersOf(document.Numbers),
            Rounding = RoundingOf(document.Rounding ?? "refuse"),
            ReturnPrefix = document.Returns?.DocumentPrefix is { Length: > 0 } prefix ? prefix : null,
            IsNegativeReturn = document.Returns?.NegativeQuantity ?? false,
            ShippingSkus = Set(document.Skus?.Shipping),
            IgnoredSkus = Set(document.Skus?.Ignored),
            Channel = document.Channel,
        };
    }

    internal static DateReading Date(DateDocument date)
    {
        if (date.Formats is not { Length: > 0 } formats || formats.Any(string.IsNullOrWhiteSpace))
            throw new MappingException("'date.formats' is missing: one or more, as yyyy-MM-dd HH:mm:ss.");
        try
        {
            return new DateReading(formats, Required(date.Zone, "date.zone"));
        }
        catch (Exception error) when (error is TimeZoneNotFoundException or InvalidTimeZoneException)
        {
            throw new MappingException($"'date.zone': no IANA time zone is called '{date.Zone}'.");
        }
    }

    private static Currency CurrencyOf(string code) => Currency.TryParse(code, out var currency)
        ? currency
        : throw new MappingException($"'currency': '{code}' is not an ISO 4217 currency.");

    internal static char DelimiterOf(string text) => text is [var one] && char.IsAscii(one) && one is not ('"' or '\r' or '\n')
        ? one
        : throw new MappingException("'delimiter' is one ASCII character, as , or ; or \\t.");

    /// <summary>Null: UTF-8, or what a byte order mark says.</summary>
    internal static Encoding? EncodingOf(string? name)
    {
        try
        {
            return name is null or "utf-8" ? null : Encoding.GetEncoding(name);
        }
        catch (ArgumentException)
        {
            throw new MappingException($"'encoding': '{name}' is unknown; utf-8, utf-16, iso-8859-1 and us-ascii are known.");
        }
    }

    private static NumberFormatInfo NumbersOf(NumbersDocument? numbers)
    {
        var format = (NumberFormatInfo)CultureInfo.InvariantCulture.NumberFormat.Clone();
        var point = numbers?.Decimal ?? ".";
        var group = numbers?.Group ?? "";
        if (point.Length != 1 || point == group)
            throw new MappingException("'numbers.decimal' is one character, and not that of 'numbers.group'.");
        format.NumberDecimalSeparator = point;
        format.NumberGroupSeparator = group;
        return format;
    }

    private static MidpointRounding? RoundingOf(string word) => word switch
    {
        "refuse" => null,
        "halfEven" => MidpointRounding.ToEven,
        "halfUp" => MidpointRounding.AwayFromZero,
        "down" => MidpointRounding.ToZero,
        _ => throw new MappingException("'rounding' is one of refuse, halfEven, halfUp, down."),
    };

    private static HashSet<string> Set(string[]? words) => new(words ?? [], StringComparer.Ordinal);

    internal static string Required(string? text, string name) =>
        string.IsNullOrEmpty(text) ? throw Missing(name) : text;

    internal static MappingException Missing(string name) => new($"'{name}' is missing.");
}

/// <summary>The mapping is not one; the message says where.</summary>
internal sealed class MappingException(string message) : Exception(message);

internal sealed record MappingDocument(
    ColumnsDocument? Columns,
    DateDocument? Date,
    string? Currency,
    string? Delimiter,
    string? Encoding,
    NumbersDocument? Numbers,
    string? Rounding,
    ReturnsDocument? Returns,
    SkusDocument? Skus,
    string? Channel);

internal sealed record ColumnsDocument(
    string? Document,
    string? Sku,
    string? Quantity,
    string? UnitPrice,
    string? Date,
    string? Customer,
    string? Name,
    string? Category,
    string? Currency);

internal sealed record DateDocument(string[]? Formats, string? Zone);

internal sealed record NumbersDocument(string? Decimal, string? Group);

internal sealed record ReturnsDocument(string? DocumentPrefix, bool? NegativeQuantity);

internal sealed record SkusDocument(string[]? Shipping, string[]? Ignored);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    ReadCommentHandling = JsonCommentHandling.Skip,
    AllowTrailingCommas = true)]
[JsonSerializable(typeof(MappingDocument))]
[JsonSerializable(typeof(FeedbackMappingDocument))]
internal sealed partial class MappingJson : JsonSerializerContext;
