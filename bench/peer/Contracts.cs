using System.Text.Json.Serialization;

namespace Peer;

internal sealed record PurchaseLine(string Sku, string? Name, string? Category, long Quantity, long UnitPrice);

internal sealed record Purchase(
    string PurchaseId,
    string CustomerId,
    DateTimeOffset OccurredAt,
    string Currency,
    string? Channel,
    PurchaseLine[] Lines,
    long Discount,
    long Shipping,
    long Tax);

internal sealed record Accepted(string PurchaseId, string Status);

/// <summary>What the ledger says of an award.</summary>
internal sealed record Award(string Rule, long Basis, long Points, string Reason, PurchaseLine[] Lines);

[JsonSourceGenerationOptions(System.Text.Json.JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(Purchase))]
[JsonSerializable(typeof(Accepted))]
[JsonSerializable(typeof(Award))]
internal sealed partial class PeerJson : JsonSerializerContext;
