using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pipeline.Runtime.Loyalty.Storage;

/// <summary>
/// Reads rhythms by hand, in half of the serializer's time and memory: nights read that of every customer. It only reads;
/// what is written is the serializer's, and a test holds the two together.
/// </summary>
internal sealed class RhythmReader : JsonConverter<RhythmDocument>
{
    /// <summary>More than the days that are kept; longer arrays are read too, at the cost of another buffer.</summary>
    private const int NumbersExpectedMax = 16;

    public override RhythmDocument Read(ref Utf8JsonReader json, Type type, JsonSerializerOptions options)
    {
        if (json.TokenType != JsonTokenType.StartObject)
            throw new JsonException("A rhythm is an object.");
        var rhythm = new RhythmDocument();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            if (!ReadPurchases(ref json, rhythm) && !ReadRest(ref json, rhythm))
                json.Skip();
        return rhythm;
    }

    public override void Write(Utf8JsonWriter writer, RhythmDocument value, JsonSerializerOptions options) =>
        throw new NotSupportedException("Rhythms are written by the serializer.");

    /// <summary>False: it is not one of these.</summary>
    private static bool ReadPurchases(ref Utf8JsonReader json, RhythmDocument rhythm)
    {
        if (json.ValueTextEquals("n"u8))
            rhythm.Days = Int(ref json);
        else if (json.ValueTextEquals("f"u8))
            rhythm.FirstDay = Int(ref json);
        else if (json.ValueTextEquals("d"u8))
            rhythm.RecentDays = Ints(ref json);
        else if (json.ValueTextEquals("m"u8))
            rhythm.RecentNets = Longs(ref json);
        else if (json.ValueTextEquals("l"u8))
            rhythm.RecentLines = Ints(ref json);
        else if (json.ValueTextEquals("u"u8))
            rhythm.RecentUnits = Longs(ref json);
        else if (json.ValueTextEquals("lines"u8))
            rhythm.EarlierLines = Long(ref json);
        else if (json.ValueTextEquals("units"u8))
            rhythm.EarlierUnits = Long(ref json);
        else
            return false;
        return true;
    }

    private static bool ReadRest(ref Utf8JsonReader json, RhythmDocument rhythm)
    {
        if (json.ValueTextEquals("c"u8))
            rhythm.Currencies = Texts(ref json);
        else if (json.ValueTextEquals("s"u8))
            rhythm.Spend = Longs(ref json);
        else if (json.ValueTextEquals("g"u8))
            rhythm.Categories = Texts(ref json);
        else if (json.ValueTextEquals("k"u8))
            rhythm.CategoryCounts = Ints(ref json);
        else if (json.ValueTextEquals("more"u8))
            rhythm.HasDroppedCategory = json.Read() && json.GetBoolean();
        else if (json.ValueTextEquals("back"u8))
            rhythm.FirstReturn = Int(ref json);
        else if (json.ValueTextEquals("paid"u8))
            rhythm.Redemptions = Int(ref json);
        else if (json.ValueTextEquals("paidOn"u8))
            rhythm.LastRedemption = Int(ref json);
        else
            return false;
        return true;
    }

    private static int Int(ref Utf8JsonReader json) => json.Read() ? json.GetInt32() : 0;

    private static long Long(ref Utf8JsonReader json) => json.Read() ? json.GetInt64() : 0;

    private static int[]? Ints(ref Utf8JsonReader json) =>
        Longs(ref json) is { } numbers ? Array.ConvertAll(numbers, static number => (int)number) : null;

    private static long[]? Longs(ref Utf8JsonReader json)
    {
        if (!BeginsArray(ref json))
            return null;
        scoped Span<long> numbers = stackalloc long[NumbersExpectedMax];
        var count = 0;
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            if (count == numbers.Length)
            {
                var more = new long[2 * count];
                numbers.CopyTo(more);
                numbers = more;
            }

            numbers[count++] = json.GetInt64();
        }

        return numbers[..count].ToArray();
    }

    private static string[]? Texts(ref Utf8JsonReader json)
    {
        if (!BeginsArray(ref json))
            return null;
        var texts = new List<string>(1);
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
            texts.Add(json.GetString() ?? throw new JsonException("A name is missing."));
        return [.. texts];
    }

    /// <summary>False: there is a null in its place.</summary>
    private static bool BeginsArray(ref Utf8JsonReader json) =>
        json.Read() && json.TokenType switch
        {
            JsonTokenType.StartArray => true,
            JsonTokenType.Null => false,
            _ => throw new JsonException("An array is expected."),
        };
}
