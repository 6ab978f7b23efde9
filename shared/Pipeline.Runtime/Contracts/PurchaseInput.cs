using System.Diagnostics.CodeAnalysis;
using Pipeline.Domain;
using Pipeline.Runtime.Http;

namespace Pipeline.Runtime.Contracts;

/// <summary>A purchase as a client posts it.</summary>
internal sealed record PurchaseInput(
    CustomerId Customer, PurchaseId Id, Basket Basket, HoldId? Hold, DateTimeOffset OccurredAt)
{
    public static bool TryRead(
        ApiCall call, DateTimeOffset now, [NotNullWhen(true)] out PurchaseInput? input,
        [NotNullWhen(false)] out ApiAnswer? refusal)
    {
        refusal = null;
        return PlainPurchase.TryRead(call.Body.Span, now, out input) || TryReadAny(call, now, out input, out refusal);
    }

    /// <summary>Reads any body, and says all that is wrong with it.</summary>
    public static bool TryReadAny(
        ApiCall call, DateTimeOffset now, [NotNullWhen(true)] out PurchaseInput? input,
        [NotNullWhen(false)] out ApiAnswer? refusal)
    {
        input = null;
        if (!JsonBody.TryParse(call.Body, out var json, out refusal))
            return false;
        using (json)
        {
            var root = json.Root;
            var id = root.NaturalKey("purchaseId"u8, call.IdempotencyKey);
            var occurredAt = root.Instant(
                "occurredAt"u8, InputLimits.OccurredEarliest, InputLimits.OccurredLatest(now), isRequired: true);
            var hold = root.Id("holdId"u8, isRequired: false);
            if (!BasketInput.TryRead(root, out var bought, out refusal))
                return false;
            input = new PurchaseInput(
                bought.Customer,
                new PurchaseId(id!),
                bought.Basket,
                hold is null ? null : new HoldId(hold),
                occurredAt!.Value);
            return true;
        }
    }
}
