using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Pipeline.Domain;
using Pipeline.Runtime.Contracts;
using Pipeline.Runtime.Satisfaction;

namespace Pipeline.Runtime.Http;

/// <summary>Reports, as JSON or, for a spreadsheet, as CSV.</summary>
public sealed class ReportEndpoints(SatisfactionReports reports)
{
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
        var isCsv = request.WantsCsv(errors);
        if (!errors.IsEmpty)
            return errors.Answer();
        var report = await reports.ReadAsync(from, to, by.By, request.HttpContext.RequestAborted);
        return isCsv
            ? CsvAnswer.Ok(SatisfactionReportJson.Csv(report))
            : JsonAnswer.Ok(report, SatisfactionReportJson.Report);
    }

    private static DateOnly FirstOf(DateOnly to) =>
        DateOnly.FromDayNumber(Math.Max(0, to.DayNumber - (SatisfactionReports.DaysDefault - 1)));
}
