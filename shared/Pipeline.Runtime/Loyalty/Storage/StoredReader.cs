using System.Text.Json;

namespace Pipeline.Runtime.Loyalty.Storage;

/// <summary>
/// Reads by hand, in less than half of the serializer's time and memory, what nights read of every customer. It only reads;
/// what is written is the serializer's, and a test holds the two together.
/// </summary>
internal abstract class StoredReader<T>
    where T : class, new()
{
    /// <exception cref="JsonException">It is no JSON, or JSON of something else.</exception>
    public T Read(ReadOnlySpan<byte> stored)
    {
        var json = new Utf8JsonReader(stored);
        try
        {
            json.Read();
            var value = Read(ref json);
            // Nothing may follow: the reader says so.
            json.Read();
            return value;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            // One name for all of them, which dead letters tell: a value of another type is no other fault.
            throw new JsonException(e.Message, e);
        }
    }

    /// <summary>The value of the property whose name was read.</summary>
    public T? ReadNext(ref Utf8JsonReader json) =>
        json.Read() && json.TokenType != JsonTokenType.Null ? Read(ref json) : null;

    /// <summary>Reads the value of the property whose name was just read; false: it is not one of these.</summary>
    protected abstract bool TryRead(ref Utf8JsonReader json, scoped ReadOnlySpan<byte> name, T into);

    private T Read(ref Utf8JsonReader json)
    {
        if (json.TokenType != JsonTokenType.StartObject)
            throw new JsonException("An object is expected.");
        var value = new T();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            if (!TryRead(ref json, json.ValueIsEscaped ? Unescaped(ref json) : json.ValueSpan, value))
                json.Skip();
        return value;
    }

    private static byte[] Unescaped(ref Utf8JsonReader json)
    {
        var name = new byte[json.ValueSpan.Length];
        return name[..json.CopyString(name)];
    }
}
