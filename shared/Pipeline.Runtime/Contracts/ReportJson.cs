using System.Globalization;
using System.Text;
using System.Text.Json;
using Pipeline.Domain;
using Pipeline.Runtime.Http;
using Pipeline.Runtime.Insight;

namespace Pipeline.Runtime.Contracts;

/// <summary>A report as rows: as JSON, and as CSV for a spreadsheet.</summary>
internal static class ReportJson
{
    public const string Csv = "text/csv; charset=utf-8";

    public static void Segments(Utf8JsonWriter json, InsightReport report)
    {
        json.WriteStartObject();
        Head(json, report);
        json.WriteNumber("customers", report.Totals.GetValueOrDefault(InsightCounters.Customers));
        json.WriteStartArray("segments");
        foreach (var segment in Enum.GetValues<Segment>().Select(InsightCounters.NameOf))
        {
            json.WriteStartObject();
            json.WriteString("segment", segment);
            json.WriteNumber("customers", report.Totals.GetValueOrDefault(InsightCounters.SegmentPrefix + segment));
            json.WriteStartArray("nextYear");
            foreach (var (currency, minor) in Named(report.Totals, $"{InsightCounters.ValuePrefix}{segment}:"))
            {
                json.WriteStartObject();
                json.WriteString("currency", currency);
                json.WriteNumber("amount", minor);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("stages");
        foreach (var stage in Enum.GetValues<LifecycleStage>().Select(InsightCounters.NameOf))
        {
            json.WriteStartObject();
            json.WriteString("stage", stage);
            json.WriteNumber("customers", report.Totals.GetValueOrDefault(InsightCounters.StagePrefix + stage));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("moves");
        foreach (var (name, customers) in Named(report.Moves, InsightCounters.MovePrefix))
        {
            var parts = name.Split(':');
            json.WriteStartObject();
            json.WriteString("cohort", parts[0] == "-" ? null : parts[0]);
            json.WriteString("from", parts[1]);
            json.WriteString("to", parts[2]);
            json.WriteNumber("customers", customers);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        Cuts(json, report.Model);
        json.WriteEndObject();
    }

    public static string SegmentsCsv(InsightReport report)
    {
        var csv = new StringBuilder("date,segment,customers,currency,nextYear\r\n");
        foreach (var segment in Enum.GetValues<Segment>().Select(InsightCounters.NameOf))
        {
            var customers = report.Totals.GetValueOrDefault(InsightCounters.SegmentPrefix + segment);
            var values = Named(report.Totals, $"{InsightCounters.ValuePrefix}{segment}:").ToList();
            foreach (var (currency, minor) in values.Count > 0 ? values : [("", 0)])
                csv.Append(CultureInfo.InvariantCulture, $"{report.Slot:yyyy-MM-dd},{segment},{customers},{currency},{minor}\r\n");
        }

        return csv.ToString();
    }

    public static void Churn(Utf8JsonWriter json, InsightReport report)
    {
        json.WriteStartObject();
        Head(json, report);
        json.WriteNumber("horizonDays", report.Model?.Churn.HorizonDays ?? 0);
        json.WriteNumber("scored", Bands(report).Sum(static band => band.Customers));
        json.WriteNumber("expectedToLeave", Leaving(report));
        json.WriteStartArray("bands");
        foreach (var (from, customers) in Bands(report))
        {
            json.WriteStartObject();
            json.WriteNumber("from", from);
            json.WriteNumber("to", from + 0.1m);
            json.WriteNumber("customers", customers);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        Warnings(json, report.Totals);
        json.WriteEndObject();
    }

    public static string ChurnCsv(InsightReport report)
    {
        var csv = new StringBuilder("date,from,to,customers\r\n");
        foreach (var (from, customers) in Bands(report))
            csv.Append(CultureInfo.InvariantCulture, $"{report.Slot:yyyy-MM-dd},{from},{from + 0.1m},{customers}\r\n");
        return csv.ToString();
    }

    public static void Loyalty(Utf8JsonWriter json, (InsightReport Report, LoyaltyProgram Program, IReadOnlyList<Currency> Currencies) of)
    {
        var (report, program, currencies) = of;
        var (flows, night) = (FlowsOf(report.Totals), FlowsOf(report.Changes));
        var liability = PointLiability.Of(flows);
        json.WriteStartObject();
        Head(json, report);
        Flows(json, flows);
        json.WriteNumber("outstanding", flows.Total);
        json.WriteStartObject("sinceLastNight");
        Flows(json, night);
        json.WriteEndObject();
        json.WriteNumber("breakage", Math.Round(liability.Breakage, 4));
        json.WriteNumber("expectedToBeRedeemed", liability.PointsExpected);
        json.WriteStartArray("liability");
        foreach (var (currency, gross, net) in Liabilities(flows, liability, program, currencies))
        {
            json.WriteStartObject();
            json.WriteString("currency", currency.Code);
            json.WriteNumber("outstanding", gross);
            json.WriteNumber("expected", net);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    public static string LoyaltyCsv(InsightReport report, LoyaltyProgram program, IReadOnlyList<Currency> currencies)
    {
        var flows = FlowsOf(report.Totals);
        var liability = PointLiability.Of(flows);
        var csv = new StringBuilder(
            "date,issued,redeemed,expired,clawedBack,outstanding,breakage,currency,liabilityOutstanding,liabilityExpected\r\n");
        foreach (var (currency, gross, net) in Liabilities(flows, liability, program, currencies))
            csv.Append(
                CultureInfo.InvariantCulture,
                $"{report.Slot:yyyy-MM-dd},{flows.Issued},{flows.Redeemed},{flows.Expired},{flows.ClawedBack},{flows.Total},")
                .Append(CultureInfo.InvariantCulture, $"{liability.Breakage:0.0000},{currency.Code},{gross},{net}\r\n");
        return csv.ToString();
    }

    /// <summary>Open ones, what became of the others, and what acting on them changed.</summary>
    private static void Warnings(Utf8JsonWriter json, IReadOnlyDictionary<string, long> totals)
    {
        json.WriteStartObject("warnings");
        json.WriteNumber("open", totals.GetValueOrDefault(InsightCounters.WarningsOpen));
        json.WriteNumber("raised", totals.GetValueOrDefault(InsightCounters.WarningsRaised));
        foreach (var (name, heldOut) in ((string, bool)[])[("acted", false), ("heldOut", true)])
        {
            json.WriteStartObject(name);
            json.WriteNumber("wonBack", Ended(heldOut, WarningOutcome.WonBack));
            json.WriteNumber("lost", Ended(heldOut, WarningOutcome.Lost));
            json.WriteNumber("declined", Ended(heldOut, WarningOutcome.Declined));
            json.WriteEndObject();
        }

        // Those that declined ended without an answer to the question.
        var uplift = new WarningUplift(
            Ended(false, WarningOutcome.WonBack) + Ended(false, WarningOutcome.Lost), Ended(false, WarningOutcome.WonBack),
            Ended(true, WarningOutcome.WonBack) + Ended(true, WarningOutcome.Lost), Ended(true, WarningOutcome.WonBack));
        json.WritePropertyName("uplift");
        if (uplift.Interval is var (difference, low, high))
        {
            json.WriteStartObject();
            json.WriteNumber("value", Math.Round(difference, 4));
            json.WriteNumber("low", Math.Round(low, 4));
            json.WriteNumber("high", Math.Round(high, 4));
            json.WriteEndObject();
        }
        else
        {
            json.WriteNullValue();
        }

        json.WriteEndObject();

        long Ended(bool heldOut, WarningOutcome outcome) =>
            totals.GetValueOrDefault(InsightCounters.NameOf(heldOut, outcome));
    }

    private static void Head(Utf8JsonWriter json, InsightReport report)
    {
        json.WriteDate("date", report.Slot);
        json.WriteString("model", report.ModelId);
    }

    /// <summary>All points at what they are worth in each currency that customers spend; they are not added up.</summary>
    private static IEnumerable<(Currency Currency, long Gross, long Net)> Liabilities(
        PointFlows flows, PointLiability liability, LoyaltyProgram program, IReadOnlyList<Currency> currencies) =>
        currencies.Select(currency => (
            currency,
            Redemption.ValueOf(program, currency, Math.Max(0, flows.Total)),
            Redemption.ValueOf(program, currency, liability.PointsExpected)));

    private static void Flows(Utf8JsonWriter json, PointFlows flows)
    {
        json.WriteNumber("issued", flows.Issued);
        json.WriteNumber("redeemed", flows.Redeemed);
        json.WriteNumber("expired", flows.Expired);
        json.WriteNumber("clawedBack", flows.ClawedBack);
    }

    private static PointFlows FlowsOf(IReadOnlyDictionary<string, long> counters) => new(
        counters.GetValueOrDefault(InsightCounters.Issued),
        counters.GetValueOrDefault(InsightCounters.Redeemed),
        counters.GetValueOrDefault(InsightCounters.Expired),
        counters.GetValueOrDefault(InsightCounters.ClawedBack));

    private static IEnumerable<(decimal From, long Customers)> Bands(InsightReport report)
    {
        for (var tenth = 0; tenth < 10; tenth++)
        {
            var from = tenth / 10m;
            yield return (from, report.Totals.GetValueOrDefault(string.Create(
                CultureInfo.InvariantCulture, $"{InsightCounters.ChurnPrefix}{from:0.0}")));
        }
    }

    private static decimal Leaving(InsightReport report) => report.Totals.GetValueOrDefault(InsightCounters.Leaving) / 100m;

    private static IEnumerable<(string Name, long Count)> Named(IReadOnlyDictionary<string, long> counters, string prefix) =>
        counters
            .Where(one => one.Key.StartsWith(prefix, StringComparison.Ordinal))
            .OrderBy(static one => one.Key, StringComparer.Ordinal)
            .Select(one => (one.Key[prefix.Length..], one.Value));

    private static void Cuts(Utf8JsonWriter json, InsightModel? model)
    {
        json.WritePropertyName("cuts");
        if (model is null)
        {
            json.WriteNullValue();
            return;
        }

        json.WriteStartObject();
        Numbers(json, "silenceDays", model.Rfm.Silence);
        Numbers(json, "purchaseDays", model.Rfm.Days);
        json.WriteStartObject("spend");
        foreach (var (currency, cuts) in model.Rfm.Net)
            Numbers(json, currency, cuts);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Numbers(Utf8JsonWriter json, string name, IEnumerable<long> numbers)
    {
        json.WriteStartArray(name);
        foreach (var number in numbers)
            json.WriteNumberValue(number);
        json.WriteEndArray();
    }
}
