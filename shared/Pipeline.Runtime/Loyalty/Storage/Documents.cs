using System.Text.Json.Serialization;

namespace Pipeline.Runtime.Loyalty.Storage;

// What is stored, apart from the domain, so that either may change alone. Names are short because every byte of these
// documents is written and paid for on every purchase; instants are Unix milliseconds. Fields are only ever added.
// What can be left out is "set" and not "init": what is init-only the serializer reads as a constructor's parameter, which
// takes it longer.

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

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(AccountDocument))]
[JsonSerializable(typeof(AccountRhythmDocument))]
[JsonSerializable(typeof(EntryDocument))]
[JsonSerializable(typeof(RefundBookDocument))]
internal sealed partial class LedgerJson : JsonSerializerContext;
