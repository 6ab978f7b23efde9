using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pipeline.Runtime.Loyalty.Storage;

/// <summary>
/// Reads by hand, in half of the serializer's time and memory, what nights read of every customer. It only reads; what is
/// written is the serializer's, and a test holds the two together.
/// </summary>
internal abstract class StoredReader<T> : JsonConverter<T>
    where T : class, new()
{
    public override T Read(ref Utf8JsonReader json, Type type, JsonSerializerOptions options) => Read(ref json);

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        throw new NotSupportedException("It is written by the serializer.");

    /// <summary>The value of the property whose name was read.</summary>
    public T? ReadNext(ref Utf8JsonReader json) =>
        json.Read() && json.TokenType != JsonTokenType.Null ? Read(ref json) : null;

    /// <summary>Reads the value of the property whose name was just read; false: it is not one of these.</summary>
    protected abstract bool TryRead(ref Utf8JsonReader json, T into);

    private T Read(ref Utf8JsonReader json)
    {
        if (json.TokenType != JsonTokenType.StartObject)
            throw new JsonException("An object is expected.");
        var value = new T();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            if (!TryRead(ref json, value))
                json.Skip();
        return value;
    }
}
