using System.Text.Json.Serialization;

namespace Pipeline.Runtime.Loyalty.Storage;

// What is stored, apart from the domain, so that either may change alone. Names are short because every byte of these
// documents is written and paid for on every purchase; instants are Unix milliseconds. Fields are only ever added.

/// <summary>A customer's one mutable document: kind <c>account</c>, id <c>account</c>.</summary>
internal sealed class AccountDocument
{
    [JsonPropertyName("n")]
    public long Entries { get; init; }

    [JsonPropertyName("head")]
    public string? Head { get; init; }

    [JsonPropertyName("deficit")]
    public long Deficit { get; init; }

    [JsonPropertyName("latest")]
    public long LatestThrough { get; init; }

    [JsonPropertyName("ordered")]
    public long OrderedThrough { get; init; }

    [JsonPropertyName("expired")]
    public long ExpiredThrough { get; init; }

    [JsonPropertyName("lots")]
    public LotColumns? Lots { get; init; }

    [JsonPropertyName("holds")]
    public HoldDocument[]? Holds { get; init; }

    /// <summary>Refund, purchase, refund, purchase …</summary>
    [JsonPropertyName("waiting")]
    public string[]? Waiting { get; init; }

    [JsonPropertyName("profile")]
    public ProfileDocument? Profile { get; init; }

    /// <summary>Absent in accounts from before there were rhythms; empty for one who never bought.</summary>
    [JsonPropertyName("rh")]
    public RhythmDocument? Rhythm { get; init; }

    /// <summary>Issued, redeemed, expired, clawed back; zeros at the end are left out.</summary>
    [JsonPropertyName("fl")]
    public long[]? Flows { get; init; }

    [JsonPropertyName("look")]
    public long? InsightDueAt { get; init; }

    [JsonPropertyName("fb")]
    public bool HasFeedback { get; init; }
}

/// <summary>When and how a customer buys, in columns.</summary>
internal sealed class RhythmDocument
{
    [JsonPropertyName("n")]
    public int Days { get; init; }

    /// <summary>A day number.</summary>
    [JsonPropertyName("f")]
    public int FirstDay { get; init; }

    /// <summary>Each from the one before, the first from <see cref="FirstDay"/>.</summary>
    [JsonPropertyName("d")]
    public int[]? RecentDays { get; init; }

    [JsonPropertyName("m")]
    public long[]? RecentNets { get; init; }

    [JsonPropertyName("l")]
    public int[]? RecentLines { get; init; }

    [JsonPropertyName("u")]
    public long[]? RecentUnits { get; init; }

    /// <summary>Of the days that are not kept one by one.</summary>
    [JsonPropertyName("lines")]
    public long EarlierLines { get; init; }

    [JsonPropertyName("units")]
    public long EarlierUnits { get; init; }

    [JsonPropertyName("c")]
    public string[]? Currencies { get; init; }

    /// <summary>Purchases and net of each currency in turn.</summary>
    [JsonPropertyName("s")]
    public long[]? Spend { get; init; }

    [JsonPropertyName("g")]
    public string[]? Categories { get; init; }

    [JsonPropertyName("k")]
    public int[]? CategoryCounts { get; init; }

    [JsonPropertyName("more")]
    public bool HasDroppedCategory { get; init; }

    [JsonPropertyName("back")]
    public int FirstReturn { get; init; }

    [JsonPropertyName("paid")]
    public int Redemptions { get; init; }

    [JsonPropertyName("paidOn")]
    public int LastRedemption { get; init; }
}

/// <summary>Lots in columns: a quarter of the bytes of a list of objects.</summary>
internal sealed class LotColumns
{
    [JsonPropertyName("id")]
    public required string[] Ids { get; init; }

    [JsonPropertyName("p")]
    public required long[] Points { get; init; }

    /// <summary>The first's instant; then each one's difference from the one before, which is shorter.</summary>
    [JsonPropertyName("da")]
    public long[]? ActiveSteps { get; init; }

    /// <summary>As <see cref="ActiveSteps"/>; the instant 0 is never.</summary>
    [JsonPropertyName("de")]
    public long[]? ExpirySteps { get; init; }

    /// <summary>Instants as they are, in accounts from before steps were stored.</summary>
    [JsonPropertyName("a")]
    public long[]? ActiveAt { get; init; }

    [JsonPropertyName("e")]
    public long[]? ExpiresAt { get; init; }
}

internal sealed class LotPointsColumns
{
    [JsonPropertyName("id")]
    public required string[] Ids { get; init; }

    [JsonPropertyName("p")]
    public required long[] Points { get; init; }
}

internal sealed class HoldDocument
{
    [JsonPropertyName("id")]
    public required string Id { get; init; }

    [JsonPropertyName("p")]
    public long Points { get; init; }

    [JsonPropertyName("at")]
    public long At { get; init; }

    [JsonPropertyName("to")]
    public long Until { get; init; }

    [JsonPropertyName("lots")]
    public LotPointsColumns? Lots { get; init; }
}

internal sealed class ProfileDocument
{
    [JsonPropertyName("name")]
    public string? Name { get; init; }

    [JsonPropertyName("email")]
    public string? Email { get; init; }

    [JsonPropertyName("phone")]
    public string? Phone { get; init; }

    [JsonPropertyName("birthday")]
    public string? Birthday { get; init; }

    [JsonPropertyName("locale")]
    public string? Locale { get; init; }

    [JsonPropertyName("country")]
    public string? Country { get; init; }

    [JsonPropertyName("attributes")]
    public Dictionary<string, string>? Attributes { get; init; }
}

/// <summary>One entry of the ledger: kind <c>entry</c>, id the natural key. Exactly one fact is present.</summary>
internal sealed class EntryDocument
{
    [JsonPropertyName("n")]
    public long Sequence { get; init; }

    [JsonPropertyName("prev")]
    public string? Previous { get; init; }

    [JsonPropertyName("p")]
    public long Points { get; init; }

    [JsonPropertyName("at")]
    public long OccurredAt { get; init; }

    [JsonPropertyName("rec")]
    public long RecordedAt { get; init; }

    [JsonPropertyName("ref")]
    public string? Reference { get; init; }

    [JsonPropertyName("why")]
    public string? Reason { get; init; }

    [JsonPropertyName("fp")]
    public string? Fingerprint { get; init; }

    [JsonPropertyName("lots")]
    public LotPointsColumns? Lots { get; init; }

    [JsonPropertyName("bought")]
    public PurchasedDocument? Purchased { get; init; }

    [JsonPropertyName("refunded")]
    public RefundedDocument? Refunded { get; init; }

    [JsonPropertyName("held")]
    public HeldDocument? Held { get; init; }

    [JsonPropertyName("captured")]
    public CapturedDocument? Captured { get; init; }

    /// <summary>The hold.</summary>
    [JsonPropertyName("released")]
    public string? Released { get; init; }

    [JsonPropertyName("lapsed")]
    public long? ExpiredAt { get; init; }

    /// <summary>The refund.</summary>
    [JsonPropertyName("settled")]
    public string? Settled { get; init; }

    /// <summary>The trace of the request behind it, for the event of it; only where somebody traces.</summary>
    [JsonPropertyName("trace")]
    public string? TraceParent { get; init; }

    [JsonPropertyName("granted")]
    public GrantedDocument? Granted { get; init; }
}

internal sealed class GrantedDocument
{
    [JsonPropertyName("p")]
    public long Points { get; init; }

    [JsonPropertyName("a")]
    public long ActiveAt { get; init; }

    /// <summary>0: never.</summary>
    [JsonPropertyName("e")]
    public long ExpiresAt { get; init; }
}

internal sealed class PurchasedDocument
{
    [JsonPropertyName("v")]
    public int ProgramVersion { get; init; }

    [JsonPropertyName("p")]
    public long Points { get; init; }

    [JsonPropertyName("a")]
    public long ActiveAt { get; init; }

    /// <summary>0: never.</summary>
    [JsonPropertyName("e")]
    public long ExpiresAt { get; init; }

    [JsonPropertyName("cur")]
    public required string Currency { get; init; }

    [JsonPropertyName("ch")]
    public string? Channel { get; init; }

    [JsonPropertyName("disc")]
    public long Discount { get; init; }

    [JsonPropertyName("ship")]
    public long Shipping { get; init; }

    [JsonPropertyName("tax")]
    public long Tax { get; init; }

    [JsonPropertyName("lines")]
    public LineDocument[]? Lines { get; init; }

    [JsonPropertyName("awards")]
    public AwardDocument[]? Awards { get; init; }

    [JsonPropertyName("paid")]
    public RedeemedDocument? Redeemed { get; init; }

    [JsonPropertyName("rejected")]
    public string? Rejection { get; init; }
}

/// <summary>A value: baskets have many, and most live only while a message is written.</summary>
internal readonly record struct LineDocument
{
    [JsonPropertyName("s")]
    public required string Sku { get; init; }

    [JsonPropertyName("t")]
    public string? Name { get; init; }

    [JsonPropertyName("c")]
    public string? Category { get; init; }

    [JsonPropertyName("q")]
    public long Quantity { get; init; }

    [JsonPropertyName("u")]
    public long UnitPrice { get; init; }

    /// <summary>Left out where it is quantity x unit price.</summary>
    [JsonPropertyName("net")]
    public long? Net { get; init; }

    /// <summary>Left out where it is the net.</summary>
    [JsonPropertyName("w")]
    public long? Weight { get; init; }
}

internal sealed class AwardDocument
{
    [JsonPropertyName("r")]
    public required string Rule { get; init; }

    [JsonPropertyName("b")]
    public long Basis { get; init; }

    [JsonPropertyName("p")]
    public long Points { get; init; }

    [JsonPropertyName("why")]
    public required string Reason { get; init; }
}

internal sealed class RedeemedDocument
{
    [JsonPropertyName("hold")]
    public required string Hold { get; init; }

    [JsonPropertyName("p")]
    public long Points { get; init; }
}

internal sealed class RefundedDocument
{
    [JsonPropertyName("of")]
    public required string Purchase { get; init; }

    [JsonPropertyName("scope")]
    public ScopeDocument? Scope { get; init; }
}

/// <summary>An amount, or lines; neither is all that is left.</summary>
internal sealed class ScopeDocument
{
    [JsonPropertyName("amount")]
    public long? Amount { get; init; }

    [JsonPropertyName("skus")]
    public string[]? Skus { get; init; }

    [JsonPropertyName("q")]
    public long[]? Quantities { get; init; }
}

internal sealed class HeldDocument
{
    [JsonPropertyName("p")]
    public long Points { get; init; }

    [JsonPropertyName("to")]
    public long Until { get; init; }
}

internal sealed class CapturedDocument
{
    [JsonPropertyName("hold")]
    public required string Hold { get; init; }

    [JsonPropertyName("p")]
    public long Points { get; init; }

    [JsonPropertyName("of")]
    public string? Purchase { get; init; }

    [JsonPropertyName("v")]
    public int ProgramVersion { get; init; }

    [JsonPropertyName("burned")]
    public LotPointsColumns? Burned { get; init; }

    [JsonPropertyName("owed")]
    public long Owed { get; init; }

    [JsonPropertyName("short")]
    public long Shortfall { get; init; }
}

/// <summary>The refunds of one purchase: kind <c>refunds</c>, id the purchase.</summary>
internal sealed class RefundBookDocument
{
    [JsonPropertyName("whole")]
    public bool IsWhole { get; init; }

    [JsonPropertyName("refunds")]
    public RefundDocument[]? Refunds { get; init; }
}

internal sealed class RefundDocument
{
    [JsonPropertyName("id")]
    public required string Id { get; init; }

    [JsonPropertyName("at")]
    public long At { get; init; }

    [JsonPropertyName("scope")]
    public ScopeDocument? Scope { get; init; }

    /// <summary>Amount, points, returned; absent unless applied.</summary>
    [JsonPropertyName("done")]
    public long[]? Applied { get; init; }

    [JsonPropertyName("rejected")]
    public string? Rejection { get; init; }
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(AccountDocument))]
[JsonSerializable(typeof(EntryDocument))]
[JsonSerializable(typeof(RefundBookDocument))]
internal sealed partial class LedgerJson : JsonSerializerContext;
