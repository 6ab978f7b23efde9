using System.Text.Json.Serialization;

namespace Pipeline.Runtime.Loyalty.Storage;

/// <summary>One entry of the ledger: kind <c>entry</c>, id the natural key. Exactly one fact is present.</summary>
internal sealed class EntryDocument
{
    [JsonPropertyName("n")]
    public long Sequence { get; set; }

    [JsonPropertyName("prev")]
    public string? Previous { get; set; }

    [JsonPropertyName("p")]
    public long Points { get; set; }

    [JsonPropertyName("at")]
    public long OccurredAt { get; set; }

    [JsonPropertyName("rec")]
    public long RecordedAt { get; set; }

    [JsonPropertyName("ref")]
    public string? Reference { get; set; }

    [JsonPropertyName("why")]
    public string? Reason { get; set; }

    [JsonPropertyName("fp")]
    public string? Fingerprint { get; set; }

    [JsonPropertyName("lots")]
    public LotPointsColumns? Lots { get; set; }

    [JsonPropertyName("bought")]
    public PurchasedDocument? Purchased { get; set; }

    [JsonPropertyName("refunded")]
    public RefundedDocument? Refunded { get; set; }

    [JsonPropertyName("held")]
    public HeldDocument? Held { get; set; }

    [JsonPropertyName("captured")]
    public CapturedDocument? Captured { get; set; }

    /// <summary>The hold.</summary>
    [JsonPropertyName("released")]
    public string? Released { get; set; }

    [JsonPropertyName("lapsed")]
    public long? ExpiredAt { get; set; }

    /// <summary>The refund.</summary>
    [JsonPropertyName("settled")]
    public string? Settled { get; set; }

    /// <summary>The trace of the request behind it, for the event of it; only where somebody traces.</summary>
    [JsonPropertyName("trace")]
    public string? TraceParent { get; set; }

    [JsonPropertyName("granted")]
    public GrantedDocument? Granted { get; set; }

    [JsonPropertyName("deducted")]
    public DeductedDocument? Deducted { get; set; }

    [JsonPropertyName("restored")]
    public RestoredDocument? Restored { get; set; }
}

internal sealed class DeductedDocument
{
    [JsonPropertyName("p")]
    public long Points { get; set; }

    [JsonPropertyName("v")]
    public int ProgramVersion { get; set; }
}

internal sealed class RestoredDocument
{
    [JsonPropertyName("hold")]
    public required string Hold { get; init; }

    [JsonPropertyName("p")]
    public long Points { get; set; }

    [JsonPropertyName("v")]
    public int ProgramVersion { get; set; }
}

internal sealed class GrantedDocument
{
    [JsonPropertyName("p")]
    public long Points { get; set; }

    [JsonPropertyName("a")]
    public long ActiveAt { get; set; }

    /// <summary>0: never.</summary>
    [JsonPropertyName("e")]
    public long ExpiresAt { get; set; }

    /// <summary>What gave them; absent where a person did, and in grants from before it was recorded.</summary>
    [JsonPropertyName("r")]
    public string? Rule { get; set; }

    /// <summary>The program's version of the rule.</summary>
    [JsonPropertyName("v")]
    public int ProgramVersion { get; set; }
}

internal sealed class HeldDocument
{
    [JsonPropertyName("p")]
    public long Points { get; set; }

    [JsonPropertyName("to")]
    public long Until { get; set; }
}

internal sealed class CapturedDocument
{
    [JsonPropertyName("hold")]
    public required string Hold { get; init; }

    [JsonPropertyName("p")]
    public long Points { get; set; }

    [JsonPropertyName("of")]
    public string? Purchase { get; set; }

    [JsonPropertyName("v")]
    public int ProgramVersion { get; set; }

    [JsonPropertyName("burned")]
    public LotPointsColumns? Burned { get; set; }

    [JsonPropertyName("owed")]
    public long Owed { get; set; }

    [JsonPropertyName("short")]
    public long Shortfall { get; set; }
}
