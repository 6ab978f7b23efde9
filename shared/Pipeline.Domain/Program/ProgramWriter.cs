using System.Text.Json;

namespace Pipeline.Domain;

/// <summary>
/// Writes a program in its fixed order: listed currencies by code, exclusions in ordinal order.
/// </summary>
internal static class ProgramWriter
{
    internal static void Write(Utf8JsonWriter json, LoyaltyProgram program)
    {
        json.WriteStartObject();
        json.WriteNumber("version", program.Version);
        json.WriteString("name", program.Name);
        json.WriteString("timeZone", program.TimeZone);
        WriteEarning(json, program.Earning);
        WriteExpiry(json, program.Expiry);
        json.WriteStartObject("refund");
        json.WriteString("policy", ProgramWords.WordOf(ProgramWords.Policies, program.Refund.Policy));
        json.WriteNumber("reinstateDays", program.Refund.ReinstateDays);
        json.WriteEndObject();
        WriteRedemption(json, program.Redemption);
        json.WriteStartObject("holds");
        // No limit is said by saying nothing: 2^63 - 1 does not survive a reader that keeps numbers as
        // doubles.
        if (program.Holds.PointsMax != long.MaxValue)
            json.WriteNumber("pointsMax", program.Holds.PointsMax);
        json.WriteNumber("openMax", program.Holds.OpenMax);
        json.WriteNumber("secondsMax", program.Holds.SecondsMax);
        json.WriteEndObject();
        TierWriter.Write(json, program.Tiers);
        NoticeWriter.Write(json, program.Notices);
        CampaignWriter.Write(json, program.Campaigns);
        AwardWriter.Write(json, program.Awards);
        AwardWriter.Write(json, program.Adjustments);
        RewardWriter.Write(json, program.Rewards);
        json.WriteEndObject();
    }

    private static void WriteEarning(Utf8JsonWriter json, EarningRules earning)
    {
        json.WriteStartObject("earning");
        WriteRates(json, "pointsPerMajorUnit", earning.Rates);
        LineRateWriter.Write(json, earning.Own);
        json.WriteString("rounding", ProgramWords.WordOf(ProgramWords.Roundings, earning.Rounding));
        json.WriteBoolean("shippingEarns", earning.ShippingEarns);
        json.WriteBoolean("taxEarns", earning.TaxEarns);
        WriteTexts(json, "excludedSkus", earning.ExcludedSkus);
        WriteTexts(json, "excludedCategories", earning.ExcludedCategories);
        json.WriteNumber("pendingDays", earning.PendingDays);
        json.WriteEndObject();
    }

    internal static void WriteRates(Utf8JsonWriter json, string name, EarnRates rates)
    {
        json.WriteStartObject(name);
        if (rates.Default is { } rate)
            WriteRate(json, "default", rate);
        if (rates.ByCurrency.Count > 0)
        {
            json.WriteStartObject("currencies");
            foreach (var (currency, own) in rates.ByCurrency.OrderBy(static pair => pair.Key))
                WriteRate(json, currency.Code, own);
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    private static void WriteExpiry(Utf8JsonWriter json, ExpiryRule expiry)
    {
        json.WriteStartObject("expiry");
        json.WriteString("rule", expiry switch
        {
            ExpiryRule.RollingMonths or ExpiryRule.RollingDays => "rolling",
            ExpiryRule.Yearly or ExpiryRule.Once => "fixedDate",
            _ => "none",
        });
        switch (expiry)
        {
            case ExpiryRule.RollingMonths rolling:
                json.WriteNumber("months", rolling.Months);
                json.WriteString("align", ProgramWords.WordOf(ProgramWords.Alignments, rolling.Align));
                break;
            case ExpiryRule.RollingDays rolling:
                json.WriteNumber("days", rolling.Days);
                json.WriteString("align", ProgramWords.WordOf(ProgramWords.Alignments, rolling.Align));
                break;
            case ExpiryRule.Yearly yearly:
                json.WriteString("on", $"{yearly.Month:D2}-{yearly.Day:D2}");
                break;
            case ExpiryRule.Once once:
                json.WriteString("on", $"{once.On:yyyy-MM-dd}");
                break;
        }
        json.WriteEndObject();
    }

    private static void WriteRedemption(Utf8JsonWriter json, RedemptionRules redemption)
    {
        json.WriteStartObject("redemption");
        json.WriteStartObject("value");
        if (redemption.Value.Default is { } value)
        {
            json.WriteStartObject("default");
            json.WriteNumber("points", value.Points);
            json.WriteNumber("majorUnits", value.MajorUnits);
            json.WriteEndObject();
        }
        if (redemption.Value.ByCurrency.Count > 0)
        {
            json.WriteStartObject("currencies");
            foreach (var (currency, own) in redemption.Value.ByCurrency.OrderBy(static pair => pair.Key))
            {
                json.WriteStartObject(currency.Code);
                json.WriteNumber("points", own.Points);
                json.WriteNumber("minorUnits", own.MinorUnits);
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        json.WriteEndObject();
        json.WriteNumber("minimumPoints", redemption.MinimumPoints);
        json.WriteNumber("stepPoints", redemption.StepPoints);
        WriteRate(json, "largestShare", redemption.LargestShare);
        json.WriteEndObject();
    }

    internal static void WriteRate(Utf8JsonWriter json, string name, ExactRate rate) =>
        json.WriteNumber(name, (decimal)rate.Millionths / ExactRate.One);

    internal static void WriteTexts(Utf8JsonWriter json, string name, IEnumerable<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts.Order(StringComparer.Ordinal))
            json.WriteStringValue(text);
        json.WriteEndArray();
    }
}
