using System.Text.Json.Serialization;

namespace Pipeline.Runtime.Loyalty.Storage;

/// <summary>Of an account the rhythm alone, for those who read every account there is; the rest is passed over.</summary>
internal sealed class AccountRhythmDocument
{
    [JsonPropertyName("n")]
    public long Entries { get; set; }

    [JsonPropertyName("rh")]
    public RhythmDocument? Rhythm { get; set; }
}

/// <summary>When and how a customer buys, in columns.</summary>
internal sealed class RhythmDocument
{
    [JsonPropertyName("n")]
    public int Days { get; set; }

    /// <summary>A day number.</summary>
    [JsonPropertyName("f")]
    public int FirstDay { get; set; }

    /// <summary>Each from the one before, the first from <see cref="FirstDay"/>.</summary>
    [JsonPropertyName("d")]
    public int[]? RecentDays { get; set; }

    [JsonPropertyName("m")]
    public long[]? RecentNets { get; set; }

    [JsonPropertyName("l")]
    public int[]? RecentLines { get; set; }

    [JsonPropertyName("u")]
    public long[]? RecentUnits { get; set; }

    /// <summary>Of the days that are not kept one by one.</summary>
    [JsonPropertyName("lines")]
    public long EarlierLines { get; set; }

    [JsonPropertyName("units")]
    public long EarlierUnits { get; set; }

    [JsonPropertyName("c")]
    public string[]? Currencies { get; set; }

    /// <summary>Purchases and net of each currency in turn.</summary>
    [JsonPropertyName("s")]
    public long[]? Spend { get; set; }

    [JsonPropertyName("g")]
    public string[]? Categories { get; set; }

    [JsonPropertyName("k")]
    public int[]? CategoryCounts { get; set; }

    [JsonPropertyName("more")]
    public bool HasDroppedCategory { get; set; }

    [JsonPropertyName("back")]
    public int FirstReturn { get; set; }

    [JsonPropertyName("paid")]
    public int Redemptions { get; set; }

    [JsonPropertyName("paidOn")]
    public int LastRedemption { get; set; }
}
