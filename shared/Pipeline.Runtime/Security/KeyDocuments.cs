using System.Text.Json;
using System.Text.Json.Serialization;
using Pipeline.Runtime.Ports;

namespace Pipeline.Runtime.Security;

/// <summary>A key in the store.</summary>
internal sealed class KeyDocument
{
    [JsonPropertyName("name")]
    public required string Name { get; init; }

    [JsonPropertyName("scopes")]
    public required int Scopes { get; init; }

    [JsonPropertyName("hash")]
    public required byte[] SecretHash { get; init; }

    [JsonPropertyName("created")]
    public required long CreatedAt { get; init; }
}

/// <summary>Which keys bear a name; replaced with every change, so that the limit holds under concurrency.</summary>
internal sealed class KeyNameDocument
{
    [JsonPropertyName("keys")]
    public required string[] KeyIds { get; init; }
}

[JsonSerializable(typeof(KeyDocument))]
[JsonSerializable(typeof(KeyNameDocument))]
internal sealed partial class KeyJson : JsonSerializerContext;

internal static class KeyDocuments
{
    public const string Partition = "~keys";
    public const string KeyKind = "key";
    public const string NameKind = "key-name";

    public static byte[] Write(ApiKey key) => JsonSerializer.SerializeToUtf8Bytes(
        new KeyDocument
        {
            Name = key.Info.Name,
            Scopes = (int)key.Info.Scopes,
            SecretHash = key.SecretHash,
            CreatedAt = key.Info.CreatedAt.ToUnixTimeMilliseconds(),
        },
        KeyJson.Default.KeyDocument);

    public static byte[] WriteName(string[] keyIds) => JsonSerializer.SerializeToUtf8Bytes(
        new KeyNameDocument { KeyIds = keyIds }, KeyJson.Default.KeyNameDocument);

    public static ApiKey Read(Document document)
    {
        var stored = JsonSerializer.Deserialize(document.Body.Span, KeyJson.Default.KeyDocument)
            ?? throw new InvalidDataException($"The key {document.Key.Id} is empty.");
        var created = DateTimeOffset.FromUnixTimeMilliseconds(stored.CreatedAt);
        return new ApiKey(
            new ApiKeyInfo(stored.Name, document.Key.Id, (ApiScopes)stored.Scopes & ApiScopes.All, created),
            stored.SecretHash);
    }

    public static string[] ReadName(Document? document) => document is null
        ? []
        : JsonSerializer.Deserialize(document.Body.Span, KeyJson.Default.KeyNameDocument)?.KeyIds ?? [];
}
