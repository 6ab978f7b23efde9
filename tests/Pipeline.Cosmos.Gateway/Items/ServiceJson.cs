using System.Globalization;
using System.Text.Json.Nodes;

namespace Pipeline.Cosmos.Gateway.Items;

/// <summary>
/// What the service keeps of JSON: its meaning, with numbers as doubles. Answers are written with other escapes than most
/// clients use, so that nobody comes to rely on getting the same bytes back.
/// </summary>
internal static class ServiceJson
{
    private const double IntegerMax = 9_007_199_254_740_991;

    public static JsonNode? Keep(JsonNode? node) => node switch
    {
        JsonObject json => new JsonObject(json.Select(static one => KeyValuePair.Create(one.Key, Keep(one.Value)))),
        JsonArray array => new JsonArray([.. array.Select(Keep)]),
        JsonValue value when value.GetValueKind() == System.Text.Json.JsonValueKind.Number =>
            Number(double.Parse(value.ToJsonString(), CultureInfo.InvariantCulture)),
        _ => node?.DeepClone(),
    };

    private static JsonValue Number(double number) =>
        number == Math.Floor(number) && Math.Abs(number) <= IntegerMax
            ? JsonValue.Create((long)number)
            : JsonValue.Create(number);
}
