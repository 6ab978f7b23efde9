using System.Globalization;
using Pipeline.Domain;
using Pipeline.Runtime.Loyalty;
using Pipeline.Runtime.Ports;
using Pipeline.Sqlite;

namespace Pipeline.Simulation.Tests.Support;

/// <summary>Looks into a data folder without a process: it only reads.</summary>
internal static class Ledgers
{
    private static readonly FixedPrograms Programs = new(new ProgramHistory([LoyaltyProgram.Default]));

    /// <summary>Every entry of every customer as a line, in an order of its own; when it was recorded is left out.</summary>
    public static async Task<List<string>> ReadAsync(string folder, CancellationToken cancellation)
    {
        await using var engine = SqliteEngine.OpenReadOnly(folder);
        var reader = new CustomerReader(engine.Documents, Programs, TimeProvider.System);
        var lines = new List<string>();
        await foreach (var customer in CustomersAsync(engine.Documents, cancellation))
        {
            string? cursor = null;
            do
            {
                var page = await reader.LedgerAsync(new CustomerId(customer), 200, cursor, cancellation);
                // Who has only refunds that wait for a purchase is no customer yet.
                lines.AddRange(page?.Entries.Select(entry => Line(customer, entry)) ?? []);
                cursor = page?.Cursor;
            }
            while (cursor is not null);
        }

        lines.Sort(StringComparer.Ordinal);
        return lines;
    }

    /// <summary>What <c>pipeline verify</c> does, in this process: it must find that all ledgers hold.</summary>
    public static async Task<AuditResult> ProveAsync(string folder, CancellationToken cancellation)
    {
        await using var engine = SqliteEngine.OpenReadOnly(folder);
        var audit = new LedgerAudit(engine.Documents, Programs, TimeProvider.System);
        var result = await audit.RunAsync(null, cancellation);
        Assert.True(result.Failure is null, $"{result.Failure}");
        return result;
    }

    private static async IAsyncEnumerable<string> CustomersAsync(
        IDocumentStore store, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        for (var shard = 0; shard < store.ShardCount; shard++)
        {
            string? cursor = null;
            do
            {
                var page = await store.ScanAsync(new ScanQuery(shard, "account", 200, cursor), cancellation);
                foreach (var document in page.Documents)
                    yield return document.Key.Partition;
                cursor = page.Cursor;
            }
            while (cursor is not null);
        }
    }

    private static string Line(string customer, Entry entry) => string.Create(
        CultureInfo.InvariantCulture,
        $"{customer} {entry.Type} {entry.Reference} {entry.Points} {entry.OccurredAt:O} "
        + $"{string.Join(',', entry.Lots.Select(static lot => $"{lot.Lot}={lot.Points}"))}");
}
