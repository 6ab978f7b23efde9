using System.Text.Json;
using System.Text.Json.Serialization;
using Pipeline.Domain;
using Pipeline.Runtime.Loyalty.Storage;
using Pipeline.Runtime.Ports;
using Pipeline.Runtime.Work;

namespace Pipeline.Runtime.Satisfaction;

/// <summary>A feedback on the queue <c>feedback</c>; instants are Unix milliseconds.</summary>
internal sealed class FeedbackMessage
{
    [JsonPropertyName("feedback")]
    public required string Feedback { get; init; }

    [JsonPropertyName("customer")]
    public string? Customer { get; init; }

    [JsonPropertyName("purchase")]
    public string? Purchase { get; init; }

    /// <summary>Null: the sender did not say; then it is when it was received.</summary>
    [JsonPropertyName("at")]
    public long? SubmittedAt { get; init; }

    [JsonPropertyName("ch")]
    public string? Channel { get; init; }

    [JsonPropertyName("loc")]
    public string? Locale { get; init; }

    [JsonPropertyName("csat")]
    public int? Csat { get; init; }

    [JsonPropertyName("nps")]
    public int? Nps { get; init; }

    [JsonPropertyName("ces")]
    public int? Ces { get; init; }

    [JsonPropertyName("text")]
    public string? Comment { get; init; }

    [JsonPropertyName("follows")]
    public string? FollowsUp { get; init; }

    /// <summary>When intake stamped it. It stands last and is no part of the fingerprint.</summary>
    [JsonPropertyName("rec")]
    public long ReceivedAt { get; init; }
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(FeedbackMessage))]
internal sealed partial class FeedbackMessageJson : JsonSerializerContext;

/// <summary>Writes and reads the queue's bodies, and names sessions and messages.</summary>
internal static class FeedbackMessages
{
    private static readonly FeedbackMessageJson Json = FeedbackMessageJson.Default;

    public static SealedMessage Seal(SentFeedback sent, DateTimeOffset receivedAt) =>
        SealedMessage.Of(Of(sent), Json.FeedbackMessage, receivedAt);

    public static QueueMessage ToQueue(SentFeedback sent, SealedMessage message, string? traceParent) =>
        new(sent.Id.Value, SessionOf(sent.Id, sent.Customer), message.Body, message.Fingerprint, traceParent);

    /// <summary>No customer's id starts with a tilde.</summary>
    public static string SessionOf(FeedbackId id, CustomerId? customer) => customer?.Value ?? $"~{id}";

    /// <summary>The feedback in a body, or null and why it cannot be read: a poisoned message.</summary>
    public static Feedback? Read(ReadOnlySpan<byte> body, out string problem)
    {
        problem = "";
        try
        {
            var message = JsonSerializer.Deserialize(body, Json.FeedbackMessage);
            if (message is not { ReceivedAt: > 0 })
                problem = "The body has no stamp of intake.";
            else if (!IsWithin(message.Csat, Answers.CsatMin, Answers.CsatMax)
                || !IsWithin(message.Nps, Answers.NpsMin, Answers.NpsMax)
                || !IsWithin(message.Ces, Answers.CesMin, Answers.CesMax))
                problem = "An answer is not on its scale.";
            else
                return Of(message);
        }
        catch (Exception e) when (e is JsonException or FormatException or ArgumentException)
        {
            problem = e.Message;
        }

        return null;
    }

    private static FeedbackMessage Of(SentFeedback sent) => new()
    {
        Feedback = sent.Id.Value,
        Customer = sent.Customer?.Value,
        Purchase = sent.Purchase?.Value,
        SubmittedAt = sent.SubmittedAt?.ToUnixTimeMilliseconds(),
        Channel = sent.Channel,
        Locale = sent.Locale,
        Csat = sent.Answers.Csat,
        Nps = sent.Answers.Nps,
        Ces = sent.Answers.Ces,
        Comment = sent.Comment,
        FollowsUp = sent.FollowsUp?.Value,
    };

    private static Feedback Of(FeedbackMessage message) => new(
        new FeedbackId(message.Feedback),
        message.Customer is { } customer ? new CustomerId(customer) : null,
        message.Purchase is { } purchase ? new PurchaseId(purchase) : null,
        LedgerMapping.At(message.SubmittedAt ?? message.ReceivedAt),
        LedgerMapping.At(message.ReceivedAt),
        message.Channel,
        message.Locale,
        new Answers(message.Csat, message.Nps, message.Ces),
        message.Comment,
        message.FollowsUp is { } followed ? new CaseId(followed) : null);

    private static bool IsWithin(int? answer, int min, int max) => answer is null || (answer >= min && answer <= max);
}

/// <summary>A feedback as a client sent it, before it is stamped.</summary>
/// <param name="SubmittedAt">Null: when it was received.</param>
public sealed record SentFeedback(
    FeedbackId Id,
    CustomerId? Customer,
    PurchaseId? Purchase,
    DateTimeOffset? SubmittedAt,
    string? Channel,
    string? Locale,
    Answers Answers,
    string? Comment,
    CaseId? FollowsUp = null);
