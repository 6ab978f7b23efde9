using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pipeline.Cosmos;

/// <summary>Cursors of this store are opaque to its callers, and safe in an address.</summary>
internal static class Cursors
{
    public static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    /// <exception cref="ArgumentException">It is not one that was given out.</exception>
    public static string Decode(string cursor) => Base64Url.IsValid(cursor)
        ? Encoding.UTF8.GetString(Base64Url.DecodeFromChars(cursor))
        : throw Foreign(cursor);

    public static ArgumentException Foreign(string cursor, Exception? inner = null) =>
        new($"The cursor '{cursor}' is not one of this query.", nameof(cursor), inner);
}

/// <summary>Where a reader of changes goes on.</summary>
internal sealed record ChangesCursor
{
    /// <summary>The service's own token; null: the beginning.</summary>
    public string? Token { get; init; }

    /// <summary>
    /// What the page behind the token has given out already, as item id and version: a commit is one page of the service,
    /// however small the pages that are asked for, so it may have to be cut.
    /// </summary>
    public string[]? Given { get; init; }

    public override string ToString() => Cursors.Encode(JsonSerializer.Serialize(this, CursorJson.Default.ChangesCursor));

    /// <exception cref="ArgumentException">It is not one that was given out.</exception>
    public static ChangesCursor Parse(string? cursor)
    {
        if (cursor is null)
            return new ChangesCursor();
        try
        {
            return JsonSerializer.Deserialize(Cursors.Decode(cursor), CursorJson.Default.ChangesCursor)
                ?? throw Cursors.Foreign(cursor);
        }
        catch (JsonException error)
        {
            throw Cursors.Foreign(cursor, error);
        }
    }
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ChangesCursor))]
internal sealed partial class CursorJson : JsonSerializerContext;
