using Pipeline.Domain;
using Pipeline.Runtime.Loyalty;
using Pipeline.Runtime.Loyalty.Storage;
using Pipeline.Runtime.Ports;

namespace Pipeline.Runtime.Insight;

/// <summary>
/// Replays every customer's history up to the beginning of a day, has the scores computed from that alone, and compares
/// them with what happened. Reads only.
/// </summary>
public sealed class BacktestHistory(IDocumentStore store, IProgramSource programs)
{
    private const int PageCustomers = 200;

    /// <returns>Null: there was too little history.</returns>
    /// <param name="progress">Told the number of customers replayed so far.</param>
    public async ValueTask<BacktestReport?> RunAsync(
        DateOnly cutoff, FitRules rules, IProgress<long>? progress, CancellationToken cancellation)
    {
        var program = programs.Current;
        var from = program.StartOfDay(cutoff);
        var to = program.StartOfDay(cutoff.AddDays(rules.HorizonDays));
        var past = new List<KnownCustomer>();
        var bought = new HashSet<string>(StringComparer.Ordinal);
        for (var shard = 0; shard < store.ShardCount; shard++)
        {
            string? cursor = null;
            do
            {
                var page = await store.ScanAsync(
                    new ScanQuery(shard, LedgerKinds.Account, PageCustomers, cursor), cancellation);
                foreach (var account in page.Documents)
                {
                    var id = account.Key.Partition;
                    var entries = await LedgerHistory.LoadAsync(store, new CustomerId(id), cancellation);
                    past.Add(new KnownCustomer(id, History.RhythmBefore(entries, programs.Programs, from)));
                    if (entries.Any(entry => IsPurchase(entry, from, to)))
                        bought.Add(id);
                }

                progress?.Report(past.Count);
                cursor = page.Cursor;
            }
            while (cursor is not null);
        }

        // A store's order is its own; a sum of floating point numbers should not hang on it.
        past.Sort(static (a, b) => string.CompareOrdinal(a.Id, b.Id));
        return Backtest.Run(past, bought, cutoff, rules);
    }

    private static bool IsPurchase(Entry entry, DateTimeOffset from, DateTimeOffset to) =>
        entry.Fact is Fact.Purchased { Rejection: null, Net: > 0 }
        && FactOrder.At(entry.OccurredAt, entry.RecordedAt) is var at && at >= from && at < to;
}
