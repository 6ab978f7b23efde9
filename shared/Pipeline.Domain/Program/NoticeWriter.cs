using System.Text.Json;

namespace Pipeline.Domain;

/// <summary>Writes what a program wants told beforehand; nothing where it wants nothing.</summary>
internal static class NoticeWriter
{
    internal static void Write(Utf8JsonWriter json, NoticeRules? notices)
    {
        if (notices is null)
            return;
        json.WriteStartObject("notices");
        if (!notices.PointsExpiringDays.IsEmpty)
        {
            json.WriteStartObject("pointsExpiring");
            json.WriteStartArray("daysBefore");
            foreach (var days in notices.PointsExpiringDays)
                json.WriteNumberValue(days);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        if (notices.TierWillDropDays is { } before)
        {
            json.WriteStartObject("tierWillDrop");
            json.WriteNumber("daysBefore", before);
            json.WriteEndObject();
        }
        json.WriteBoolean("rewardReady", notices.RewardReady);
        json.WriteEndObject();
    }
}
