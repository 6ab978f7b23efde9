using Pipeline.Domain;
using Pipeline.Runtime.Loyalty.Storage;
using Pipeline.Runtime.Ports;

namespace Pipeline.Runtime.Loyalty;

/// <summary>
/// Accepts purchases and refunds: what can be refused at once is refused with its reason, the rest is durable in the
/// queue before it is acknowledged.
/// </summary>
public sealed class PurchaseIntake(
    IDocumentStore store, IWorkQueue queue, IProgramSource programs, TimeProvider clock)
{
    /// <summary>Below this many minor units no rate that a program may have takes the points past 64 bits.</summary>
    private const long SurelyFits = 1_000_000_000_000;

    public async ValueTask<IntakeAnswer> AcceptAsync(
        CustomerId customer,
        PurchaseId id,
        Basket basket,
        HoldId? hold,
        DateTimeOffset occurredAt,
        string? traceParent,
        CancellationToken cancellation)
    {
        if (Refusal(programs.Programs.Current, basket) is { } problem)
            return new IntakeAnswer.Refused(problem);
        var message = Messages.Of(customer, id, basket, hold, occurredAt);
        var (content, fingerprint) = Messages.Seal(message);
        var entry = await store.ReadAsync(
            LedgerKinds.EntryOf(customer, EntryIds.Purchase(id.Value)), cancellation);
        return entry is not null
            ? Known(LedgerMapping.ReadEntry(entry), fingerprint)
            : await SendAsync(customer, $"purchase:{id}", content, fingerprint, traceParent, cancellation);
    }

    public async ValueTask<IntakeAnswer> AcceptRefundAsync(
        CustomerId customer,
        RefundId id,
        PurchaseId purchase,
        RefundScope scope,
        DateTimeOffset occurredAt,
        string? traceParent,
        CancellationToken cancellation)
    {
        var (content, fingerprint) = Messages.Seal(Messages.Of(customer, id, purchase, scope, occurredAt));
        var entry = await store.ReadAsync(LedgerKinds.EntryOf(customer, EntryIds.Refund(id.Value)), cancellation);
        if (entry is not null)
            return Known(LedgerMapping.ReadEntry(entry), fingerprint);
        if (await RefundRefusalAsync(customer, id, purchase, scope, occurredAt, cancellation) is { } problem)
            return new IntakeAnswer.Refused(problem);
        return await SendAsync(customer, $"refund:{id}", content, fingerprint, traceParent, cancellation);
    }

    internal static IntakeProblem? Refusal(LoyaltyProgram program, Basket basket)
    {
        if (!Earning.Accepts(program, basket.Currency))
            return IntakeProblem.UnknownCurrency;
        switch (Pricing.TryPrice(basket, out var priced))
        {
            case BasketProblem.TotalOverflows:
                return IntakeProblem.TotalOverflows;
            case BasketProblem.DiscountAboveGoods:
                return IntakeProblem.DiscountAboveGoods;
            default:
                return priced!.Payable > SurelyFits && Earning.TryAward(program, priced) is null
                    ? IntakeProblem.PointsOverflow
                    : null;
        }
    }

    /// <summary>
    /// Where the purchase is there already, a refund that does not fit it is refused at once; where it is not, the
    /// refund waits for it, and what does not fit is told by <c>GET …/refunds/{refundId}</c>.
    /// </summary>
    private async ValueTask<IntakeProblem?> RefundRefusalAsync(
        CustomerId customer,
        RefundId id,
        PurchaseId purchase,
        RefundScope scope,
        DateTimeOffset occurredAt,
        CancellationToken cancellation)
    {
        var bought = await store.ReadAsync(
            LedgerKinds.EntryOf(customer, EntryIds.Purchase(purchase.Value)), cancellation);
        if (bought is null)
            return null;
        var known = await store.ReadAsync(LedgerKinds.RefundsOf(customer, purchase), cancellation);
        var book = known is null ? RefundBook.Empty(purchase) : LedgerMapping.ReadRefunds(known);
        var counts = FactOrder.At(occurredAt, clock.GetUtcNow());
        var outcome = book.With(id, counts, scope, LedgerMapping.ReadEntry(bought)).Find(id)!.Outcome;
        return outcome is not RefundOutcome.Rejected rejected ? null : rejected.Reason switch
        {
            Reason.RefundAbovePurchase => IntakeProblem.RefundAbovePurchase,
            Reason.RefundOfUnknownLine => IntakeProblem.RefundOfUnknownLine,
            Reason.NothingLeftToRefund => IntakeProblem.NothingLeftToRefund,
            Reason.PurchaseRejected => IntakeProblem.PurchaseRejected,
            var other => throw new InvalidOperationException($"A refund is not rejected for {other}."),
        };
    }

    private static IntakeAnswer Known(Entry entry, string fingerprint) =>
        entry.Fingerprint == fingerprint
            ? new IntakeAnswer.Accepted(Replayed: true)
            : new IntakeAnswer.ContentDiffers();

    private async ValueTask<IntakeAnswer> SendAsync(
        CustomerId customer,
        string key,
        byte[] content,
        string fingerprint,
        string? traceParent,
        CancellationToken cancellation)
    {
        var body = Messages.Stamp(content, clock.GetUtcNow());
        var sent = await queue.SendAsync(
            QueueNames.Purchases,
            new QueueMessage($"{customer}/{key}", customer.Value, body, fingerprint, traceParent),
            cancellation);
        return sent switch
        {
            { Status: SendStatus.Queued } => new IntakeAnswer.Accepted(Replayed: false),
            { ExistingFingerprint: var existing } when existing == fingerprint => new IntakeAnswer.Accepted(Replayed: true),
            _ => new IntakeAnswer.ContentDiffers(),
        };
    }
}
