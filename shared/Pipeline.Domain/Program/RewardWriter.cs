using System.Collections.Immutable;
using System.Text.Json;

namespace Pipeline.Domain;

/// <summary>Writes the catalogue of rewards; a program without one says nothing.</summary>
internal static class RewardWriter
{
    internal static void Write(Utf8JsonWriter json, ImmutableArray<Reward> rewards)
    {
        if (rewards.IsEmpty)
            return;
        json.WriteStartArray("rewards");
        foreach (var reward in rewards)
            Write(json, reward);
        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, Reward reward)
    {
        json.WriteStartObject();
        json.WriteString("id", reward.Id.Value);
        json.WriteString("name", reward.Name);
        json.WriteString("kind", ProgramWords.WordOf(RewardReader.Kinds, reward.Kind));
        json.WriteNumber("points", reward.Points);
        if (reward.PartMoney is { } part)
        {
            json.WriteStartObject("partMoney");
            json.WriteNumber("minPoints", part.MinPoints);
            json.WriteString("currency", part.Currency.Code);
            json.WriteNumber("points", part.Points);
            json.WriteNumber("minorUnits", part.MinorUnits);
            json.WriteEndObject();
        }
        WriteValue(json, reward.Value);
        WriteCode(json, reward.Code);
        WriteOptional(json, "stock", reward.Stock);
        WriteOptional(json, "perCustomer", reward.PerCustomer);
        WriteOptional(json, "perDay", reward.PerDay);
        if (reward.From is { } from)
            json.WriteString("from", $"{from:yyyy-MM-dd}");
        if (reward.To is { } to)
            json.WriteString("to", $"{to:yyyy-MM-dd}");
        WriteOptional(json, "validDays", reward.ValidDays);
        json.WriteNumber("reserveSeconds", reward.ReserveSeconds);
        if (!reward.Tiers.IsEmpty)
        {
            json.WriteStartArray("tiers");
            foreach (var tier in reward.Tiers)
                json.WriteStringValue(tier);
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }

    private static void WriteValue(Utf8JsonWriter json, RewardValue? value)
    {
        if (value is null)
            return;
        json.WriteStartObject("value");
        if (value is RewardValue.Amount amount)
        {
            json.WriteString("currency", amount.Currency.Code);
            json.WriteNumber("minorUnits", amount.MinorUnits);
        }
        else if (value is RewardValue.Percent percent)
        {
            json.WriteNumber("percent", (decimal)percent.Share.Millionths / ExactRate.One);
        }
        json.WriteEndObject();
    }

    private static void WriteCode(Utf8JsonWriter json, RewardCode code)
    {
        json.WriteString("code", code switch
        {
            RewardCode.Pool => "pool",
            RewardCode.Generated => "generated",
            _ => "none",
        });
        if (code is RewardCode.Pool pool)
            json.WriteString("pool", pool.Name);
    }

    private static void WriteOptional(Utf8JsonWriter json, string name, long? value)
    {
        if (value is { } number)
            json.WriteNumber(name, number);
    }
}
