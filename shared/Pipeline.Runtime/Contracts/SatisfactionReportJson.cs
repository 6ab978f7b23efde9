using System.Globalization;
using System.Text;
using System.Text.Json;
using Pipeline.Domain;
using Pipeline.Runtime.Http;
using Pipeline.Runtime.Satisfaction;

namespace Pipeline.Runtime.Contracts;

/// <summary>The satisfaction report, for programs and for spreadsheets.</summary>
internal static class SatisfactionReportJson
{
    public static void Report(Utf8JsonWriter json, DatedReport dated)
    {
        json.WriteStartObject();
        json.WriteInstant("asOf", dated.AsOf);
        json.WriteDate("from", dated.From);
        json.WriteDate("to", dated.To);
        json.WriteStartArray("groups");
        foreach (var group in dated.Report.Groups)
            WriteGroup(json, group);
        json.WriteEndArray();
        json.WriteNumber("groupsLeftOut", dated.Report.GroupsLeftOut);
        WriteCases(json, dated.Report.Cases);
        json.WriteEndObject();
    }

    /// <summary>
    /// One line a group and metric, after RFC 4180; texts that a spreadsheet would take for a formula are quoted. Where groups
    /// were left out the last line says how many, in the column of the values.
    /// </summary>
    public static byte[] Csv(DatedReport dated)
    {
        var csv = new StringBuilder("key,metric,definition,value,n,excluded,low,high,comparedToRest\r\n");
        foreach (var group in dated.Report.Groups)
            foreach (var (name, metric, verdict) in MetricsOf(group))
                csv.Append(CultureInfo.InvariantCulture, $"{Field(group.Key)},{name},{metric.Definition},{metric.Value},")
                    .Append(CultureInfo.InvariantCulture, $"{metric.N},{metric.Excluded},{metric.Low},{metric.High},")
                    .Append(verdict is { } said ? Word(said) : "").Append("\r\n");
        if (dated.Report.GroupsLeftOut is > 0 and var leftOut)
            csv.Append(CultureInfo.InvariantCulture, $",groupsLeftOut,,{leftOut},,,,,\r\n");
        return Encoding.UTF8.GetBytes(csv.ToString());
    }

    private static void WriteGroup(Utf8JsonWriter json, ReportGroup group)
    {
        json.WriteStartObject();
        json.WriteString("key", group.Key);
        json.WriteNumber("responses", group.Responses);
        json.WriteStartObject("metrics");
        foreach (var (name, metric, _) in MetricsOf(group))
        {
            json.WriteStartObject(name);
            json.WriteString("definition", metric.Definition);
            WriteNumber(json, "value", metric.Value);
            json.WriteNumber("n", metric.N);
            json.WriteNumber("excluded", metric.Excluded);
            WriteNumber(json, "low", metric.Low);
            WriteNumber(json, "high", metric.High);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        if (group.Verdicts is not null)
        {
            json.WriteStartObject("comparedToRest");
            foreach (var (name, _, verdict) in MetricsOf(group))
                if (name != "responseRate")
                    json.WriteString(name, verdict is { } said ? Word(said) : null);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static IEnumerable<(string Name, Metric Metric, Verdict? Verdict)> MetricsOf(ReportGroup group)
    {
        yield return ("nps", group.Nps, group.Verdicts?.Nps);
        yield return ("csat", group.Csat, group.Verdicts?.Csat);
        yield return ("ces", group.Ces, group.Verdicts?.Ces);
        yield return ("cesMean", group.CesMean, group.Verdicts?.CesMean);
        yield return ("sentiment", group.Sentiment, group.Verdicts?.Sentiment);
        if (group.ResponseRate is { } rate)
            yield return ("responseRate", rate, null);
    }

    private static void WriteCases(Utf8JsonWriter json, ReportedCases cases)
    {
        json.WriteStartObject("cases");
        json.WriteNumber("opened", cases.Opened);
        json.WriteNumber("answered", cases.Answered);
        WriteNumber(json, "meanSecondsToFirstAnswer", cases.AnswerSeconds);
        json.WriteNumber("resolved", cases.Resolved);
        WriteNumber(json, "meanSecondsToResolution", cases.ResolutionSeconds);
        json.WriteEndObject();
    }

    private static string Word(Verdict verdict) => verdict switch
    {
        Verdict.NotDistinguishable => "notDistinguishable",
        Verdict.Above => "above",
        Verdict.Below => "below",
        _ => throw new ArgumentOutOfRangeException(nameof(verdict), verdict, "Not a verdict."),
    };

    private static void WriteNumber(Utf8JsonWriter json, string name, decimal? number)
    {
        if (number is { } value)
            json.WriteNumber(name, value);
        else
            json.WriteNull(name);
    }

    private static string Field(string text)
    {
        if (text is ['=' or '+' or '-' or '@' or '\t', ..])
            text = $"'{text}";
        return text.AsSpan().IndexOfAny(",\"\r\n") < 0
            ? text
            : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}
