using System.Collections.Immutable;
using Pipeline.Domain;
using Pipeline.Runtime.Loyalty;

namespace Pipeline.Local.Import;

/// <summary>A command for the ledger and the lines of the file that it stands for.</summary>
internal sealed record PlannedCommand(LedgerCommand Command, int[] Rows);

/// <summary>
/// What the ledger is told of one customer, in the order of time. The same file makes the same ids, contents and so
/// fingerprints, whenever it is imported.
/// </summary>
internal static class CustomerPlan
{
    public static List<PlannedCommand> Of(
        CustomerDocuments customer,
        IReadOnlyList<MatchedReturn> returns,
        DateTimeOffset recordedAt,
        List<RefusedRow> refused)
    {
        var id = new CustomerId(customer.Customer);
        var plan = new List<(DateTimeOffset At, int Rank, PlannedCommand Command)>();
        foreach (var purchase in customer.Purchases)
            plan.Add((purchase.At, 0, Purchase(id, purchase, recordedAt)));
        foreach (var part in returns.GroupBy(match => (match.Return, match.Purchase)))
        {
            var (document, purchase) = part.Key;
            var refundId = $"{document.Id}-{purchase.Id}";
            if (!IdForm.IsValid(refundId))
            {
                refused.AddRange(part.Select(match => new RefusedRow(match.Line.Row, Refusal.IdTooLong)));
                continue;
            }

            // A cancellation that is dated before its purchase follows it: it would only wait there.
            var at = document.At > purchase.At ? document.At : purchase.At;
            plan.Add((at, 1, Refund(id, new RefundId(refundId), document, purchase, part, recordedAt)));
        }

        // The sort is stable, so that a refund never overtakes its purchase and a rerun sends the same order.
        return [.. plan.OrderBy(step => step.At).ThenBy(step => step.Rank).Select(step => step.Command)];
    }

    private static PlannedCommand Purchase(CustomerId customer, ShopDocument document, DateTimeOffset recordedAt)
    {
        var id = new PurchaseId(document.Id);
        var priced = document.Basket ?? throw new InvalidOperationException("A purchase is priced before it is planned.");
        var fingerprint = Fingerprints.OfPurchase(customer, id, priced.Basket, null, document.At);
        return new PlannedCommand(
            new LedgerCommand.Purchase(id, priced, null, document.At, recordedAt, fingerprint),
            [.. document.Lines.Select(line => line.Row)]);
    }

    private static PlannedCommand Refund(
        CustomerId customer,
        RefundId id,
        ShopDocument document,
        ShopDocument purchase,
        IEnumerable<MatchedReturn> parts,
        DateTimeOffset recordedAt)
    {
        var quantities = new SortedDictionary<string, long>(StringComparer.Ordinal);
        var rows = new SortedSet<int>();
        foreach (var part in parts)
        {
            quantities[part.Line.Sku] = quantities.GetValueOrDefault(part.Line.Sku) + part.Quantity;
            rows.Add(part.Line.Row);
        }

        var lines = quantities.Select(static part => new ReturnedLine(part.Key, part.Value)).ToImmutableArray();
        var scope = new RefundScope.ByLines(lines);
        var of = new PurchaseId(purchase.Id);
        var fingerprint = Fingerprints.OfRefund(customer, id, of, scope, document.At);
        return new PlannedCommand(
            new LedgerCommand.Refund(id, of, scope, document.At, recordedAt, fingerprint), [.. rows]);
    }
}
