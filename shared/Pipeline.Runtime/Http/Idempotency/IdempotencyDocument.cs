using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pipeline.Runtime.Http.Idempotency;

/// <summary>A record in the store: in flight while <see cref="Status"/> is 0, then the first answer.</summary>
internal sealed class IdempotencyDocument
{
    [JsonPropertyName("fingerprint")]
    public required string Fingerprint { get; init; }

    /// <summary>Unix milliseconds of the claim.</summary>
    [JsonPropertyName("claimed")]
    public required long ClaimedAt { get; init; }

    [JsonPropertyName("status")]
    public int Status { get; init; }

    [JsonPropertyName("type")]
    public string? ContentType { get; init; }

    [JsonPropertyName("location")]
    public string? Location { get; init; }

    [JsonPropertyName("private")]
    public bool IsPrivate { get; init; }

    [JsonPropertyName("sealed")]
    public bool IsSealed { get; init; }

    [JsonPropertyName("body")]
    public byte[]? Body { get; init; }

    public byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(this, IdempotencyJson.Default.IdempotencyDocument);

    public static IdempotencyDocument Read(ReadOnlySpan<byte> body) =>
        JsonSerializer.Deserialize(body, IdempotencyJson.Default.IdempotencyDocument)
        ?? throw new InvalidDataException("A record of a repeated request is empty.");

    public static IdempotencyDocument InFlight(string fingerprint, DateTimeOffset now) =>
        new() { Fingerprint = fingerprint, ClaimedAt = now.ToUnixTimeMilliseconds() };

    /// <summary>Only an answer that was a success can hold a secret.</summary>
    public IdempotencyDocument AnsweredBy(ApiAnswer answer, AnswerSeal? seal)
    {
        var sealing = answer.Status < 300 ? seal : null;
        return new IdempotencyDocument
        {
            Fingerprint = Fingerprint,
            ClaimedAt = ClaimedAt,
            Status = answer.Status,
            ContentType = answer.ContentType,
            Location = answer.Location,
            IsPrivate = answer.IsPrivate,
            IsSealed = sealing is not null,
            Body = sealing?.Close(answer.Body.Span) ?? answer.Body.ToArray(),
        };
    }

    public ApiAnswer Replay(AnswerSeal? seal) => new()
    {
        Status = Status,
        ContentType = ContentType,
        Location = Location,
        IsPrivate = IsPrivate,
        IsReplayed = true,
        Body = IsSealed && seal is not null ? seal.Open(Body) : Body,
    };
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(IdempotencyDocument))]
internal sealed partial class IdempotencyJson : JsonSerializerContext;
