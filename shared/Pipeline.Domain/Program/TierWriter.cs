using System.Text.Json;

namespace Pipeline.Domain;

/// <summary>Writes the tiers of a program; nothing where it has none. Of benefits only those that are given.</summary>
internal static class TierWriter
{
    internal static void Write(Utf8JsonWriter json, TierRules? tiers)
    {
        if (tiers is null)
            return;
        json.WriteStartObject("tiers");
        json.WriteString("measure", ProgramWords.WordOf(ProgramWords.Measures, tiers.Measure));
        if (tiers.Currency is { } currency)
            json.WriteString("currency", currency.Code);
        json.WriteStartObject("period");
        json.WriteString("rule", RuleOf(tiers.Period));
        if (tiers.Period is TierPeriod.Rolling rolling)
            json.WriteNumber("months", rolling.Months);
        json.WriteEndObject();
        json.WriteString("downgrade", ProgramWords.WordOf(ProgramWords.Downgrades, tiers.Downgrade));
        json.WriteNumber("graceDays", tiers.GraceDays);
        json.WriteStartArray("levels");
        foreach (var level in tiers.Levels)
        {
            json.WriteStartObject();
            json.WriteString("name", level.Name);
            json.WriteNumber("threshold", level.Threshold);
            json.WriteStartObject("benefits");
            WriteBenefits(json, level.Benefits);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteBenefits(Utf8JsonWriter json, TierBenefits benefits)
    {
        ProgramWriter.WriteRate(json, "multiplier", benefits.Multiplier);
        if (benefits.PendingDays is { } days)
            json.WriteNumber("pendingDays", days);
        if (benefits.Redemption.Count > 0)
        {
            json.WriteStartObject("redemption");
            foreach (var (currency, value) in benefits.Redemption.OrderBy(static pair => pair.Key))
            {
                json.WriteStartObject(currency.Code);
                json.WriteNumber("points", value.Points);
                json.WriteNumber("minorUnits", value.MinorUnits);
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        json.WriteBoolean("freeShipping", benefits.FreeShipping);
        if (benefits.Attributes.Count == 0)
            return;
        json.WriteStartObject("attributes");
        foreach (var (name, value) in benefits.Attributes.OrderBy(static pair => pair.Key, StringComparer.Ordinal))
            json.WriteString(name, value);
        json.WriteEndObject();
    }

    private static string RuleOf(TierPeriod period) => period switch
    {
        TierPeriod.CalendarYear => "calendarYear",
        TierPeriod.Anniversary => "anniversary",
        TierPeriod.Rolling => "rolling",
        _ => throw new ArgumentOutOfRangeException(nameof(period), period, "The document has no word for this period."),
    };
}
