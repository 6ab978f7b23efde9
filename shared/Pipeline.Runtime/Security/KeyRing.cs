using System.Collections.Frozen;
using Pipeline.Runtime.Ports;

namespace Pipeline.Runtime.Security;

/// <summary>
/// The valid keys in memory. It is read again when it is 30 seconds old, so that a key that another process revoked
/// ends then; and for a key it does not know, but at most once a second, so that guessing costs the store nothing.
/// </summary>
internal sealed class KeyRing(IDocumentStore store, TimeProvider clock) : IDisposable
{
    private const int PageSize = 500;
    private static readonly TimeSpan FreshFor = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan UnknownAgainAfter = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim reading = new(1, 1);
    private volatile Snapshot? snapshot;

    /// <summary>The key of an id, if there is one; waits for the store only where memory is no answer.</summary>
    public ValueTask<ApiKey?> FindAsync(ReadOnlySpan<char> keyId, CancellationToken cancellation)
    {
        if (snapshot is not { } now)
            return FindInStoreAsync(keyId.ToString(), TimeSpan.Zero, cancellation);
        var age = clock.GetElapsedTime(now.ReadAt);
        var known = now.ById.TryGetValue(keyId, out var key);
        return known && age < FreshFor ? new ValueTask<ApiKey?>(key)
            : !known && age < UnknownAgainAfter ? new ValueTask<ApiKey?>((ApiKey?)null)
            : FindInStoreAsync(keyId.ToString(), known ? FreshFor : UnknownAgainAfter, cancellation);
    }

    /// <summary>Reads all keys now: this process changed them.</summary>
    public async ValueTask RefreshAsync(CancellationToken cancellation)
    {
        await reading.WaitAsync(cancellation);
        try
        {
            snapshot = await ReadAsync(cancellation);
        }
        finally
        {
            reading.Release();
        }
    }

    public void Dispose() => reading.Dispose();

    private async ValueTask<ApiKey?> FindInStoreAsync(
        string keyId, TimeSpan youngEnough, CancellationToken cancellation)
    {
        await reading.WaitAsync(cancellation);
        try
        {
            // Whoever waited here takes what the one before it has read.
            if (snapshot is not { } now || clock.GetElapsedTime(now.ReadAt) >= youngEnough)
                snapshot = now = await ReadAsync(cancellation);
            return now.ById.TryGetValue(keyId, out var key) ? key : null;
        }
        finally
        {
            reading.Release();
        }
    }

    private async ValueTask<Snapshot> ReadAsync(CancellationToken cancellation)
    {
        var readAt = clock.GetTimestamp();
        var keys = await ReadAllAsync(cancellation);
        return new Snapshot(
            readAt,
            keys.ToFrozenDictionary(static key => key.Info.KeyId, StringComparer.Ordinal)
                .GetAlternateLookup<ReadOnlySpan<char>>());
    }

    internal async ValueTask<List<ApiKey>> ReadAllAsync(CancellationToken cancellation)
    {
        var keys = new List<ApiKey>();
        string? cursor = null;
        do
        {
            var page = await store.PageAsync(
                new PartitionQuery(KeyDocuments.Partition, KeyDocuments.KeyKind, PageSize, cursor), cancellation);
            keys.AddRange(page.Documents.Select(KeyDocuments.Read));
            cursor = page.Cursor;
        }
        while (cursor is not null);
        return keys;
    }

    private sealed record Snapshot(
        long ReadAt, FrozenDictionary<string, ApiKey>.AlternateLookup<ReadOnlySpan<char>> ById);
}
