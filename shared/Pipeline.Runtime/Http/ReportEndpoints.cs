using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Pipeline.Domain;
using Pipeline.Runtime.Contracts;
using Pipeline.Runtime.Satisfaction;

namespace Pipeline.Runtime.Http;

/// <summary>Reports, as JSON or, for a spreadsheet, as CSV.</summary>
public sealed class ReportEndpoints(SatisfactionReports reports)
{
    private const string Csv = "text/csv";

    private static readonly (string Word, ReportBy By)[] Groupings =
    [
        .. Enum.GetValues<ReportBy>()
            .Where(static by => by != ReportBy.Nothing)
            .Select(static by => (JsonNamingPolicy.CamelCase.ConvertName(by.ToString()), by)),
    ];

    /// <summary>GET /v1/reports/satisfaction?from=&amp;to=&amp;by=&amp;format=.</summary>
    public async Task<IResult> GetSatisfactionAsync(HttpRequest request)
    {
        var errors = new InputErrors();
        var to = request.Date("to", errors) ?? reports.Today;
        var from = request.Date("from", errors) ?? FirstOf(to);
        if (errors.IsEmpty && from > to)
            errors.Add("from", "must not be after 'to'");
        if (errors.IsEmpty && to.DayNumber - from.DayNumber >= SatisfactionReports.DaysMax)
            errors.Add("from", $"must be within {SatisfactionReports.DaysMax} days before 'to'");
        var word = request.Single("by", errors);
        var by = Array.Find(Groupings, known => known.Word == word);
        if (word is not null && by.Word is null)
            errors.Add("by", $"must be one of: {string.Join(", ", Groupings.Select(static known => known.Word))}");
        var isCsv = WantsCsv(request, errors);
        if (!errors.IsEmpty)
            return errors.Answer();
        var report = await reports.ReadAsync(from, to, by.By, request.HttpContext.RequestAborted);
        return isCsv
            ? new ApiAnswer
            {
                Status = StatusCodes.Status200OK,
                ContentType = $"{Csv}; charset=utf-8",
                Body = SatisfactionReportJson.Csv(report),
                IsPrivate = true,
            }
            : JsonAnswer.Ok(report, SatisfactionReportJson.Report);
    }

    private static DateOnly FirstOf(DateOnly to) =>
        DateOnly.FromDayNumber(Math.Max(0, to.DayNumber - (SatisfactionReports.DaysDefault - 1)));

    /// <summary><c>format</c> rules; without it, whichever of the two <c>Accept</c> prefers.</summary>
    private static bool WantsCsv(HttpRequest request, InputErrors errors)
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
        var (csv, json) = (QualityOf(accepted, Csv), QualityOf(accepted, ApiAnswer.Json));
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
