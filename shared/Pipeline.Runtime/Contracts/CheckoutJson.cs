using System.Collections.Immutable;
using System.Text.Json;
using Pipeline.Domain;
using Pipeline.Runtime.Http;
using Pipeline.Runtime.Loyalty;

namespace Pipeline.Runtime.Contracts;

/// <summary>What the checkout is answered.</summary>
internal static class CheckoutJson
{
    /// <summary><c>{ "purchaseId": "536365", "status": "accepted" }</c>.</summary>
    public static void Accepted(Utf8JsonWriter json, (string Field, string Id) it)
    {
        json.WriteStartObject();
        json.WriteString(it.Field, it.Id);
        json.WriteString("status"u8, "accepted"u8);
        json.WriteEndObject();
    }

    public static void Quote(Utf8JsonWriter json, Quote quote)
    {
        json.WriteStartObject();
        json.WriteStartObject("earn");
        json.WriteNumber("points", quote.Award.Points);
        json.WriteNumber("programVersion", quote.Award.ProgramVersion);
        json.WriteStartArray("lines");
        foreach (var part in quote.Award.Parts)
            AwardJson.Part(json, part, quote.Award.ProgramVersion);
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteStartObject("redeem");
        json.WriteNumber("maxPoints", quote.Redemption.MaxPoints);
        json.WriteNumber("value", quote.Redemption.Value);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    public static void Held(Utf8JsonWriter json, (HoldId Hold, CheckoutAnswer.Held Answer) it)
    {
        json.WriteStartObject();
        json.WriteString("holdId", it.Hold.Value);
        json.WriteString("status", "held");
        json.WriteNumber("points", it.Answer.Points);
        json.WriteInstant("expiresAt", it.Answer.ExpiresAt);
        json.WriteEndObject();
    }

    public static void Captured(Utf8JsonWriter json, (HoldId Hold, CheckoutAnswer.Captured Answer) it)
    {
        json.WriteStartObject();
        json.WriteString("holdId", it.Hold.Value);
        json.WriteString("status", "captured");
        json.WriteNumber("points", it.Answer.Points);
        WriteLots(json, it.Answer.Lots);
        json.WriteEndObject();
    }

    public static void Released(Utf8JsonWriter json, HoldId hold)
    {
        json.WriteStartObject();
        json.WriteString("holdId", hold.Value);
        json.WriteString("status", "released");
        json.WriteEndObject();
    }

    /// <summary><c>"lots": [{ "lotId", "points" }]</c>.</summary>
    public static void WriteLots(Utf8JsonWriter json, ImmutableArray<LotPoints> lots)
    {
        json.WriteStartArray("lots");
        foreach (var lot in lots)
        {
            json.WriteStartObject();
            json.WriteString("lotId", lot.Lot.Value);
            json.WriteNumber("points", lot.Points);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
