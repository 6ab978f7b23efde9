using Pipeline.Domain;
using Pipeline.Runtime.Loyalty.Storage;
using Pipeline.Runtime.Ports;
using Pipeline.Runtime.Work;

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

    public ValueTask<IntakeAnswer> AcceptAsync(
        CustomerId customer,
        PurchaseId id,
        Basket basket,
        HoldId? hold,
        DateTimeOffset occurredAt,
        string? traceParent,
        CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        if (Refusal(programs.Programs.InEffectAt(FactOrder.At(occurredAt, now)), basket) is { } problem)
            return new(new IntakeAnswer.Refused(problem));
        var message = Messages.Seal(Messages.Of(customer, id, basket, hold, occurredAt), now);
        var entry = EntryIds.Purchase(id.Value);
        var known = store.ReadAsync(LedgerKinds.EntryOf(customer, entry), cancellation);
        return SendAsync(known, Queued(customer, entry, message, traceParent), cancellation);
    }

    private async ValueTask<IntakeAnswer> SendAsync(
        ValueTask<Document?> known, QueueMessage message, CancellationToken cancellation)
    {
        if (await known is { } entry)
            return AnswerTo(LedgerMapping.ReadEntry(entry).Fingerprint, message.Fingerprint);
        var sent = await queue.SendAsync(QueueNames.Purchases, message, cancellation);
        return sent.Status == SendStatus.Queued
            ? IntakeAnswer.Accepted.Now
            : AnswerTo(sent.ExistingFingerprint, message.Fingerprint);
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
        var message = Messages.Seal(Messages.Of(customer, id, purchase, scope, occurredAt), clock.GetUtcNow());
        var entry = EntryIds.Refund(id.Value);
        var known = await store.ReadAsync(LedgerKinds.EntryOf(customer, entry), cancellation);
        if (known is null && await RefundRefusalAsync(customer, id, purchase, scope, occurredAt, cancellation) is { } problem)
            return new IntakeAnswer.Refused(problem);
        return await SendAsync(new(known), Queued(customer, entry, message, traceParent), cancellation);
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
        var known = await store.ReadAsync(LedgerKinds.RefundsOf(customer, purchase), cancellation);
        var book = known is null ? RefundBook.Empty(purchase) : LedgerMapping.ReadRefunds(known);
        if (bought is null)
            return book.Refunds.Length < Ledger.WaitingPerPurchaseMax ? null : IntakeProblem.TooManyRefunds;
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

    private static QueueMessage Queued(
        CustomerId customer, string entry, SealedMessage message, string? traceParent) =>
        new($"{customer.Value}/{entry}", customer.Value, message.Body, message.Fingerprint, traceParent);

    private static IntakeAnswer AnswerTo(string? known, string fingerprint) =>
        known == fingerprint ? new IntakeAnswer.Accepted(Replayed: true) : new IntakeAnswer.ContentDiffers();
}
