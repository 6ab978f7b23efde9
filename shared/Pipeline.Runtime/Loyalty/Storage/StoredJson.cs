using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Pipeline.Runtime.Loyalty.Storage;

/// <summary>
/// Writes what is stored, by the code that the serializer's generator made for the type, into a buffer that its thread
/// keeps.
/// </summary>
internal static class StoredJson
{
    /// <summary>A larger buffer is not kept.</summary>
    private const int KeptBytesMax = 256 * 1024;

    [ThreadStatic]
    private static Scratch? scratch;

    public static byte[] Write<T>(T value, JsonTypeInfo<T> type) =>
        Write(value, type, 0, static (json, _) => json.ToArray());

    /// <param name="make">Makes the result from the JSON, which is gone afterwards, and the argument.</param>
    public static TResult Write<T, TArgument, TResult>(
        T value, JsonTypeInfo<T> type, TArgument argument, Func<ReadOnlySpan<byte>, TArgument, TResult> make)
    {
        // Taken while in use: a writer that throws half way is not used again.
        var mine = scratch ?? new Scratch();
        scratch = null;
        if (type.SerializeHandler is { } write)
            write(mine.Json, value);
        else
            JsonSerializer.Serialize(mine.Json, value, type);
        mine.Json.Flush();
        var result = make(mine.Buffer.WrittenSpan, argument);
        if (mine.Buffer.Capacity <= KeptBytesMax)
        {
            mine.Buffer.ResetWrittenCount();
            mine.Json.Reset();
            scratch = mine;
        }

        return result;
    }

    private sealed class Scratch
    {
        public Scratch() => Json = new Utf8JsonWriter(Buffer, new JsonWriterOptions
        {
            // Bodies are never put into HTML; escaping only makes 中文 and apostrophes six bytes long.
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            SkipValidation = true,
        });

        public ArrayBufferWriter<byte> Buffer { get; } = new(4096);

        public Utf8JsonWriter Json { get; }
    }
}
