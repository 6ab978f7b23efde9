using System.Buffers;
using System.Text.Json;

namespace Pipeline.Runtime.Http.Idempotency;

/// <summary>Content apart from its notation: a client that repeats a request may write it in another order.</summary>
internal static class CanonicalJson
{
    private const int DepthMax = 64;

    /// <summary>The same JSON without blanks and with sorted keys; what is not JSON stays as it is.</summary>
    public static ReadOnlyMemory<byte> Of(ReadOnlyMemory<byte> body)
    {
        if (body.IsEmpty)
            return body;
        try
        {
            using var document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = DepthMax });
            var buffer = new ArrayBufferWriter<byte>(body.Length);
            using var writer = new Utf8JsonWriter(buffer);
            Write(writer, document.RootElement);
            writer.Flush();
            return buffer.WrittenMemory;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return body;
        }
    }

    private static void Write(Utf8JsonWriter writer, JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var property in element.EnumerateObject().OrderBy(static p => p.Name, StringComparer.Ordinal))
                {
                    writer.WritePropertyName(property.Name);
                    Write(writer, property.Value);
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in element.EnumerateArray())
                    Write(writer, item);
                writer.WriteEndArray();
                break;
            default:
                element.WriteTo(writer);
                break;
        }
    }
}
