using System.Text.Json;
using Pipeline.Domain;
using Pipeline.Runtime.Http;

namespace Pipeline.Runtime.Contracts;

/// <summary>What is told of a customer's level.</summary>
internal static class TierJson
{
    public static void Standing(Utf8JsonWriter json, TierStanding? standing)
    {
        json.WritePropertyName("tier");
        if (standing is null)
        {
            json.WriteNullValue();
            return;
        }

        json.WriteStartObject();
        json.WriteString("name", standing.Level.Name);
        json.WriteDate("since", standing.Since);
        json.WriteDate("until", standing.Until);
        json.WriteString("after", standing.After?.Name);
        json.WriteString("measure", MeasureOf(standing.Rules.Measure));
        json.WriteString("currency", standing.Rules.Currency?.Code);
        json.WriteNumber("progress", standing.Progress);
        json.WriteDate("periodEnds", standing.PeriodEnds);
        Missing(json, "next", standing.Next);
        Missing(json, "keep", standing.Keep);
        json.WriteString("projected", standing.Projected.Name);
        if (standing.FallsOut is { } falls)
        {
            json.WriteStartObject("fallsOut");
            json.WriteNumber("amount", falls.Amount);
            json.WriteDate("at", falls.At);
            json.WriteEndObject();
        }
        else
        {
            json.WriteNull("fallsOut");
        }

        Benefits(json, standing.Level.Benefits);
        json.WriteEndObject();
    }

    /// <summary>What is missing to a level; null where nothing is asked.</summary>
    public static void Missing(Utf8JsonWriter json, string name, TierMissing? missing)
    {
        if (missing is not { } some)
        {
            json.WriteNull(name);
            return;
        }

        json.WriteStartObject(name);
        json.WriteString("name", some.Name);
        json.WriteNumber("missing", some.Missing);
        json.WriteDate("from", some.From);
        json.WriteDate("by", some.By);
        json.WriteEndObject();
    }

    private static void Benefits(Utf8JsonWriter json, TierBenefits benefits)
    {
        json.WriteStartObject("benefits");
        json.WriteNumber("multiplier", (decimal)benefits.Multiplier.Millionths / ExactRate.One);
        if (benefits.PendingDays is { } days)
            json.WriteNumber("pendingDays", days);
        else
            json.WriteNull("pendingDays");
        json.WriteStartObject("redemption");
        foreach (var (currency, value) in benefits.Redemption.OrderBy(static pair => pair.Key))
        {
            json.WriteStartObject(currency.Code);
            json.WriteNumber("points", value.Points);
            json.WriteNumber("minorUnits", value.MinorUnits);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteBoolean("freeShipping", benefits.FreeShipping);
        json.WriteStartObject("attributes");
        foreach (var (name, value) in benefits.Attributes.OrderBy(static pair => pair.Key, StringComparer.Ordinal))
            json.WriteString(name, value);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static string MeasureOf(TierMeasure measure) => JsonNamingPolicy.CamelCase.ConvertName(measure.ToString());
}
