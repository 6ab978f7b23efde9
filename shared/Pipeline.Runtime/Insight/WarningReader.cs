using Pipeline.Runtime.Loyalty;
using Pipeline.Runtime.Ports;

namespace Pipeline.Runtime.Insight;

/// <summary>A warning of a customer, open or closed.</summary>
public sealed record WarningView
{
    internal WarningView(string customer, WarningDocument warning) => (Customer, Warning) = (customer, warning);

    public string Customer { get; }

    internal WarningDocument Warning { get; }
}

/// <summary>Lists warnings over all customers: shard after shard, in the store's order.</summary>
public sealed class WarningReader(IDocumentStore store)
{
    /// <exception cref="InvalidCursorException">The cursor is not one that was given out.</exception>
    public async ValueTask<(IReadOnlyList<WarningView> Warnings, string? Cursor)> ListAsync(
        bool open, int limit, string? cursor, CancellationToken cancellation) => await store.ListAsync(
        new ShardQuery(open ? InsightKinds.OpenWarning : InsightKinds.ClosedWarning, limit, cursor),
        static document => new WarningView(
            document.Key.Partition, InsightJson.Read(document, InsightJson.Default.WarningDocument)),
        cancellation);
}
