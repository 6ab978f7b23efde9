using System.Text.Json.Serialization;
using Pipeline.Domain;
using Pipeline.Runtime.Ports;

namespace Pipeline.Runtime.Satisfaction.Storage;

/// <summary>
/// Kinds and ids of feedback. An anonymous feedback lives in a partition of its own, as every feedback's claim does; one
/// of a customer lives with the customer.
/// </summary>
internal static class FeedbackKinds
{
    public const string Claim = "feedback-claim";
    public const string ClaimId = "claim";
    public const string Feedback = "feedback";
    public const string Summary = "satisfaction";
    public const string SummaryId = "satisfaction";

    public static string PartitionOf(FeedbackId id) => $"~feedback:{id}";

    public static string OwnerOf(FeedbackId id, CustomerId? customer) => customer?.Value ?? PartitionOf(id);

    public static DocumentKey ClaimOf(FeedbackId id) => new(PartitionOf(id), Claim, ClaimId);

    public static DocumentKey SummaryOf(CustomerId customer) => new(customer.Value, Summary, SummaryId);
}

/// <summary>Takes an id for one content, for ever: kind <c>feedback-claim</c>, in the partition of the id.</summary>
internal sealed class ClaimDocument
{
    [JsonPropertyName("fp")]
    public required string Fingerprint { get; init; }

    /// <summary>Whose partition has the feedback; null: this one.</summary>
    [JsonPropertyName("customer")]
    public string? Customer { get; init; }
}

/// <summary>A feedback and what was understood of it: written once, never changed. Instants are Unix milliseconds.</summary>
internal sealed class FeedbackDocument
{
    [JsonPropertyName("customer")]
    public string? Customer { get; init; }

    [JsonPropertyName("purchase")]
    public string? Purchase { get; init; }

    [JsonPropertyName("at")]
    public long SubmittedAt { get; init; }

    [JsonPropertyName("rec")]
    public long ReceivedAt { get; init; }

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

    [JsonPropertyName("sense")]
    public SenseDocument? Sense { get; init; }

    [JsonPropertyName("day")]
    public required string Day { get; init; }

    [JsonPropertyName("tier")]
    public required string Tier { get; init; }

    [JsonPropertyName("stage")]
    public required string Stage { get; init; }

    [JsonPropertyName("skus")]
    public string[]? Products { get; init; }

    /// <summary>The case that it opened, or that it follows up.</summary>
    [JsonPropertyName("case")]
    public string? Case { get; init; }

    /// <summary>Whether it opened that case.</summary>
    [JsonPropertyName("opens")]
    public bool OpensCase { get; init; }
}

/// <summary>What an analyser said of a comment. Scores stand in the order positive, neutral, negative.</summary>
internal sealed class SenseDocument
{
    [JsonPropertyName("l")]
    public required string Label { get; init; }

    [JsonPropertyName("c")]
    public double Confidence { get; init; }

    [JsonPropertyName("s")]
    public required double[] Scores { get; init; }

    [JsonPropertyName("unsure")]
    public bool IsAbstention { get; init; }

    [JsonPropertyName("lang")]
    public required string Language { get; init; }

    [JsonPropertyName("by")]
    public required string Analyser { get; init; }

    /// <summary>Why the cloud has not answered where it was to.</summary>
    [JsonPropertyName("instead")]
    public string? Fallback { get; init; }

    [JsonPropertyName("sentences")]
    public SentenceDocument[]? Sentences { get; init; }

    [JsonPropertyName("aspects")]
    public MentionDocument[]? Aspects { get; init; }
}

internal sealed class SentenceDocument
{
    [JsonPropertyName("o")]
    public int Offset { get; init; }

    [JsonPropertyName("n")]
    public int Length { get; init; }

    [JsonPropertyName("l")]
    public required string Label { get; init; }

    [JsonPropertyName("c")]
    public double Confidence { get; init; }

    [JsonPropertyName("s")]
    public required double[] Scores { get; init; }
}

internal sealed class MentionDocument
{
    [JsonPropertyName("a")]
    public required string Aspect { get; init; }

    [JsonPropertyName("l")]
    public required string Label { get; init; }

    [JsonPropertyName("t")]
    public required string Text { get; init; }

    [JsonPropertyName("o")]
    public int Offset { get; init; }

    [JsonPropertyName("n")]
    public int Length { get; init; }
}

/// <summary>A customer's satisfaction: kind and id <c>satisfaction</c>; a cache of the feedback beside it.</summary>
internal sealed class SummaryDocument
{
    [JsonPropertyName("n")]
    public long Responses { get; init; }

    [JsonPropertyName("csat")]
    public RatingDocument? Csat { get; init; }

    [JsonPropertyName("nps")]
    public RatingDocument? Nps { get; init; }

    [JsonPropertyName("ces")]
    public RatingDocument? Ces { get; init; }

    /// <summary>Positive, neutral, negative, mixed.</summary>
    [JsonPropertyName("labels")]
    public required long[] Labels { get; init; }

    [JsonPropertyName("at")]
    public long LastAt { get; init; }

    [JsonPropertyName("last")]
    public string? Last { get; init; }

    /// <summary>Of the last comment: neutral, positive, negative, mixed, from 0.</summary>
    [JsonPropertyName("felt")]
    public int? LastLabel { get; init; }

    [JsonPropertyName("feltAt")]
    public long LastCommentAt { get; init; }

    [JsonPropertyName("feltIn")]
    public string? LastComment { get; init; }
}

internal sealed class RatingDocument
{
    [JsonPropertyName("n")]
    public long N { get; init; }

    [JsonPropertyName("sum")]
    public long Sum { get; init; }

    [JsonPropertyName("last")]
    public int Last { get; init; }

    [JsonPropertyName("at")]
    public long At { get; init; }

    [JsonPropertyName("of")]
    public required string From { get; init; }
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(ClaimDocument))]
[JsonSerializable(typeof(FeedbackDocument))]
[JsonSerializable(typeof(SummaryDocument))]
internal sealed partial class FeedbackJsonContext : JsonSerializerContext;
