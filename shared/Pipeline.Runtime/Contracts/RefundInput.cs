using System.Diagnostics.CodeAnalysis;
using Pipeline.Domain;
using Pipeline.Runtime.Http;

namespace Pipeline.Runtime.Contracts;

/// <summary>A refund as a client posts it.</summary>
internal sealed record RefundInput(
    CustomerId Customer, RefundId Id, PurchaseId Purchase, RefundScope Scope, DateTimeOffset OccurredAt)
{
    public static bool TryRead(
        ApiCall call, DateTimeOffset now, [NotNullWhen(true)] out RefundInput? input,
        [NotNullWhen(false)] out ApiAnswer? refusal)
    {
        input = null;
        if (!JsonBody.TryParse(call.Body, out var json, out refusal))
            return false;
        using (json)
        {
            var root = json.Root;
            var id = root.NaturalKey("refundId"u8, call.IdempotencyKey);
            var purchase = root.Id("purchaseId"u8, isRequired: true);
            var customer = root.Id("customerId"u8, isRequired: true);
            var occurredAt = root.Instant(
                "occurredAt"u8, InputLimits.OccurredEarliest, InputLimits.OccurredLatest(now), isRequired: true);
            var scope = ReadScope(root);
            if (!json.Errors.IsEmpty)
            {
                refusal = json.Errors.Answer();
                return false;
            }

            input = new RefundInput(
                new CustomerId(customer!), new RefundId(id!), new PurchaseId(purchase!), scope!, occurredAt!.Value);
            return true;
        }
    }

    private static RefundScope? ReadScope(InputObject root)
    {
        if (root.Has("lines"u8) && root.Has("amount"u8))
        {
            root.Fail("amount"u8, "and lines exclude one another: send one, or neither for all that is left");
            return null;
        }

        if (root.Has("amount"u8))
            return root.Whole("amount"u8, 1, long.MaxValue) is { } amount ? new RefundScope.ByAmount(amount) : null;
        if (!root.Has("lines"u8))
            return new RefundScope.Whole();
        var lines = root.Objects("lines"u8, InputLimits.LinesMax, isRequired: true, ReadLine);
        return lines is null ? null : new RefundScope.ByLines([.. lines.Select(static line => line.Line)]);
    }

    private static Returned? ReadLine(InputObject line)
    {
        var sku = line.Text("sku"u8, InputLimits.SkuCharactersMax, isRequired: true);
        var quantity = line.Whole("quantity"u8, 1, InputLimits.QuantityMax);
        return sku is not null && quantity is { } count ? new Returned(new ReturnedLine(sku, count)) : null;
    }

    private sealed record Returned(ReturnedLine Line);
}
