using System.Globalization;

namespace Pipeline.Runtime.Http;

/// <summary>
/// Instants as RFC 3339 writes them, with offset. Read into UTC and whole milliseconds; what is finer is cut off.
/// </summary>
internal static class Rfc3339
{
    /// <summary><c>yyyy-MM-ddTHH:mm:ss.fffZ</c>.</summary>
    public const int CharactersMax = 24;

    public const string Description =
        "an instant as RFC 3339 writes it, with seconds and offset, such as 2010-12-01T08:26:00Z";

    public const string LeapSecond = "is a leap second, which no clock here has: send second 59 or the next second 00";

    private const int FractionDigitsMax = 9;

    /// <summary>How many characters were written.</summary>
    public static int Format(DateTimeOffset instant, Span<char> text)
    {
        var utc = instant.UtcDateTime;
        var format = utc.Ticks % TimeSpan.TicksPerSecond < TimeSpan.TicksPerMillisecond
            ? "yyyy-MM-dd'T'HH:mm:ss'Z'"
            : "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";
        utc.TryFormat(text, out var written, format, CultureInfo.InvariantCulture);
        return written;
    }

    public static string Format(DateTimeOffset instant)
    {
        Span<char> text = stackalloc char[CharactersMax];
        return new string(text[..Format(instant, text)]);
    }

    /// <summary>
    /// Reads an instant. Seconds and offset are required, a fraction has 1 to 9 digits, <c>t</c> and <c>z</c> may be
    /// small; nothing stands before or after it.
    /// </summary>
    /// <param name="problem">What is wrong, to follow the field's name in a sentence; null where nothing is.</param>
    public static bool TryParse(ReadOnlySpan<char> text, out DateTimeOffset instant, out string? problem)
    {
        instant = default;
        problem = $"must be {Description}";
        if (text.Length < 20
            || !TryDigits(text, 0, 4, out var year) || text[4] != '-'
            || !TryDigits(text, 5, 2, out var month) || text[7] != '-'
            || !TryDigits(text, 8, 2, out var day) || text[10] is not ('T' or 't')
            || !TryDigits(text, 11, 2, out var hour) || text[13] != ':'
            || !TryDigits(text, 14, 2, out var minute) || text[16] != ':'
            || !TryDigits(text, 17, 2, out var second))
        {
            return false;
        }

        if (!TryFraction(text, 19, out var milliseconds, out var at) || !TryOffset(text[at..], out var offsetMinutes))
            return false;
        if (second == 60 && minute <= 59 && hour <= 23)
        {
            problem = LeapSecond;
            return false;
        }

        if (year == 0 || month is 0 or > 12 || day == 0 || day > DateTime.DaysInMonth(year, month)
            || hour > 23 || minute > 59 || second > 59)
        {
            problem = "is no date and time of the calendar";
            return false;
        }

        var local = new DateTime(year, month, day, hour, minute, second, milliseconds, DateTimeKind.Unspecified);
        var utcTicks = local.Ticks - (offsetMinutes * TimeSpan.TicksPerMinute);
        if (utcTicks < DateTime.MinValue.Ticks || utcTicks > DateTime.MaxValue.Ticks)
        {
            problem = "is outside the years 1 to 9999";
            return false;
        }

        instant = new DateTimeOffset(utcTicks, TimeSpan.Zero);
        problem = null;
        return true;
    }

    private static bool TryFraction(ReadOnlySpan<char> text, int at, out int milliseconds, out int end)
    {
        milliseconds = 0;
        end = at;
        if (text[at] != '.')
            return true;
        var digits = 0;
        for (end = at + 1; end < text.Length && char.IsAsciiDigit(text[end]); end++, digits++)
        {
            if (digits < 3)
                milliseconds = (milliseconds * 10) + (text[end] - '0');
        }

        for (var missing = digits; missing < 3; missing++)
            milliseconds *= 10;
        return digits is >= 1 and <= FractionDigitsMax;
    }

    private static bool TryOffset(ReadOnlySpan<char> text, out int minutes)
    {
        minutes = 0;
        if (text is ['Z' or 'z'])
            return true;
        if (text.Length != 6 || text[0] is not ('+' or '-') || text[3] != ':'
            || !TryDigits(text, 1, 2, out var hours) || !TryDigits(text, 4, 2, out var rest)
            || hours > 23 || rest > 59)
        {
            return false;
        }

        minutes = ((hours * 60) + rest) * (text[0] == '-' ? -1 : 1);
        return true;
    }

    private static bool TryDigits(ReadOnlySpan<char> text, int at, int count, out int value)
    {
        value = 0;
        foreach (var digit in text.Slice(at, count))
        {
            if (!char.IsAsciiDigit(digit))
                return false;
            value = (value * 10) + (digit - '0');
        }

        return true;
    }
}
