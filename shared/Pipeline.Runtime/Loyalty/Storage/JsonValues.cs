using System.Text.Json;

namespace Pipeline.Runtime.Loyalty.Storage;

/// <summary>The value after a property's name, for what is read by hand; arrays may be null.</summary>
internal static class JsonValues
{
    /// <summary>More than the numbers of most arrays; longer ones are read too, at the cost of another buffer.</summary>
    private const int NumbersExpectedMax = 32;

    public static int Int(ref Utf8JsonReader json) => json.Read() ? json.GetInt32() : 0;

    public static long Long(ref Utf8JsonReader json) => json.Read() ? json.GetInt64() : 0;

    public static long? LongOrNull(ref Utf8JsonReader json) =>
        json.Read() && json.TokenType != JsonTokenType.Null ? json.GetInt64() : null;

    public static double Double(ref Utf8JsonReader json) => json.Read() ? json.GetDouble() : 0;

    public static double? DoubleOrNull(ref Utf8JsonReader json) =>
        json.Read() && json.TokenType != JsonTokenType.Null ? json.GetDouble() : null;

    public static bool Bool(ref Utf8JsonReader json) => json.Read() && json.GetBoolean();

    public static string? Text(ref Utf8JsonReader json) => json.Read() ? json.GetString() : null;

    public static int[]? Ints(ref Utf8JsonReader json) =>
        Longs(ref json) is { } numbers ? Array.ConvertAll(numbers, Narrow) : null;

    public static long[]? Longs(ref Utf8JsonReader json)
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

    public static string[]? Texts(ref Utf8JsonReader json)
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

    private static int Narrow(long number) =>
        number is >= int.MinValue and <= int.MaxValue ? (int)number : throw new JsonException("A number is too large.");
}
