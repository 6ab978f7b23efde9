using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Pipeline.Cosmos.Items;

/// <summary>
/// JSON whose bytes follow from its meaning. The service keeps the meaning of what it is given and not the bytes; what is
/// exact is written again, byte for byte, from whatever the service gives back.
/// </summary>
internal static class ExactJson
{
    /// <summary>The service's numbers are doubles: beyond this one, integers are no longer kept.</summary>
    private const long IntegerMax = (1L << 53) - 1;

    private static readonly JsonDocumentOptions NoDuplicates = new() { AllowDuplicateProperties = false };

    public static JsonWriterOptions Writing { get; } = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    /// <summary>Whether it is an object that is written again just as it is.</summary>
    public static bool IsExactObject(ReadOnlyMemory<byte> json)
    {
        if (json.Span is not [(byte)'{', .., (byte)'}'])
            return false;
        try
        {
            using var document = JsonDocument.Parse(json, NoDuplicates);
            var again = new ArrayBufferWriter<byte>(json.Length);
            return TryWrite(document.RootElement, again) && again.WrittenSpan.SequenceEqual(json.Span);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Not JSON, or text that is not Unicode.
            return false;
        }
    }

    public static ReadOnlyMemory<byte> Write(JsonElement element)
    {
        var bytes = new ArrayBufferWriter<byte>();
        TryWrite(element, bytes);
        return bytes.WrittenMemory;
    }

    private static bool TryWrite(JsonElement element, IBufferWriter<byte> to)
    {
        using var writer = new Utf8JsonWriter(to, Writing);
        return TryWrite(element, writer);
    }

    private static bool TryWrite(JsonElement element, Utf8JsonWriter writer)
    {
        var isExact = true;
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var property in element.EnumerateObject())
                {
                    writer.WritePropertyName(property.Name);
                    isExact &= TryWrite(property.Value, writer);
                }

                writer.WriteEndObject();
                return isExact;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in element.EnumerateArray())
                    isExact &= TryWrite(item, writer);
                writer.WriteEndArray();
                return isExact;
            case JsonValueKind.String:
                writer.WriteStringValue(element.GetString());
                return true;
            case JsonValueKind.Number
                when element.TryGetInt64(out var integer) && integer is >= -IntegerMax and <= IntegerMax:
                writer.WriteNumberValue(integer);
                return true;
            case JsonValueKind.Number:
                element.WriteTo(writer);
                return false;
            default:
                element.WriteTo(writer);
                return true;
        }
    }
}
