using System.Text.Json;
using System.Text.Json.Serialization;
using Pipeline.Domain;
using Pipeline.Runtime.Loyalty.Storage;
using Pipeline.Runtime.Work;

namespace Pipeline.Runtime.Loyalty;

/// <summary>A purchase or a refund on the queue <c>purchases</c>; instants are Unix milliseconds.</summary>
internal sealed class LedgerMessage
{
    [JsonPropertyName("customer")]
    public required string Customer { get; init; }

    [JsonPropertyName("purchase")]
    public required string Purchase { get; init; }

    /// <summary>Present on a refund.</summary>
    [JsonPropertyName("refund")]
    public string? Refund { get; set; }

    [JsonPropertyName("at")]
    public long At { get; set; }

    [JsonPropertyName("cur")]
    public string? Currency { get; set; }

    [JsonPropertyName("ch")]
    public string? Channel { get; set; }

    [JsonPropertyName("lines")]
    public LineDocument[]? Lines { get; set; }

    [JsonPropertyName("disc")]
    public long Discount { get; set; }

    [JsonPropertyName("ship")]
    public long Shipping { get; set; }

    [JsonPropertyName("tax")]
    public long Tax { get; set; }

    [JsonPropertyName("hold")]
    public string? Hold { get; set; }

    [JsonPropertyName("scope")]
    public ScopeDocument? Scope { get; set; }

    /// <summary>When intake stamped it. It stands last and is no part of the fingerprint.</summary>
    [JsonPropertyName("rec")]
    public long RecordedAt { get; set; }
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(LedgerMessage))]
internal sealed partial class MessageJson : JsonSerializerContext;

/// <summary>Writes and reads the queue's bodies, and gives each content its fingerprint.</summary>
internal static class Messages
{
    private static readonly MessageJson Json = MessageJson.Default;

    public static LedgerMessage Of(CustomerId customer, PurchaseId id, Basket basket, HoldId? hold, DateTimeOffset at)
    {
        var lines = new LineDocument[basket.Lines.Count];
        for (var i = 0; i < lines.Length; i++)
            lines[i] = FactMapping.Write(basket.Lines[i]);
        return new LedgerMessage
        {
            Customer = customer.Value,
            Purchase = id.Value,
            At = at.ToUnixTimeMilliseconds(),
            Currency = basket.Currency.Code,
            Channel = basket.Channel,
            Lines = lines,
            Discount = basket.Discount,
            Shipping = basket.Shipping,
            Tax = basket.Tax,
            Hold = hold?.Value,
        };
    }

    public static LedgerMessage Of(
        CustomerId customer, RefundId id, PurchaseId purchase, RefundScope scope, DateTimeOffset at) => new()
        {
            Customer = customer.Value,
            Purchase = purchase.Value,
            Refund = id.Value,
            At = at.ToUnixTimeMilliseconds(),
            Scope = FactMapping.Write(scope),
        };

    public static SealedMessage Seal(LedgerMessage message, DateTimeOffset recordedAt) =>
        SealedMessage.Of(message, Json.LedgerMessage, recordedAt);

    public static string FingerprintOf(LedgerMessage message) =>
        SealedMessage.FingerprintOf(message, Json.LedgerMessage);

    /// <summary>The command in a body, or null and why it cannot be read: a poisoned message, not a business refusal.</summary>
    public static (CustomerId Customer, LedgerCommand Command)? Read(
        ReadOnlySpan<byte> body, string fingerprint, out string problem)
    {
        problem = "";
        try
        {
            var message = JsonSerializer.Deserialize(body, Json.LedgerMessage);
            if (message is null)
                problem = "The body is null.";
            else if (message.RecordedAt == 0)
                problem = "The body has no stamp of intake.";
            else if (message.Refund is null)
                return (new CustomerId(message.Customer), Purchase(message, fingerprint));
            else
                return (new CustomerId(message.Customer), Refund(message, fingerprint));
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidDataException or ArgumentException)
        {
            problem = e.Message;
        }

        return null;
    }

    private static LedgerCommand.Purchase Purchase(LedgerMessage message, string fingerprint)
    {
        if (!Currency.TryParse(message.Currency, out var currency) || message.Lines is not { Length: > 0 } stored)
            throw new InvalidDataException("A purchase has a currency and lines.");
        var lines = new BasketLine[stored.Length];
        for (var i = 0; i < lines.Length; i++)
            lines[i] = stored[i] is { Sku: { } sku } line
                ? new BasketLine(sku, line.Name, line.Category, line.Quantity, line.UnitPrice)
                : throw new InvalidDataException("A line has a SKU.");
        var basket = new Basket(currency, message.Channel, lines, message.Discount, message.Shipping, message.Tax);
        return Pricing.TryPrice(basket, out var priced) == BasketProblem.None
            ? new LedgerCommand.Purchase(
                new PurchaseId(message.Purchase), priced!, message.Hold is { } hold ? new HoldId(hold) : null,
                LedgerMapping.At(message.At), LedgerMapping.At(message.RecordedAt), fingerprint)
            : throw new InvalidDataException("The purchase has no price.");
    }

    private static LedgerCommand.Refund Refund(LedgerMessage message, string fingerprint) => new(
        new RefundId(message.Refund!), new PurchaseId(message.Purchase), Scope(message.Scope),
        LedgerMapping.At(message.At), LedgerMapping.At(message.RecordedAt), fingerprint);

    private static RefundScope Scope(ScopeDocument? stored) => stored switch
    {
        { Amount: < 1 } => throw new InvalidDataException("A refund returns an amount above zero."),
        { Skus: { } skus, Quantities: { } quantities } when
            skus.Length == 0 || skus.Length != quantities.Length || skus.Contains(null) || quantities.Any(q => q < 1) =>
            throw new InvalidDataException("A refund returns lines with a SKU and a quantity above zero each."),
        _ => FactMapping.Read(stored),
    };
}

/// <summary>
/// Identifies the content of what a client sent, apart from when we received it, so that one key with two contents is
/// noticed. Whoever brings purchases in by another way than intake uses the same.
/// </summary>
public static class Fingerprints
{
    public static string OfPurchase(CustomerId customer, PurchaseId id, Basket basket, HoldId? hold, DateTimeOffset at) =>
        Messages.FingerprintOf(Messages.Of(customer, id, basket, hold, at));

    public static string OfRefund(
        CustomerId customer, RefundId id, PurchaseId purchase, RefundScope scope, DateTimeOffset at) =>
        Messages.FingerprintOf(Messages.Of(customer, id, purchase, scope, at));

    public static string OfHold(long points, int seconds) => $"{points}/{seconds}";
}
