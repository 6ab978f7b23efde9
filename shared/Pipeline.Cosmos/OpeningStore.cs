using Pipeline.Runtime.Ports;

namespace Pipeline.Cosmos;

/// <summary>
/// The store before and after it is opened: the first request opens it, and where that fails the next one tries again. So a
/// host starts while the account is out of reach, and is told so by its requests.
/// </summary>
internal sealed class OpeningStore(Func<CancellationToken, Task<CosmosEngine>> open) : IDocumentStore, IDisposable
{
    private readonly SemaphoreSlim opening = new(1, 1);
    private volatile CosmosEngine? engine;

    /// <remarks>Nobody asks before there was a request, but for a host that just starts: it waits.</remarks>
    public int ShardCount => (engine ?? OpenAsync(CancellationToken.None).GetAwaiter().GetResult()).Documents.ShardCount;

    public async ValueTask<Document?> ReadAsync(DocumentKey key, CancellationToken cancellation) =>
        await (await DocumentsAsync(cancellation)).ReadAsync(key, cancellation);

    public async ValueTask<DocumentPage> PageAsync(PartitionQuery query, CancellationToken cancellation) =>
        await (await DocumentsAsync(cancellation)).PageAsync(query, cancellation);

    public async ValueTask<CommitResult> CommitAsync(
        string partition, IReadOnlyList<Write> writes, CancellationToken cancellation) =>
        await (await DocumentsAsync(cancellation)).CommitAsync(partition, writes, cancellation);

    public async ValueTask<DocumentPage> ScanAsync(ScanQuery query, CancellationToken cancellation) =>
        await (await DocumentsAsync(cancellation)).ScanAsync(query, cancellation);

    public async ValueTask<DocumentPage> ChangesAsync(ChangesQuery query, CancellationToken cancellation) =>
        await (await DocumentsAsync(cancellation)).ChangesAsync(query, cancellation);

    public void Dispose()
    {
        engine?.Dispose();
        opening.Dispose();
    }

    private async ValueTask<IDocumentStore> DocumentsAsync(CancellationToken cancellation) =>
        (engine ?? await OpenAsync(cancellation)).Documents;

    private async Task<CosmosEngine> OpenAsync(CancellationToken cancellation)
    {
        await opening.WaitAsync(cancellation);
        try
        {
            return engine ??= await open(cancellation);
        }
        finally
        {
            opening.Release();
        }
    }
}
