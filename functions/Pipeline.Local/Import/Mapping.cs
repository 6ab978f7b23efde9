using System.Globalization;
using System.Text;
using Pipeline.Domain;

namespace Pipeline.Local.Import;

/// <summary>How a shop's export is to be read; <c>docs/import.md</c> describes the file.</summary>
internal sealed record Mapping
{
    public required ColumnNames Columns { get; init; }

    public required DateReading Date { get; init; }

    /// <summary>The currency of all lines, where no column says it.</summary>
    public Currency? Currency { get; init; }

    public char Delimiter { get; init; } = ',';

    /// <summary>Null: UTF-8, or what a byte order mark says.</summary>
    public Encoding? Encoding { get; init; }

    public NumberFormatInfo Numbers { get; init; } = CultureInfo.InvariantCulture.NumberFormat;

    /// <summary>How an amount finer than the minor unit is rounded; null: its line is refused.</summary>
    public MidpointRounding? Rounding { get; init; }

    /// <summary>Documents whose id starts so are returns; null: none is by its id.</summary>
    public string? ReturnPrefix { get; init; }

    /// <summary>Whether a negative quantity makes a line a return, whatever its document is called.</summary>
    public bool IsNegativeReturn { get; init; }

    public IReadOnlySet<string> ShippingSkus { get; init; } = new HashSet<string>(StringComparer.Ordinal);

    public IReadOnlySet<string> IgnoredSkus { get; init; } = new HashSet<string>(StringComparer.Ordinal);

    public string? Channel { get; init; }
}

/// <summary>The names of the columns as the header has them.</summary>
internal sealed record ColumnNames(
    string Document,
    string Sku,
    string Quantity,
    string UnitPrice,
    string Date,
    string Customer,
    string? Name,
    string? Category,
    string? Currency);

/// <summary>The forms in which the file writes an instant, tried in order.</summary>
internal sealed class DateReading
{
    private readonly (string Format, bool HasOffset)[] formats;
    private readonly ZoneCalendar zone;

    /// <param name="zone">The IANA zone of dates that say no offset.</param>
    public DateReading(IEnumerable<string> formats, string zone)
    {
        this.formats = [.. formats.Select(static format => (format, format.Contains('z') || format.Contains('K')))];
        this.zone = new ZoneCalendar(zone);
    }

    /// <summary>
    /// Null where no form fits. A wall time that the zone skips moves forward by the gap, one that occurs twice is the
    /// earlier (<see cref="ZoneCalendar"/>).
    /// </summary>
    public DateTimeOffset? Read(string text)
    {
        var culture = CultureInfo.InvariantCulture;
        foreach (var (format, hasOffset) in formats)
        {
            if (hasOffset)
            {
                if (DateTimeOffset.TryParseExact(
                    text, format, culture, DateTimeStyles.AllowWhiteSpaces | DateTimeStyles.AssumeUniversal, out var instant))
                    return DateTimeOffset.FromUnixTimeMilliseconds(instant.ToUnixTimeMilliseconds());
            }
            else if (DateTime.TryParseExact(text, format, culture, DateTimeStyles.AllowWhiteSpaces, out var local))
                return zone.InstantOf(local);
        }

        return null;
    }
}
