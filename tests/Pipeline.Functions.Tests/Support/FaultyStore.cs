using Pipeline.Runtime.Ports;

namespace Pipeline.Functions.Tests.Support;

/// <summary>A store that is out of reach while a test says so.</summary>
internal sealed class FaultyStore(IDocumentStore inner) : IDocumentStore
{
    /// <summary>Throws in place of a request to a partition, or does not.</summary>
    public Action<string> OnRequest { get; set; } = static _ => { };

    /// <summary>Whether pages are waited for in vain, as those of a service that says nothing.</summary>
    public bool IsSilent { get; set; }

    public int ShardCount => inner.ShardCount;

    public static void Unreachable(string partition) => throw new StoreUnavailableException("Out of reach.");

    public ValueTask<Document?> ReadAsync(DocumentKey key, CancellationToken cancellation)
    {
        OnRequest(key.Partition);
        return inner.ReadAsync(key, cancellation);
    }

    public async ValueTask<DocumentPage> PageAsync(PartitionQuery query, CancellationToken cancellation)
    {
        OnRequest(query.Partition);
        if (IsSilent)
            await Task.Delay(Timeout.Infinite, cancellation);
        return await inner.PageAsync(query, cancellation);
    }

    public ValueTask<CommitResult> CommitAsync(
        string partition, IReadOnlyList<Write> writes, CancellationToken cancellation)
    {
        OnRequest(partition);
        return inner.CommitAsync(partition, writes, cancellation);
    }

    public ValueTask<DocumentPage> ScanAsync(ScanQuery query, CancellationToken cancellation)
    {
        OnRequest("");
        return inner.ScanAsync(query, cancellation);
    }

    public ValueTask<DocumentPage> ChangesAsync(ChangesQuery query, CancellationToken cancellation)
    {
        OnRequest("");
        return inner.ChangesAsync(query, cancellation);
    }
}
