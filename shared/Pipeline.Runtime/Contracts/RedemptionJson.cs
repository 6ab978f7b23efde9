using System.Text.Json;
using Pipeline.Domain;
using Pipeline.Runtime.Http;
using Pipeline.Runtime.Rewards;
using Pipeline.Runtime.Rewards.Storage;

namespace Pipeline.Runtime.Contracts;

/// <summary>Redemptions as the outside sees them.</summary>
internal static class RedemptionJson
{
    public static void Redemption(Utf8JsonWriter json, (RewardRedemption Redemption, RedemptionStatus Status) it)
    {
        json.WriteStartObject();
        WriteFields(json, it.Redemption, it.Status);
        json.WriteEndObject();
    }

    public static void Event(
        Utf8JsonWriter json, (string Customer, RewardRedemption Redemption, RedemptionStatus Status) it)
    {
        json.WriteStartObject();
        json.WriteString("customerId", it.Customer);
        WriteFields(json, it.Redemption, it.Status);
        json.WriteEndObject();
    }

    public static void Redemptions(Utf8JsonWriter json, (IReadOnlyList<RewardRedemption> All, DateTimeOffset Now) it)
    {
        json.WriteStartObject();
        json.WriteStartArray("redemptions");
        foreach (var redemption in it.All)
            Redemption(json, (redemption, redemption.StatusAt(it.Now)));
        json.WriteEndArray();
        json.WriteEndObject();
    }

    public static void Code(Utf8JsonWriter json, (string Code, CodeView View, DateTimeOffset Now) it)
    {
        var redemption = it.View.Redemption;
        json.WriteStartObject();
        json.WriteString("code", it.Code);
        json.WriteString("customerId", it.View.Customer.Value);
        json.WriteString("redemptionId", redemption.Id.Value);
        json.WriteString("rewardId", redemption.Reward.Value);
        json.WriteString("kind", Words.Of(redemption.Kind));
        json.WriteString("status", Words.Of(redemption.StatusAt(it.Now)));
        if (it.View.Reward is { } reward)
        {
            json.WriteString("name", reward.Name);
            RewardJson.WriteValue(json, reward.Value);
        }

        json.WriteInstant("expiresAt", redemption.UsableUntil);
        json.WriteEndObject();
    }

    private static void WriteFields(Utf8JsonWriter json, RewardRedemption it, RedemptionStatus status)
    {
        json.WriteString("redemptionId", it.Id.Value);
        json.WriteString("rewardId", it.Reward.Value);
        json.WriteString("kind", Words.Of(it.Kind));
        json.WriteString("status", Words.Of(status));
        json.WriteNumber("points", it.Points);
        if (it.Money is { } money)
        {
            json.WriteStartObject("money");
            json.WriteString("currency", money.Currency.Code);
            json.WriteNumber("amount", money.Amount);
            json.WriteEndObject();
        }

        if (it is { IssuedAt: not null, CancelledAt: null, Code: { } code })
            json.WriteString("code", code);
        json.WriteInstant("reservedAt", it.ReservedAt);
        json.WriteInstant("expiresAt", it.CancelledAt is null && it.FulfilledAt is null ? it.EndsAt : null);
        WriteIfAny(json, "issuedAt", it.IssuedAt);
        WriteIfAny(json, "fulfilledAt", it.FulfilledAt);
        WriteIfAny(json, "cancelledAt", it.CancelledAt);
        if (it.CancelReason is { } reason)
        {
            json.WriteString("reason", reason);
            json.WriteNumber("returned", it.Returned);
        }
    }

    private static void WriteIfAny(Utf8JsonWriter json, string name, DateTimeOffset? at)
    {
        if (at is not null)
            json.WriteInstant(name, at);
    }
}
