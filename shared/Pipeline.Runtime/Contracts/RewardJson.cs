using System.Text.Json;
using Pipeline.Domain;
using Pipeline.Runtime.Http;
using Pipeline.Runtime.Rewards;
using Pipeline.Runtime.Rewards.Storage;

namespace Pipeline.Runtime.Contracts;

/// <summary>The catalogue as the outside sees it.</summary>
internal static class RewardJson
{
    public static void Rewards(Utf8JsonWriter json, IReadOnlyList<RewardView> rewards)
    {
        json.WriteStartObject();
        json.WriteStartArray("rewards");
        foreach (var reward in rewards)
            Write(json, reward);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    public static void Codes(Utf8JsonWriter json, CodesAnswer answer)
    {
        json.WriteStartObject();
        json.WriteNumber("added", answer.Added);
        json.WriteNumber("known", answer.Known);
        json.WriteStartArray("refused");
        foreach (var index in answer.Refused)
            json.WriteNumberValue(index);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary><c>"value": { "currency", "amount" }</c>, or <c>{ "percent" }</c>; nothing where there is none.</summary>
    public static void WriteValue(Utf8JsonWriter json, RewardValue? value)
    {
        if (value is null)
            return;
        json.WriteStartObject("value");
        if (value is RewardValue.Amount amount)
        {
            json.WriteString("currency", amount.Currency.Code);
            json.WriteNumber("amount", amount.MinorUnits);
        }
        else if (value is RewardValue.Percent percent)
        {
            json.WriteNumber("percent", (decimal)percent.Share.Millionths / ExactRate.One);
        }

        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, RewardView view)
    {
        var reward = view.Reward;
        json.WriteStartObject();
        json.WriteString("rewardId", reward.Id.Value);
        json.WriteString("name", reward.Name);
        json.WriteString("kind", Words.Of(reward.Kind));
        json.WriteNumber("points", reward.Points);
        if (reward.PartMoney is { } part)
        {
            json.WriteStartObject("partMoney");
            json.WriteNumber("minPoints", part.MinPoints);
            json.WriteString("currency", part.Currency.Code);
            json.WriteNumber("points", part.Points);
            json.WriteNumber("amount", part.MinorUnits);
            json.WriteEndObject();
        }

        WriteValue(json, reward.Value);
        if (view.Left is { } left)
        {
            json.WriteNumber("left", left);
            json.WriteBoolean("leftIsAtLeast", view.IsLeftAtLeast);
        }

        if (reward.From is { } from)
            json.WriteDate("from", from);
        if (reward.To is { } to)
            json.WriteDate("to", to);
        if (!reward.Tiers.IsEmpty)
        {
            json.WriteStartArray("tiers");
            foreach (var tier in reward.Tiers)
                json.WriteStringValue(tier);
            json.WriteEndArray();
        }

        if (view.Against is { } against)
        {
            json.WriteBoolean("isAvailable", against.IsEmpty);
            json.WriteStartArray("problems");
            foreach (var problem in against)
                json.WriteStringValue(Refusals.Of(problem).Code);
            json.WriteEndArray();
        }

        json.WriteEndObject();
    }
}
