using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Pipeline.Runtime.Ports;

namespace Pipeline.Cosmos.Items;

/// <summary>
/// A document as an item:
/// <c>{"id":"account:account","customerId":"ann","due":{"account":"2027-03-31T23:00:00"},"body":{…}}</c>.
/// </summary>
/// <remarks>
/// An item that tells of commits (<see cref="CommitId"/>) has them as <c>commit</c>, the latest first.
/// A body that is exact JSON stands as JSON, for people and for analytics; another text stands as <c>text</c>, and other
/// bytes as <c>base64</c>. The instant stands under its kind, so that one index serves "what of this kind is due".
/// </remarks>
internal sealed class ItemCodec(IReadOnlyCollection<string> expiringKinds, TimeProvider clock)
{
    /// <summary>Clocks differ a little: what may go stays a minute longer, so that it never goes too early.</summary>
    private const int ExpiryMarginSeconds = 60;

    /// <summary>
    /// Fixed width but for trailing zeros, and no letter behind: in this form the order of texts is the order of instants,
    /// to the tick. A JSON number is a double here and cannot hold a tick.
    /// </summary>
    private const string InstantFormat = "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF";

    public static string Instant(DateTimeOffset at) =>
        at.UtcDateTime.ToString(InstantFormat, CultureInfo.InvariantCulture);

    /// <param name="commits">The commits that the item tells of; none: empty.</param>
    public byte[] Write(DocumentKey key, ReadOnlyMemory<byte> body, DateTimeOffset? dueAt, string commits = "")
    {
        var bytes = new ArrayBufferWriter<byte>(body.Length + 256);
        using (var writer = new Utf8JsonWriter(bytes, ExactJson.Writing))
        {
            writer.WriteStartObject();
            writer.WriteString("id"u8, ItemId.Of(key.Kind, key.Id));
            writer.WriteString("customerId"u8, key.Partition);
            if (commits.Length > 0)
                writer.WriteString("commit"u8, commits);
            if (dueAt is { } due)
                WriteDue(writer, key.Kind, due);
            WriteBody(writer, body);
            writer.WriteEndObject();
        }

        return bytes.WrittenSpan.ToArray();
    }

    /// <summary>
    /// The id of the item that a commit of deletions alone leaves behind. It is none of a document, so nobody but the
    /// writer looks for it, and the service deletes it.
    /// </summary>
    public static string MarkerId(string commit) => $"commit-{commit}";

    public static byte[] WriteMarker(string partition, string commit, int seconds) => JsonSerializer.SerializeToUtf8Bytes(
        new { id = MarkerId(commit), customerId = partition, commit, ttl = seconds });

    /// <summary>The commits that an item tells of; empty where it tells of none.</summary>
    public static string CommitsOf(JsonElement item) =>
        item.TryGetProperty("commit"u8, out var commits) ? commits.GetString()! : "";

    public static ItemVersion VersionOf(JsonElement item) => new(item.GetProperty("_etag"u8).GetString()!, CommitsOf(item));

    /// <summary>Null where it is an item of another use.</summary>
    public static Document? Read(JsonElement item)
    {
        if (ItemId.Parse(item.GetProperty("id"u8).GetString()!) is not var (kind, id))
            return null;
        DateTimeOffset? dueAt = null;
        if (item.TryGetProperty("due"u8, out var due))
            dueAt = ReadInstant(due.GetProperty(kind));
        var key = new DocumentKey(item.GetProperty("customerId"u8).GetString()!, kind, id);
        return new Document(key, VersionOf(item).ToString(), ReadBody(item), dueAt);
    }

    private void WriteDue(Utf8JsonWriter writer, string kind, DateTimeOffset due)
    {
        writer.WriteStartObject("due"u8);
        writer.WriteString(kind, Instant(due));
        writer.WriteEndObject();
        if (expiringKinds.Contains(kind))
        {
            var seconds = Math.Ceiling((due - clock.GetUtcNow()).TotalSeconds) + ExpiryMarginSeconds;
            writer.WriteNumber("ttl"u8, (int)Math.Clamp(seconds, 1, int.MaxValue));
        }
    }

    private static void WriteBody(Utf8JsonWriter writer, ReadOnlyMemory<byte> body)
    {
        if (ExactJson.IsExactObject(body))
        {
            writer.WritePropertyName("body"u8);
            writer.WriteRawValue(body.Span, skipInputValidation: true);
        }
        else if (Utf8.IsValid(body.Span))
        {
            writer.WriteString("text"u8, body.Span);
        }
        else
        {
            writer.WriteBase64String("base64"u8, body.Span);
        }
    }

    private static ReadOnlyMemory<byte> ReadBody(JsonElement item)
    {
        if (item.TryGetProperty("body"u8, out var json))
            return ExactJson.Write(json);
        return item.TryGetProperty("text"u8, out var text)
            ? Encoding.UTF8.GetBytes(text.GetString()!)
            : item.GetProperty("base64"u8).GetBytesFromBase64();
    }

    private static DateTimeOffset ReadInstant(JsonElement text) => DateTimeOffset.ParseExact(
        text.GetString()!, InstantFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
