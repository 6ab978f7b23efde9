using System.Collections.Immutable;
using Pipeline.Domain;
using Pipeline.Runtime.Campaigns;
using Pipeline.Runtime.Loyalty.Storage;
using Pipeline.Runtime.Ports;

namespace Pipeline.Runtime.Loyalty;

/// <param name="Points">
/// The sum of all entries' points: what all customers have, with the expiries that are due. Of one customer it fits 64
/// bits, of all together it need not.
/// </param>
public sealed record AuditResult(long Customers, long Entries, decimal Points, AuditFailure? Failure);

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
        long customers = 0, entries = 0;
        decimal points = 0;
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

    /// <summary>
    /// The host may serve meanwhile, and a customer may buy something between our reads; then the account has another
    /// version by now, and is proven again.
    /// </summary>
    private async ValueTask<(long Entries, long Points, AuditFailure? Failure)> ProveAsync(
        Document document, CancellationToken cancellation)
    {
        for (var attempt = 0; attempt < LedgerCoordinator.AttemptsMax; attempt++)
        {
            var proof = await ProveOnceAsync(document, cancellation);
            if (proof.Failure is null)
                return proof;
            var now = await store.ReadAsync(document.Key, cancellation);
            if (now is null || now.Version == document.Version)
                return proof;
            document = now;
        }

        throw new ContendedException(document.Key.Partition, LedgerCoordinator.AttemptsMax);
    }

    private async ValueTask<(long Entries, long Points, AuditFailure? Failure)> ProveOnceAsync(
        Document document, CancellationToken cancellation)
    {
        var name = document.Key.Partition;
        try
        {
            var customer = new CustomerId(name);
            var account = LedgerMapping.ReadAccount(document.Body).Account;
            var entries = await LedgerHistory.LoadAsync(store, customer, cancellation);
            var now = clock.GetUtcNow();
            var broken = LedgerProof.FirstBroken(account, entries, programs.Programs, now)
                ?? LedgerProof.Due(account, document.DueAt)
                ?? await RefundsAsync(customer, entries, cancellation)
                ?? await UsesAsync(customer, entries, cancellation);
            var points = LedgerProof.PointsOf(entries) - Balance.Lapsed(account, now).Sum(lapse => lapse.Points);
            return (entries.Length, points, broken is { } b ? new AuditFailure(name, b.Invariant, b.Detail) : null);
        }
        catch (Exception e) when (e is not (StoreUnavailableException or OperationCanceledException))
        {
            return (0, 0, new AuditFailure(name, "readable", e.Message));
        }
    }

    private async ValueTask<(string Invariant, string Detail)?> RefundsAsync(
        CustomerId customer, ImmutableArray<Entry> entries, CancellationToken cancellation)
    {
        foreach (var expected in LedgerProof.RefundBooks(entries))
        {
            var stored = await store.ReadAsync(LedgerKinds.RefundsOf(customer, expected.Purchase), cancellation);
            if (stored is null || !LedgerProof.AreSame(LedgerMapping.ReadRefunds(stored), expected))
                return ("refunds", $"the refunds of purchase {expected.Purchase} are not what their entries say");
        }

        return null;
    }

    /// <summary>What the customer had of campaigns that count it is what the entries say.</summary>
    private async ValueTask<(string Invariant, string Detail)?> UsesAsync(
        CustomerId customer, ImmutableArray<Entry> entries, CancellationToken cancellation)
    {
        foreach (var (campaign, expected) in CampaignUse.Recount(entries, programs.Programs))
        {
            var stored = await store.ReadAsync(CampaignKinds.UseOf(customer, campaign), cancellation);
            if (stored is null || !CampaignUseDocument.Read(stored).Equals(expected))
                return ("campaign", $"what the customer had of campaign {campaign} is not what the entries say");
        }

        return null;
    }
}

/// <summary>The invariants of one ledger.</summary>
internal static class LedgerProof
{
    public static (string Invariant, string Detail)? FirstBroken(
        Account account, ImmutableArray<Entry> entries, ProgramHistory programs, DateTimeOffset now)
    {
        var sorted = entries.Sort((a, b) => a.Sequence.CompareTo(b.Sequence));
        return Chain(account, sorted)
            ?? Deficit(sorted)
            ?? Sums(account, entries, now)
            ?? Lots(account, entries)
            ?? Fold(account, entries, programs);
    }

    public static (string Invariant, string Detail)? Due(Account account, DateTimeOffset? storedDueAt) =>
        storedDueAt == account.NightDueAt
            ? null
            : ("due", $"the store keeps the account due at {storedDueAt:O}, its lots, its rhythm and its notices say {account.NightDueAt:O}");

    /// <summary>Of entries in any order: on the way the sum may pass the 64 bits that it ends within.</summary>
    public static long PointsOf(ImmutableArray<Entry> entries)
    {
        Int128 sum = 0;
        foreach (var entry in entries)
            sum += entry.Points;
        return (long)sum;
    }

    /// <summary>What became of every refund, worked out from the entries alone.</summary>
    public static IEnumerable<RefundBook> RefundBooks(ImmutableArray<Entry> entries) => entries
        .Where(entry => entry.Fact is Fact.Refunded)
        .GroupBy(entry => ((Fact.Refunded)entry.Fact).Purchase)
        .Select(refunds => (RefundBook.Empty(refunds.Key) with { Refunds = [.. refunds.Select(RefundRecord.Of)] }).WorkedWith(
            entries.FirstOrDefault(entry => entry.Fact is Fact.Purchased bought && bought.Purchase == refunds.Key)));

    public static bool AreSame(RefundBook a, RefundBook b) =>
        a.Purchase == b.Purchase && a.IsWhole == b.IsWhole && a.Refunds.AsSpan().SequenceEqual(b.Refunds.AsSpan());

    private static (string, string)? Chain(Account account, ImmutableArray<Entry> sorted)
    {
        string? previous = null;
        for (var i = 0; i < sorted.Length; i++)
        {
            if (sorted[i].Sequence != i + 1 || sorted[i].Previous != previous)
                return ("chain", $"entry {sorted[i].Id} is number {sorted[i].Sequence} where {i + 1} was expected");
            previous = sorted[i].Id;
        }

        return account.Entries == sorted.Length && account.Head == previous
            ? null
            : ("chain", $"the account counts {account.Entries} entries up to {account.Head}, {sorted.Length} are stored");
    }

    /// <summary>An entry's points are those of its lots less what it changed of the deficit, which is never below zero.</summary>
    private static (string, string)? Deficit(ImmutableArray<Entry> sorted)
    {
        long deficit = 0;
        foreach (var entry in sorted)
        {
            deficit += entry.Lots.Sum(change => change.Points) - entry.Points;
            if (deficit < 0)
                return ("deficit", $"entry {entry.Id} has {entry.Points} points, its lots say otherwise");
        }

        return null;
    }

    private static (string, string)? Sums(Account account, ImmutableArray<Entry> entries, DateTimeOffset now)
    {
        var sum = PointsOf(entries) - Balance.Lapsed(account, now).Sum(lapse => lapse.Points);
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
        // Counted as it is: for the tiers of an earlier program, until a purchase counts it anew.
        var rebuilt = History.RebuildCounting(entries, programs, account.ExpiredThrough, account.Tiers?.Shape);
        if (account.Rhythm is null) // written before rhythms were kept
            rebuilt = rebuilt with { Rhythm = null, Flows = account.Flows };
        return rebuilt == account ? null : ("fold", "folding the entries does not end in the account");
    }
}
