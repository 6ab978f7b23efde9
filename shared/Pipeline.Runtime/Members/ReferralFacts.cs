using Pipeline.Domain;
using Pipeline.Runtime.Loyalty;
using Pipeline.Runtime.Loyalty.Storage;
using Pipeline.Runtime.Ports;

namespace Pipeline.Runtime.Members;

/// <summary>Reads what decides on a referral.</summary>
internal static class ReferralFacts
{
    /// <summary>A longer chain of referrals is taken for a cycle rather than followed.</summary>
    private const int ChainMax = 100;

    /// <summary>Around every <see cref="EntryIds.Purchase"/>.</summary>
    private const string PurchasesFrom = "purchase:";
    private const string PurchasesTo = "purchase;";

    /// <summary>What forbids that one refers the other, or null.</summary>
    public static async ValueTask<ReferralRefusal?> TieAsync(
        IDocumentStore store, CustomerId referrer, CustomerId referee, CancellationToken cancellation)
    {
        if (referrer == referee || await AreOneAsync(store, referrer, referee, cancellation))
            return ReferralRefusal.SamePerson;
        var at = referrer;
        for (var steps = 0; steps < ChainMax; steps++)
        {
            var above = await MemberStorage.ReadAsync(
                store, MemberKinds.ReferralOf(at), MemberStorage.Default.ReferralDocument, cancellation);
            if (above is null || !above.ToReferral(at).Binds)
                return null;
            at = new CustomerId(above.Referrer);
            if (at == referee)
                return ReferralRefusal.Cycle;
        }

        return ReferralRefusal.Cycle;
    }

    public static async ValueTask<bool> HasBoughtAsync(
        IDocumentStore store, CustomerId customer, CancellationToken cancellation) =>
        (await PurchasesAsync(store, customer, 1, null, cancellation)).Documents.Count > 0;

    /// <summary>
    /// Of the purchases that were not rejected, and whose goods cost something, the one that counts first; null where there is
    /// none. Who is sent a sample has bought nothing yet.
    /// </summary>
    public static async ValueTask<FirstPurchase?> FirstPurchaseAsync(
        IDocumentStore store, CustomerId customer, CancellationToken cancellation)
    {
        Entry? first = null;
        string? cursor = null;
        do
        {
            var page = await PurchasesAsync(store, customer, StoreLimits.PageDocumentsMax, cursor, cancellation);
            foreach (var document in page.Documents)
                if (LedgerMapping.ReadEntry(document) is { Fact: Fact.Purchased { Rejection: null, Net: > 0 } } entry
                    && (first is null || At(entry) < At(first)))
                    first = entry;
            cursor = page.Cursor;
        }
        while (cursor is not null);
        if (first?.Fact is not Fact.Purchased bought)
            return null;
        var stored = await store.ReadAsync(LedgerKinds.RefundsOf(customer, bought.Purchase), cancellation);
        var refunds = stored is null ? RefundBook.Empty(bought.Purchase) : LedgerMapping.ReadRefunds(stored);
        var returned = refunds.Refunds.Sum(
            static refund => refund.Outcome is RefundOutcome.Applied applied ? applied.Amount : 0);
        return new FirstPurchase(At(first), bought.Terms.Currency, bought.Net, returned, refunds.IsWhole);
    }

    private static DateTimeOffset At(Entry entry) => FactOrder.At(entry.OccurredAt, entry.RecordedAt);

    private static ValueTask<DocumentPage> PurchasesAsync(
        IDocumentStore store, CustomerId customer, int limit, string? cursor, CancellationToken cancellation) =>
        store.PageAsync(
            new PartitionQuery(
                customer.Value, LedgerKinds.Entry, limit, cursor, IdFrom: PurchasesFrom, IdTo: PurchasesTo),
            cancellation);

    private static async ValueTask<bool> AreOneAsync(
        IDocumentStore store, CustomerId one, CustomerId other, CancellationToken cancellation)
    {
        var (a, b) = (await ProfileAsync(store, one, cancellation), await ProfileAsync(store, other, cancellation));
        return SamePerson.ByEmail(a?.Email, b?.Email) || SamePerson.ByPhone(a?.Phone, b?.Phone);
    }

    private static async ValueTask<Profile?> ProfileAsync(
        IDocumentStore store, CustomerId customer, CancellationToken cancellation) =>
        await store.ReadAsync(LedgerKinds.AccountOf(customer), cancellation) is { } document
            ? LedgerMapping.ReadAccount(document.Body).Profile
            : null;
}
