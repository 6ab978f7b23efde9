using System.Collections.Immutable;
using Pipeline.Domain;
using Pipeline.Runtime.Loyalty.Storage;
using Pipeline.Runtime.Ports;

namespace Pipeline.Runtime.Loyalty;

/// <param name="Points">The sum of all entries' points: what all customers have, with the expiries that are due.</param>
public sealed record AuditResult(long Customers, long Entries, long Points, AuditFailure? Failure);

/// <summary>The first customer whose ledger does not hold, and what of it.</summary>
public sealed record AuditFailure(string Customer, string Invariant, string Detail);

/// <summary>
/// Proves every customer's ledger from its entries: nothing that is stored as a sum is believed.
/// </summary>
public sealed class LedgerAudit(IDocumentStore store, IProgramSource programs, TimeProvider clock)
{
    private const int PageCustomers = 200;

    /// <param name="progress">Told the number of customers proven so far.</param>
    public async ValueTask<AuditResult> RunAsync(IProgress<long>? progress, CancellationToken cancellation)
    {
        long customers = 0, entries = 0, points = 0;
        for (var shard = 0; shard < store.ShardCount; shard++)
        {
            string? cursor = null;
            do
            {
                var page = await store.ScanAsync(
                    new ScanQuery(shard, LedgerKinds.Account, PageCustomers, cursor), cancellation);
                foreach (var document in page.Documents)
                {
                    var (count, sum, failure) = await ProveAsync(document, cancellation);
                    if (failure is not null)
                        return new AuditResult(customers, entries, points, failure);
                    customers++;
                    entries += count;
                    points += sum;
                }

                progress?.Report(customers);
                cursor = page.Cursor;
            }
            while (cursor is not null);
        }

        return new AuditResult(customers, entries, points, null);
    }

    private async ValueTask<(long Entries, long Points, AuditFailure? Failure)> ProveAsync(
        Document document, CancellationToken cancellation)
    {
        var customer = new CustomerId(document.Key.Partition);
        var account = LedgerMapping.ReadAccount(document.Body).Account;
        var entries = await LedgerHistory.LoadAsync(store, customer, cancellation);
        var broken = LedgerProof.FirstBroken(account, entries, programs.Programs, clock.GetUtcNow());
        var failure = broken is { } b ? new AuditFailure(customer.Value, b.Invariant, b.Detail) : null;
        return (entries.Length, entries.Sum(entry => entry.Points), failure);
    }
}

/// <summary>The invariants of one ledger.</summary>
internal static class LedgerProof
{
    public static (string Invariant, string Detail)? FirstBroken(
        Account account, ImmutableArray<Entry> entries, ProgramHistory programs, DateTimeOffset now) =>
        Chain(account, entries) ?? Sums(account, entries, now) ?? Lots(account, entries) ?? Fold(account, entries, programs);

    private static (string, string)? Chain(Account account, ImmutableArray<Entry> entries)
    {
        var sorted = entries.Sort((a, b) => a.Sequence.CompareTo(b.Sequence));
        string? previous = null;
        for (var i = 0; i < sorted.Length; i++)
        {
            if (sorted[i].Sequence != i + 1 || sorted[i].Previous != previous)
                return ("chain", $"entry {sorted[i].Id} is number {sorted[i].Sequence} where {i + 1} was expected");
            previous = sorted[i].Id;
        }

        return account.Entries == sorted.Length && account.Head == previous
            ? null
            : ("chain", $"the account counts {account.Entries} entries, {sorted.Length} are stored");
    }

    private static (string, string)? Sums(Account account, ImmutableArray<Entry> entries, DateTimeOffset now)
    {
        var sum = entries.Sum(entry => entry.Points) - Balance.Lapsed(account, now).Sum(lapse => lapse.Points);
        var balance = account.BalanceAt(now);
        if (sum != balance.Total)
            return ("sum", $"the entries add up to {sum}, the balance is {balance.Total}");
        var lots = balance.Lots.Sum(lot => lot.Points);
        return lots == balance.Spendable + balance.Pending + balance.Held
            ? null
            : ("lots", $"the lots add up to {lots}");
    }

    private static (string, string)? Lots(Account account, ImmutableArray<Entry> entries)
    {
        var lots = new Dictionary<LotId, long>();
        foreach (var entry in entries)
            foreach (var change in entry.Lots)
                lots[change.Lot] = lots.GetValueOrDefault(change.Lot) + change.Points;
        foreach (var lot in account.Lots)
            if (!lots.Remove(lot.Id, out var points) || points != lot.Points)
                return ("lot", $"lot {lot.Id} holds {lot.Points}, its entries say {points}");
        foreach (var (lot, points) in lots)
            if (points != 0)
                return ("lot", $"lot {lot} is gone, its entries say {points}");
        return null;
    }

    private static (string, string)? Fold(Account account, ImmutableArray<Entry> entries, ProgramHistory programs)
    {
        var rebuilt = History.Rebuild(entries, programs, account.ExpiredThrough);
        return rebuilt == account ? null : ("fold", "folding the entries does not end in the account");
    }
}
