using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Pipeline.Domain;
using Pipeline.Runtime.Contracts;
using Pipeline.Runtime.Insight;
using Pipeline.Runtime.Loyalty;

namespace Pipeline.Runtime.Http;

/// <summary>What the nights report, as JSON or (<c>format=csv</c>) for a spreadsheet.</summary>
public sealed class InsightEndpoints(InsightReader reader, IProgramSource programs)
{
    /// <summary>GET /v1/reports/segments?date=&amp;format=.</summary>
    public Task<IResult> SegmentsAsync(HttpRequest request) =>
        AnswerAsync(request, ReportJson.Segments, ReportJson.SegmentsCsv);

    /// <summary>GET /v1/reports/churn?date=&amp;format=.</summary>
    public Task<IResult> ChurnAsync(HttpRequest request) =>
        AnswerAsync(request, ReportJson.Churn, ReportJson.ChurnCsv);

    /// <summary>GET /v1/reports/loyalty?date=&amp;format=.</summary>
    public Task<IResult> LoyaltyAsync(HttpRequest request) => AnswerAsync(
        request,
        (json, report) => ReportJson.Loyalty(json, (report, programs.Current, CurrenciesOf(report))),
        report => ReportJson.LoyaltyCsv(report, programs.Current, CurrenciesOf(report)));

    /// <summary>Those in which customers spend; what points are worth is said in each.</summary>
    private static List<Currency> CurrenciesOf(InsightReport report)
    {
        var currencies = new List<Currency>();
        foreach (var code in report.Model?.Rfm.Net.Keys ?? [])
            if (Currency.TryParse(code, out var currency))
                currencies.Add(currency);
        return currencies;
    }

    private async Task<IResult> AnswerAsync(
        HttpRequest request, Action<Utf8JsonWriter, InsightReport> json, Func<InsightReport, string> csv)
    {
        var errors = new InputErrors();
        var day = request.Date("date", errors);
        var isCsv = request.WantsCsv(errors);
        if (!errors.IsEmpty)
            return errors.Answer();
        var report = await reader.ReportAsync(day, request.HttpContext.RequestAborted);
        if (report is null)
            return Problems.NotFound.Answer("No night has reported on that day.");
        return isCsv ? CsvAnswer.Ok(Encoding.UTF8.GetBytes(csv(report))) : JsonAnswer.Ok(report, json);
    }
}
