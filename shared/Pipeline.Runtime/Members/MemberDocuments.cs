using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Pipeline.Domain;
using Pipeline.Runtime.Loyalty.Storage;
using Pipeline.Runtime.Ports;

namespace Pipeline.Runtime.Members;

/// <summary>Kinds and ids of what is stored beside the ledger, for awards that no purchase earns.</summary>
internal static class MemberKinds
{
    /// <summary>How often a rule has given, to one customer.</summary>
    public const string Count = "award-count";

    public const string Event = "member-event";

    /// <summary>In the referee's partition: the one referral of which they are the referee.</summary>
    public const string Referral = "referral";
    public const string ReferralId = "referral";

    /// <summary>In the referrer's partition, by the referee: whom they brought.</summary>
    public const string Brought = "referral-made";

    /// <summary>In the customer's partition, and in the code's own: each names the other.</summary>
    public const string Code = "referral-code";
    public const string CodeId = "code";

    public const string Adjustment = "adjustment";

    public static DocumentKey CountOf(CustomerId customer, string id) => new(customer.Value, Count, id);

    public static DocumentKey EventOf(CustomerId customer, string id) => new(customer.Value, Event, id);

    public static DocumentKey ReferralOf(CustomerId referee) => new(referee.Value, Referral, ReferralId);

    public static DocumentKey BroughtOf(CustomerId referrer, CustomerId referee) =>
        new(referrer.Value, Brought, referee.Value);

    public static DocumentKey CodeOf(CustomerId customer) => new(customer.Value, Code, CodeId);

    public static DocumentKey ClaimOf(string code) => new($"~referral:{code}", Code, CodeId);

    public static DocumentKey AdjustmentOf(CustomerId customer, AdjustmentId id) =>
        new(customer.Value, Adjustment, id.Value);
}

internal sealed class CountDocument
{
    public long Given { get; set; }
}

/// <summary>An event as it was posted, and what it gave.</summary>
internal sealed class EventDocument
{
    public required string Type { get; init; }

    public long OccurredAtMs { get; set; }

    /// <summary>0: the rule's limit was reached.</summary>
    public long Points { get; set; }
}

internal sealed class CodeDocument
{
    public required string Code { get; init; }

    public required string Customer { get; init; }
}

internal sealed class BroughtDocument
{
    public long AtMs { get; set; }

    public bool IsRewarded { get; set; }
}

internal sealed class ReferralDocument
{
    public required string Referrer { get; init; }

    public required string Code { get; init; }

    public long AtMs { get; set; }

    public int ProgramVersion { get; set; }

    public ReferralStatus Status { get; set; }

    public ReferralRefusal? Refusal { get; set; }

    public long? DecidedAtMs { get; set; }

    public static ReferralDocument Of(Referral referral) => new()
    {
        Referrer = referral.Referrer.Value,
        Code = referral.Code,
        AtMs = LedgerMapping.Ms(referral.At),
        ProgramVersion = referral.ProgramVersion,
        Status = referral.Status,
        Refusal = referral.Refusal,
        DecidedAtMs = referral.DecidedAt is { } at ? LedgerMapping.Ms(at) : null,
    };

    public Referral ToReferral(CustomerId referee) => new(
        referee, new CustomerId(Referrer), Code, LedgerMapping.At(AtMs), ProgramVersion, Status, Refusal,
        DecidedAtMs is { } at ? LedgerMapping.At(at) : null);
}

internal sealed class AdjustmentDocument
{
    /// <summary>Above zero they are given, below it taken.</summary>
    public long Points { get; set; }

    public required string Reason { get; init; }

    /// <summary>The name of the key that asked for it.</summary>
    public required string By { get; init; }

    public long AskedAtMs { get; set; }

    /// <summary>Whether it needed, or needs, a second key.</summary>
    public bool IsFourEyes { get; set; }

    public AdjustmentStatus Status { get; set; }

    /// <summary>The name of the second key.</summary>
    public string? DecidedBy { get; set; }

    public long? DecidedAtMs { get; set; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(CountDocument))]
[JsonSerializable(typeof(EventDocument))]
[JsonSerializable(typeof(CodeDocument))]
[JsonSerializable(typeof(BroughtDocument))]
[JsonSerializable(typeof(ReferralDocument))]
[JsonSerializable(typeof(AdjustmentDocument))]
internal sealed partial class MemberStorage : JsonSerializerContext
{
    public static async ValueTask<T?> ReadAsync<T>(
        IDocumentStore store, DocumentKey key, JsonTypeInfo<T> type, CancellationToken cancellation)
        where T : class =>
        await store.ReadAsync(key, cancellation) is { } document ? Read(document, type) : null;

    public static T Read<T>(Document document, JsonTypeInfo<T> type) =>
        JsonSerializer.Deserialize(document.Body.Span, type) ?? throw LedgerMapping.Corrupt(document.Key.Kind);
}
