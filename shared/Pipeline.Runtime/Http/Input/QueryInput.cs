using System.Globalization;
using Microsoft.AspNetCore.Http;
using Pipeline.Domain;

namespace Pipeline.Runtime.Http;

/// <summary>Parameters of a path and a query, with their errors noted under their names.</summary>
internal static class QueryInput
{
    public const int LimitDefault = 50;
    public const int LimitMax = 200;
    public const string ForeignCursor = "is not one that a page's Link gave";
    private const int CursorCharactersMax = 1024;

    /// <summary>An id of the path; null, and an error, where it is not of the form.</summary>
    public static string? PathId(this HttpRequest request, string name, InputErrors errors)
    {
        if (request.RouteValues[name] is string text && IdForm.IsValid(text))
            return text;
        errors.Add(name, $"must be {IdForm.Description}");
        return null;
    }

    /// <summary>How many items a page has: 1 to 200, 50 where nothing is said.</summary>
    public static int Limit(this HttpRequest request, InputErrors errors)
    {
        if (!request.Query.TryGetValue("limit", out var sent))
            return LimitDefault;
        if (sent.Count == 1
            && int.TryParse(sent[0], NumberStyles.None, CultureInfo.InvariantCulture, out var limit)
            && limit is >= 1 and <= LimitMax)
        {
            return limit;
        }

        errors.Add("limit", $"must be a whole number from 1 to {LimitMax}");
        return LimitDefault;
    }

    public static string? Cursor(this HttpRequest request, InputErrors errors)
    {
        if (Single(request, "cursor", errors) is not { } cursor)
            return null;
        if (cursor.Length is >= 1 and <= CursorCharactersMax)
            return cursor;
        errors.Add("cursor", ForeignCursor);
        return null;
    }

    /// <summary>An instant; null where it is absent or wrong.</summary>
    public static DateTimeOffset? Instant(this HttpRequest request, string name, InputErrors errors)
    {
        if (Single(request, name, errors) is not { } text)
            return null;
        // A plus that was not escaped arrives as a blank, and only an offset can have one.
        if (text is [.., ' ', _, _, ':', _, _])
            text = string.Concat(text.AsSpan(0, text.Length - 6), "+", text.AsSpan(text.Length - 5));
        if (Rfc3339.TryParse(text, out var instant, out var problem))
            return instant;
        errors.Add(name, problem!);
        return null;
    }

    /// <summary>Whether a parameter is <c>true</c>; absent is false.</summary>
    public static bool Flag(this HttpRequest request, string name, InputErrors errors)
    {
        switch (Single(request, name, errors))
        {
            case null or "false":
                return false;
            case "true":
                return true;
            default:
                errors.Add(name, "must be true or false");
                return false;
        }
    }

    /// <summary>A date; null where it is absent or wrong.</summary>
    public static DateOnly? Date(this HttpRequest request, string name, InputErrors errors)
    {
        if (Single(request, name, errors) is not { } text)
            return null;
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            return day;
        errors.Add(name, "must be a date of the form yyyy-MM-dd");
        return null;
    }

    /// <summary>A parameter's only value; null where it is absent or, with an error, where it has several.</summary>
    public static string? Single(this HttpRequest request, string name, InputErrors errors)
    {
        if (!request.Query.TryGetValue(name, out var sent))
            return null;
        if (sent.Count == 1)
            return sent[0] ?? "";
        errors.Add(name, "must be given once");
        return null;
    }

    /// <summary>The <c>Link</c> to a collection's next page; null after the last.</summary>
    public static string? NextLink(this HttpRequest request, int limit, string? cursor, string? more = null)
    {
        if (cursor is null)
            return null;
        var path = request.PathBase.Add(request.Path).ToUriComponent();
        return $"<{path}?{more}limit={limit}&cursor={Uri.EscapeDataString(cursor)}>; rel=\"next\"";
    }
}
