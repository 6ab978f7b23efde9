using System.Text.Json.Serialization;

namespace Pipeline.Runtime.Loyalty.Storage;

internal sealed class RefundedDocument
{
    [JsonPropertyName("of")]
    public required string Purchase { get; init; }

    [JsonPropertyName("scope")]
    public ScopeDocument? Scope { get; set; }

    [JsonPropertyName("rejected")]
    public string? Rejection { get; set; }
}

/// <summary>An amount, or lines; neither is all that is left.</summary>
internal sealed class ScopeDocument
{
    [JsonPropertyName("amount")]
    public long? Amount { get; set; }

    [JsonPropertyName("skus")]
    public string[]? Skus { get; set; }

    [JsonPropertyName("q")]
    public long[]? Quantities { get; set; }
}

/// <summary>The refunds of one purchase: kind <c>refunds</c>, id the purchase.</summary>
internal sealed class RefundBookDocument
{
    [JsonPropertyName("whole")]
    public bool IsWhole { get; set; }

    [JsonPropertyName("refunds")]
    public RefundDocument[]? Refunds { get; set; }
}

internal sealed class RefundDocument
{
    [JsonPropertyName("id")]
    public required string Id { get; init; }

    [JsonPropertyName("at")]
    public long At { get; set; }

    [JsonPropertyName("scope")]
    public ScopeDocument? Scope { get; set; }

    /// <summary>Amount, points, returned; absent unless applied.</summary>
    [JsonPropertyName("done")]
    public long[]? Applied { get; set; }

    [JsonPropertyName("rejected")]
    public string? Rejection { get; set; }
}
