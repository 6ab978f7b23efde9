using Pipeline.Domain;
using Pipeline.Runtime.Loyalty;
using Pipeline.Runtime.Loyalty.Storage;
using Pipeline.Runtime.Ports;

namespace Pipeline.Runtime.Nightly;

/// <summary>Writes down what has lapsed of one customer, and tells what a run wrote of it, however often that is asked.</summary>
public sealed class ExpireCustomer(IDocumentStore store, LedgerCoordinator coordinator)
{
    /// <summary>Around every <see cref="EntryIds.Expiry"/>.</summary>
    private const string ExpiryIdsFrom = "expiry:";
    private const string ExpiryIdsTo = "expiry;";

    /// <summary>What was written, where one command wrote all of it; else null.</summary>
    internal async ValueTask<Decision.Accepted?> RunAsync(
        RunDocument run, CustomerId customer, StoredAccount? account, CancellationToken cancellation)
    {
        var command = new LedgerCommand.Expire(run.Cut, run.PlannedAt);
        var first = await coordinator.DecideAsync(customer, command, account, cancellation) as Decision.Accepted;
        if (first is null || IsAll(first))
            return first;
        while (await coordinator.DecideAsync(customer, command, cancellation) is Decision.Accepted next && !IsAll(next))
            continue;
        return null;
    }

    private static bool IsAll(Decision.Accepted accepted) => accepted.Entries.Length < Ledger.ExpiriesPerCommandMax;

    /// <summary>
    /// What this run wrote for the customer: its stamp tells. All expiries are looked through, since a purchase that was
    /// recorded before the run may stand behind them: it waited in its queue.
    /// </summary>
    internal async ValueTask<PartialDocument> WrittenAsync(
        RunDocument run, CustomerId customer, CancellationToken cancellation)
    {
        var written = new List<Entry>();
        string? cursor = null;
        do
        {
            var expiries = await store.PageAsync(
                new PartitionQuery(
                    customer.Value, LedgerKinds.Entry, StoreLimits.PageDocumentsMax, cursor,
                    IdFrom: ExpiryIdsFrom, IdTo: ExpiryIdsTo),
                cancellation);
            foreach (var document in expiries.Documents)
            {
                var entry = LedgerMapping.ReadEntry(document);
                if (entry.RecordedAt.ToUnixTimeMilliseconds() == run.PlannedAtMs)
                    written.Add(entry);
            }

            cursor = expiries.Cursor;
        }
        while (cursor is not null);

        return PartialOf(written);
    }

    internal static PartialDocument PartialOf(IReadOnlyCollection<Entry> written) => new()
    {
        Customers = written.Count > 0 ? 1 : 0,
        ExpiredPoints = -written.Sum(entry => (decimal)entry.Points),
        Lots = written.Sum(entry => entry.Lots.Length),
    };
}
