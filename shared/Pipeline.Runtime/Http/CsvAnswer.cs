using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Pipeline.Runtime.Http;

/// <summary>Answers for a spreadsheet, and whether one is asked for.</summary>
internal static class CsvAnswer
{
    private const string Type = "text/csv";

    public static ApiAnswer Ok(byte[] body) => new()
    {
        Status = StatusCodes.Status200OK,
        ContentType = $"{Type}; charset=utf-8",
        Body = body,
        IsPrivate = true,
    };

    /// <summary><c>format</c> rules; without it, whichever of the two <c>Accept</c> prefers.</summary>
    public static bool WantsCsv(this HttpRequest request, InputErrors errors)
    {
        switch (request.Single("format", errors))
        {
            case "csv":
                return true;
            case "json":
                return false;
            case null:
                break;
            default:
                errors.Add("format", "must be one of: json, csv");
                return false;
        }

        if (!MediaTypeHeaderValue.TryParseList(request.Headers.Accept, out var accepted))
            return false;
        var (csv, json) = (QualityOf(accepted, Type), QualityOf(accepted, ApiAnswer.Json));
        return csv > json;
    }

    /// <summary>The most specific range that has the type says its quality.</summary>
    private static double QualityOf(IList<MediaTypeHeaderValue> accepted, string type)
    {
        var wanted = new MediaTypeHeaderValue(type);
        return accepted
            .Where(range => wanted.IsSubsetOf(range))
            .OrderBy(static range => range.MatchesAllTypes ? 2 : range.MatchesAllSubTypes ? 1 : 0)
            .Select(static range => range.Quality ?? 1)
            .FirstOrDefault();
    }
}
