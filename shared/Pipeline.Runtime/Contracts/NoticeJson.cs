using System.Text.Json;
using Pipeline.Domain;
using Pipeline.Runtime.Http;

namespace Pipeline.Runtime.Contracts;

/// <summary>A notice as its event tells it.</summary>
internal static class NoticeJson
{
    public static void Notice(Utf8JsonWriter json, (string Customer, Notice Notice) told)
    {
        json.WriteStartObject();
        json.WriteString("customerId", told.Customer);
        json.WriteDate("date", told.Notice.On);
        switch (told.Notice)
        {
            case Domain.Notice.TierReached reached:
                json.WriteString("from", reached.From);
                json.WriteString("level", reached.Level);
                break;
            case Domain.Notice.TierDropped dropped:
                json.WriteString("from", dropped.From);
                json.WriteString("level", dropped.Level);
                break;
            case Domain.Notice.TierWillDrop drop:
                json.WriteString("level", drop.Level);
                json.WriteString("to", drop.To);
                json.WriteDate("on", drop.Drops);
                TierJson.Missing(json, "keep", drop.Keep);
                break;
            case Domain.Notice.PointsExpiring expiring:
                json.WriteNumber("daysBefore", expiring.Days);
                json.WriteNumber("points", expiring.Points);
                json.WriteInstant("expiresAt", expiring.ExpiresAt);
                break;
            case Domain.Notice.RewardReady ready:
                json.WriteString("rewardId", ready.Reward.Value);
                json.WriteString("name", ready.Name);
                json.WriteNumber("points", ready.Points);
                json.WriteNumber("spendable", ready.Spendable);
                break;
            default:
                throw new InvalidOperationException($"Unknown notice {told.Notice.GetType().Name}.");
        }

        json.WriteEndObject();
    }
}
