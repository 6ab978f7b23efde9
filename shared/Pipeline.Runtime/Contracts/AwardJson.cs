using System.Text.Json;
using Pipeline.Domain;

namespace Pipeline.Runtime.Contracts;

/// <summary>One reason for points, in a quote and in a purchase alike.</summary>
internal static class AwardJson
{
    public static void Part(Utf8JsonWriter json, AwardPart part, int programVersion)
    {
        json.WriteStartObject();
        json.WriteString("rule", part.Rule);
        json.WriteNumber("programVersion", programVersion);
        json.WriteNumber("basis", part.Basis);
        WriteMultiplier(json, part.Multiplier);
        json.WriteNumber("points", part.Points);
        WriteCap(json, part.Cap);
        json.WriteNumber("remainder", part.Remainder);
        json.WriteBoolean("countsForTier", part.CountsForTier);
        json.WriteString("reason", part.Reason);
        json.WriteEndObject();
    }

    private static void WriteMultiplier(Utf8JsonWriter json, ExactRate? multiplier)
    {
        if (multiplier is { } rate)
            json.WriteNumber("multiplier", (decimal)rate.Millionths / ExactRate.One);
        else
            json.WriteNull("multiplier");
    }

    private static void WriteCap(Utf8JsonWriter json, AwardCap? cap)
    {
        if (cap is null)
        {
            json.WriteNull("cap");
            return;
        }

        json.WriteStartObject("cap");
        json.WriteString("by", JsonNamingPolicy.CamelCase.ConvertName(cap.By.ToString()));
        json.WriteNumber("from", cap.From);
        json.WriteNumber("to", cap.To);
        json.WriteEndObject();
    }
}
