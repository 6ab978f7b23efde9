using System.Text.Json.Serialization;

namespace Pipeline.Runtime.Loyalty.Storage;

/// <summary>A customer's one mutable document: kind <c>account</c>, id <c>account</c>.</summary>
internal sealed class AccountDocument
{
    [JsonPropertyName("n")]
    public long Entries { get; set; }

    [JsonPropertyName("head")]
    public string? Head { get; set; }

    /// <summary>The head's hash; absent until an entry has one.</summary>
    [JsonPropertyName("hh")]
    public string? HeadHash { get; set; }

    /// <summary>The sequence of the first entry with a hash; left out where it is 1.</summary>
    [JsonPropertyName("hf")]
    public long HashedFrom { get; set; }

    [JsonPropertyName("deficit")]
    public long Deficit { get; set; }

    [JsonPropertyName("latest")]
    public long LatestThrough { get; set; }

    [JsonPropertyName("ordered")]
    public long OrderedThrough { get; set; }

    [JsonPropertyName("expired")]
    public long ExpiredThrough { get; set; }

    [JsonPropertyName("lots")]
    public LotColumns? Lots { get; set; }

    [JsonPropertyName("holds")]
    public HoldDocument[]? Holds { get; set; }

    /// <summary>Refund, purchase, refund, purchase …</summary>
    [JsonPropertyName("waiting")]
    public string[]? Waiting { get; set; }

    [JsonPropertyName("profile")]
    public ProfileDocument? Profile { get; set; }

    /// <summary>Absent in accounts from before there were rhythms; empty for one who never bought.</summary>
    [JsonPropertyName("rh")]
    public RhythmDocument? Rhythm { get; set; }

    /// <summary>Issued, redeemed, expired, clawed back; zeros at the end are left out.</summary>
    [JsonPropertyName("fl")]
    public long[]? Flows { get; set; }

    [JsonPropertyName("look")]
    public long? InsightDueAt { get; set; }

    [JsonPropertyName("fb")]
    public bool HasFeedback { get; set; }

    [JsonPropertyName("bd")]
    public long? BirthdayDueAt { get; set; }

    [JsonPropertyName("rd")]
    public long? ReferralDueAt { get; set; }

    /// <summary>Absent where the program has no tiers, or had none when the account was last counted.</summary>
    [JsonPropertyName("ti")]
    public TierDocument? Tiers { get; set; }

    /// <summary>The level that was last told, and the day number since which it holds.</summary>
    [JsonPropertyName("tn")]
    public string? TierName { get; set; }

    [JsonPropertyName("td")]
    public int TierSince { get; set; }

    [JsonPropertyName("tell")]
    public long? NoticeDueAt { get; set; }
}

/// <summary>Lots in columns: a quarter of the bytes of a list of objects.</summary>
internal sealed class LotColumns
{
    [JsonPropertyName("id")]
    public string[] Ids { get; set; } = [];

    [JsonPropertyName("p")]
    public long[] Points { get; set; } = [];

    /// <summary>The first's instant; then each one's difference from the one before, which is shorter.</summary>
    [JsonPropertyName("da")]
    public long[]? ActiveSteps { get; set; }

    /// <summary>As <see cref="ActiveSteps"/>; the instant 0 is never.</summary>
    [JsonPropertyName("de")]
    public long[]? ExpirySteps { get; set; }

    /// <summary>Instants as they are, in accounts from before steps were stored.</summary>
    [JsonPropertyName("a")]
    public long[]? ActiveAt { get; set; }

    [JsonPropertyName("e")]
    public long[]? ExpiresAt { get; set; }
}

internal sealed class LotPointsColumns
{
    [JsonPropertyName("id")]
    public string[] Ids { get; set; } = [];

    [JsonPropertyName("p")]
    public long[] Points { get; set; } = [];
}

internal sealed class HoldDocument
{
    [JsonPropertyName("id")]
    public required string Id { get; init; }

    [JsonPropertyName("p")]
    public long Points { get; set; }

    [JsonPropertyName("at")]
    public long At { get; set; }

    [JsonPropertyName("to")]
    public long Until { get; set; }

    [JsonPropertyName("lots")]
    public LotPointsColumns? Lots { get; set; }
}

internal sealed class ProfileDocument
{
    [JsonPropertyName("name")]
    public string? Name { get; set; }

    [JsonPropertyName("email")]
    public string? Email { get; set; }

    [JsonPropertyName("phone")]
    public string? Phone { get; set; }

    [JsonPropertyName("birthday")]
    public string? Birthday { get; set; }

    [JsonPropertyName("locale")]
    public string? Locale { get; set; }

    [JsonPropertyName("country")]
    public string? Country { get; set; }

    [JsonPropertyName("attributes")]
    public Dictionary<string, string>? Attributes { get; set; }
}
