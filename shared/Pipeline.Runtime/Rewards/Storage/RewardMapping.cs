using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Pipeline.Domain;
using Pipeline.Runtime.Loyalty.Storage;
using Pipeline.Runtime.Ports;

namespace Pipeline.Runtime.Rewards.Storage;

/// <summary>A redemption as it is stored.</summary>
/// <param name="Redemption">Null: the id was tried, nothing came of it, and it is free.</param>
/// <param name="GivesBack">It is over, and what it kept from others has yet to be given back.</param>
internal sealed record StoredRedemption(
    string? Version, int Attempt, string? Fingerprint, RewardRedemption? Redemption, bool GivesBack)
{
    public static readonly StoredRedemption None = new(null, 0, null, null, GivesBack: false);
}

internal static class RewardMapping
{
    private static RewardJsonContext Json => RewardJsonContext.Default;

    public static byte[] Write<T>(T value, Func<RewardJsonContext, JsonTypeInfo<T>> type) =>
        StoredJson.Write(value, type(Json));

    public static T Read<T>(Document document, Func<RewardJsonContext, JsonTypeInfo<T>> type) =>
        JsonSerializer.Deserialize(document.Body.Span, type(Json)) ?? throw LedgerMapping.Corrupt(document.Key.Kind);

    public static async ValueTask<StoredRedemption> LoadAsync(
        IDocumentStore store, CustomerId customer, RedemptionId id, CancellationToken cancellation) =>
        await store.ReadAsync(RewardKinds.RedemptionOf(customer, id), cancellation) is { } document
            ? Read(document)
            : StoredRedemption.None;

    public static StoredRedemption Read(Document document)
    {
        var stored = Read(document, static json => json.RedemptionDocument);
        return new StoredRedemption(
            document.Version, stored.Attempt, stored.Fingerprint,
            stored.IsVoid ? null : ReadRedemption(document.Key.Id, stored), stored.GivesBack);
    }

    /// <summary>The document under the version at which it was read; it fails where it has changed since.</summary>
    public static Write WriteOf(RedemptionId id, StoredRedemption stored)
    {
        var body = Write(
            stored.Redemption is { } redemption
                ? WriteRedemption(redemption, stored)
                : new RedemptionDocument { IsVoid = true, Attempt = stored.Attempt },
            static json => json.RedemptionDocument);
        return stored.Version is { } version
            ? new Write.Replace(RewardKinds.Redemption, id.Value, version, body, DueOf(stored))
            : new Write.Create(RewardKinds.Redemption, id.Value, body, DueOf(stored));
    }

    /// <summary>A step as the outside is told of it: the redemption as it was then, without its code.</summary>
    public static Write EventOf(RewardRedemption redemption, RedemptionStatus status, string? traceParent)
    {
        var told = WriteRedemption(redemption with { Code = null }, StoredRedemption.None);
        told.TraceParent = traceParent;
        return new Write.Create(
            RewardKinds.Event, EventId(redemption.Id, status), Write(told, static json => json.RedemptionDocument));
    }

    public static string EventId(RedemptionId id, RedemptionStatus status) =>
        $"{Words.Of(status)}:{id.Value}";

    /// <summary>The redemption of an event, and the trace of the request behind it.</summary>
    public static (RewardRedemption Redemption, string? TraceParent) ReadEvent(Document document)
    {
        var stored = Read(document, static json => json.RedemptionDocument);
        var id = document.Key.Id[(document.Key.Id.IndexOf(':', StringComparison.Ordinal) + 1)..];
        return (ReadRedemption(id, stored), stored.TraceParent);
    }

    private static DateTimeOffset? DueOf(StoredRedemption stored) => stored switch
    {
        { Redemption: null } => null,
        { GivesBack: true } => stored.Redemption.ReservedAt,
        { Redemption: { CancelledAt: null, FulfilledAt: null, ExpiredAt: null } open } => open.EndsAt,
        _ => null,
    };

    private static RedemptionDocument WriteRedemption(RewardRedemption it, StoredRedemption stored) => new()
    {
        Attempt = stored.Attempt,
        Fingerprint = stored.Fingerprint,
        GivesBack = stored.GivesBack,
        Reward = it.Reward.Value,
        Kind = Words.Of(it.Kind),
        ProgramVersion = it.ProgramVersion,
        Points = it.Points,
        Currency = it.Money?.Currency.Code,
        Money = it.Money?.Amount ?? 0,
        ReservedAt = LedgerMapping.Ms(it.ReservedAt),
        ReservedUntil = LedgerMapping.Ms(it.ReservedUntil),
        Code = it.Code,
        IssuedAt = Ms(it.IssuedAt),
        UsableUntil = Ms(it.UsableUntil),
        FulfilledAt = Ms(it.FulfilledAt),
        CancelledAt = Ms(it.CancelledAt),
        CancelReason = it.CancelReason,
        Returned = it.Returned,
        ExpiredAt = Ms(it.ExpiredAt),
    };

    private static RewardRedemption ReadRedemption(string id, RedemptionDocument it) => new(
        new RedemptionId(id),
        new RewardId(it.Reward ?? throw LedgerMapping.Corrupt("redemption")),
        Words.KindOf(it.Kind ?? "") ?? throw LedgerMapping.Corrupt("redemption"),
        it.ProgramVersion,
        it.Points,
        Currency.TryParse(it.Currency, out var currency) ? new RewardMoney(currency, it.Money) : null,
        LedgerMapping.At(it.ReservedAt),
        LedgerMapping.At(it.ReservedUntil))
    {
        Code = it.Code,
        IssuedAt = At(it.IssuedAt),
        UsableUntil = At(it.UsableUntil),
        FulfilledAt = At(it.FulfilledAt),
        CancelledAt = At(it.CancelledAt),
        CancelReason = it.CancelReason,
        Returned = it.Returned,
        ExpiredAt = At(it.ExpiredAt),
    };

    private static long? Ms(DateTimeOffset? at) => at is { } instant ? LedgerMapping.Ms(instant) : null;

    private static DateTimeOffset? At(long? ms) => ms is { } known ? LedgerMapping.At(known) : null;
}

/// <summary>The words of the wire and of the store.</summary>
internal static class Words
{
    private static readonly (RewardKind Kind, string Word)[] Kinds =
    [
        (RewardKind.Discount, "discount"), (RewardKind.Gift, "gift"), (RewardKind.Voucher, "voucher"),
        (RewardKind.FreeShipping, "freeShipping"), (RewardKind.Charity, "charity"),
    ];

    public static string Of(RewardKind kind) => Array.Find(Kinds, one => one.Kind == kind).Word;

    public static RewardKind? KindOf(string word) => Array.Find(Kinds, one => one.Word == word) is { Word: not null } known
        ? known.Kind
        : null;

    public static string Of(RedemptionStatus status) => status switch
    {
        RedemptionStatus.Reserved => "reserved",
        RedemptionStatus.Issued => "issued",
        RedemptionStatus.Fulfilled => "fulfilled",
        RedemptionStatus.Cancelled => "cancelled",
        RedemptionStatus.Expired => "expired",
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, "Not a status."),
    };
}
