using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Pipeline.Runtime.Http;

/// <summary>Writes JSON answers, each with a writer and a buffer that its thread keeps.</summary>
internal static class JsonAnswer
{
    /// <summary>A larger buffer is not kept.</summary>
    private const int KeptBytesMax = 256 * 1024;

    // The answers are application/json and never part of a page, so that only JSON's own escapes are needed.
    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [ThreadStatic]
    private static Scratch? scratch;

    public static ApiAnswer Ok<T>(T value, Action<Utf8JsonWriter, T> write, bool isReplayed = false) =>
        Of(StatusCodes.Status200OK, value, write, isReplayed: isReplayed);

    public static ApiAnswer Of<T>(
        int status, T value, Action<Utf8JsonWriter, T> write, string? location = null, string? link = null,
        bool isReplayed = false, bool isPrivate = true) => new()
        {
            Status = status,
            ContentType = ApiAnswer.Json,
            Body = Bytes(value, write),
            Location = location,
            Link = link,
            IsReplayed = isReplayed,
            IsPrivate = isPrivate,
        };

    public static byte[] Bytes<T>(T value, Action<Utf8JsonWriter, T> write)
    {
        // Taken while in use: a writer that throws half way is not used again.
        var mine = scratch ?? new Scratch();
        scratch = null;
        write(mine.Json, value);
        mine.Json.Flush();
        var bytes = mine.Buffer.WrittenSpan.ToArray();
        if (mine.Buffer.Capacity <= KeptBytesMax)
        {
            mine.Buffer.ResetWrittenCount();
            mine.Json.Reset();
            scratch = mine;
        }

        return bytes;
    }

    /// <summary><c>yyyy-MM-ddTHH:mm:ss[.fff]Z</c>; null is null.</summary>
    public static void WriteInstant(this Utf8JsonWriter json, string name, DateTimeOffset? instant)
    {
        if (instant is not { } at)
        {
            json.WriteNull(name);
            return;
        }

        Span<char> text = stackalloc char[Rfc3339.CharactersMax];
        json.WriteString(name, text[..Rfc3339.Format(at, text)]);
    }

    public static void WriteDate(this Utf8JsonWriter json, string name, DateOnly? date)
    {
        if (date is { } day)
            json.WriteString(name, day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        else
            json.WriteNull(name);
    }

    private sealed class Scratch
    {
        public Scratch() => Json = new Utf8JsonWriter(Buffer, Relaxed);

        public ArrayBufferWriter<byte> Buffer { get; } = new(1024);

        public Utf8JsonWriter Json { get; }
    }
}
