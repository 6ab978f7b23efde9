using Pipeline.Runtime.Ports;

namespace Pipeline.Cosmos.Tests.Support;

/// <summary>What a caller of ours does when the store cannot now: it asks again.</summary>
internal sealed class PatientStore(IDocumentStore store) : IDocumentStore
{
    private const int AttemptsMax = 200;

    public int ShardCount => store.ShardCount;

    public ValueTask<Document?> ReadAsync(DocumentKey key, CancellationToken cancellation) =>
        AskAsync(() => store.ReadAsync(key, cancellation));

    public ValueTask<DocumentPage> PageAsync(PartitionQuery query, CancellationToken cancellation) =>
        AskAsync(() => store.PageAsync(query, cancellation));

    public ValueTask<CommitResult> CommitAsync(
        string partition, IReadOnlyList<Write> writes, CancellationToken cancellation) =>
        AskAsync(() => store.CommitAsync(partition, writes, cancellation));

    public ValueTask<DocumentPage> ScanAsync(ScanQuery query, CancellationToken cancellation) =>
        AskAsync(() => store.ScanAsync(query, cancellation));

    public ValueTask<DocumentPage> ChangesAsync(ChangesQuery query, CancellationToken cancellation) =>
        AskAsync(() => store.ChangesAsync(query, cancellation));

    private static async ValueTask<T> AskAsync<T>(Func<ValueTask<T>> ask)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await ask();
            }
            catch (StoreUnavailableException) when (attempt < AttemptsMax)
            {
            }
        }
    }
}
