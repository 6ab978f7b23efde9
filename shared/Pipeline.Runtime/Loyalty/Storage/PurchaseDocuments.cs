using System.Text.Json.Serialization;

namespace Pipeline.Runtime.Loyalty.Storage;

internal sealed class PurchasedDocument
{
    [JsonPropertyName("v")]
    public int ProgramVersion { get; set; }

    [JsonPropertyName("p")]
    public long Points { get; set; }

    [JsonPropertyName("a")]
    public long ActiveAt { get; set; }

    /// <summary>0: never.</summary>
    [JsonPropertyName("e")]
    public long ExpiresAt { get; set; }

    [JsonPropertyName("cur")]
    public required string Currency { get; init; }

    [JsonPropertyName("ch")]
    public string? Channel { get; set; }

    [JsonPropertyName("disc")]
    public long Discount { get; set; }

    [JsonPropertyName("ship")]
    public long Shipping { get; set; }

    [JsonPropertyName("tax")]
    public long Tax { get; set; }

    [JsonPropertyName("lines")]
    public LineDocument[]? Lines { get; set; }

    [JsonPropertyName("awards")]
    public AwardDocument[]? Awards { get; set; }

    [JsonPropertyName("paid")]
    public RedeemedDocument? Redeemed { get; set; }

    [JsonPropertyName("rejected")]
    public string? Rejection { get; set; }
}

/// <summary>A value: baskets have many, and most live only while a message is written.</summary>
internal record struct LineDocument
{
    [JsonPropertyName("s")]
    public required string Sku { get; init; }

    [JsonPropertyName("t")]
    public string? Name { get; set; }

    [JsonPropertyName("c")]
    public string? Category { get; set; }

    [JsonPropertyName("q")]
    public long Quantity { get; set; }

    [JsonPropertyName("u")]
    public long UnitPrice { get; set; }

    /// <summary>Left out where it is quantity x unit price.</summary>
    [JsonPropertyName("net")]
    public long? Net { get; set; }

    /// <summary>Left out where it is the net.</summary>
    [JsonPropertyName("w")]
    public long? Weight { get; set; }
}

internal sealed class AwardDocument
{
    [JsonPropertyName("r")]
    public required string Rule { get; init; }

    [JsonPropertyName("b")]
    public long Basis { get; set; }

    [JsonPropertyName("p")]
    public long Points { get; set; }

    [JsonPropertyName("why")]
    public required string Reason { get; init; }

    /// <summary>A rate or a factor in millionths; left out where it follows from the program's one rate.</summary>
    [JsonPropertyName("m")]
    public long? Multiplier { get; set; }

    [JsonPropertyName("cap")]
    public CapDocument? Cap { get; set; }

    [JsonPropertyName("rem")]
    public decimal Remainder { get; set; }
}

internal sealed class CapDocument
{
    [JsonPropertyName("by")]
    public required string By { get; init; }

    [JsonPropertyName("f")]
    public long From { get; set; }

    [JsonPropertyName("t")]
    public long To { get; set; }
}

internal sealed class RedeemedDocument
{
    [JsonPropertyName("hold")]
    public required string Hold { get; init; }

    [JsonPropertyName("p")]
    public long Points { get; set; }
}
