using Pipeline.Runtime.Ports;

namespace Pipeline.Runtime.Http.Idempotency;

/// <summary>Deletes kept answers whose time is over. A host runs it now and then; nothing depends on when.</summary>
public sealed class IdempotencySweep(IDocumentStore store, TimeProvider clock)
{
    private const int PageSize = 200;

    /// <summary>So many are looked at in one run; the next goes on.</summary>
    private const int RecordsMax = 20_000;

    /// <returns>How many were deleted.</returns>
    public async ValueTask<int> RunAsync(CancellationToken cancellation)
    {
        var deleted = 0;
        var due = store.DueAsync(IdempotencyRecords.Kind, clock.GetUtcNow(), PageSize, RecordsMax, cancellation);
        await foreach (var document in due)
            deleted += await DeleteAsync(document, cancellation) ? 1 : 0;
        return deleted;
    }

    /// <summary>At its version: a record that was claimed anew meanwhile stays.</summary>
    private async ValueTask<bool> DeleteAsync(Document document, CancellationToken cancellation)
    {
        var write = new Write.Delete(document.Key.Kind, document.Key.Id, document.Version);
        return (await store.CommitAsync(document.Key.Partition, [write], cancellation)).Committed;
    }
}
