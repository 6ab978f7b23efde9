using Pipeline.Runtime.Loyalty.Storage;
using Pipeline.Runtime.Ports;

namespace Pipeline.Runtime.Loyalty;

/// <param name="Points">
/// The sum of all entries' points: what all customers have, with the expiries that are due. Of one customer it fits 64
/// bits, of all together it need not. 0 where only the chains were proven.
/// </param>
public sealed record AuditResult(long Customers, long Entries, decimal Points, AuditFailure? Failure);

/// <summary>A customer whose ledger does not hold, and what of it.</summary>
public sealed record AuditFailure(string Customer, string Invariant, string Detail, string? EntryId);

/// <summary>
/// Proves every customer's ledger from its entries: nothing that is stored as a sum is believed. Shards are proven side by side.
/// </summary>
public sealed class LedgerAudit(IDocumentStore store, IProgramSource programs, TimeProvider clock)
{
    private const int PageCustomers = 200;

    private readonly ProofReader reader = new(store, programs, clock);

    /// <param name="progress">Told the number of customers proven so far.</param>
    /// <param name="chainsOnly">Only that no stored byte was edited; not that the sums are right.</param>
    public async ValueTask<AuditResult> RunAsync(
        IProgress<long>? progress, CancellationToken cancellation, bool chainsOnly = false)
    {
        var tally = new Tally(progress);
        var sideBySide = new ParallelOptions
        {
            CancellationToken = cancellation,
            MaxDegreeOfParallelism = Environment.ProcessorCount,
        };
        await Parallel.ForAsync(0, store.ShardCount, sideBySide, async (shard, token) =>
        {
            string? cursor = null;
            do
            {
                var page = await store.ScanAsync(new ScanQuery(shard, LedgerKinds.Account, PageCustomers, cursor), token);
                foreach (var document in page.Documents)
                    if (!tally.IsBroken)
                        await ProveAsync(document);
                cursor = page.Cursor;
            }
            while (cursor is not null && !tally.IsBroken);
        });
        return tally.Result();

        async ValueTask ProveAsync(Document account)
        {
            try
            {
                tally.Add(account.Key.Partition, await reader.ProveAsync(account, chainsOnly, cancellation));
            }
            catch (InvalidDataException e)
            {
                // The store finds damage before there is anything to hash; whose it is has to be said all the same.
                tally.Fail(new AuditFailure(
                    account.Key.Partition, "readable", $"what is stored of the customer cannot be read: {e.Message.TrimEnd('.')}", null));
            }
        }
    }

    private sealed class Tally(IProgress<long>? progress)
    {
        private readonly Lock both = new();
        private long customers, entries;
        private decimal points;
        private volatile AuditFailure? failure;

        public bool IsBroken => failure is not null;

        public void Add(string customer, LedgerFinding found)
        {
            lock (both)
            {
                if (found.FirstBroken is { } broken)
                {
                    Fail(new AuditFailure(customer, broken.Invariant, broken.Detail, broken.EntryId));
                    return;
                }

                customers++;
                entries += found.Chain.Count;
                points += found.Points;
                if (customers % PageCustomers == 0)
                    progress?.Report(customers);
            }
        }

        public void Fail(AuditFailure found)
        {
            lock (both)
                failure ??= found;
        }

        public AuditResult Result()
        {
            progress?.Report(customers);
            return new AuditResult(customers, entries, points, failure);
        }
    }
}
