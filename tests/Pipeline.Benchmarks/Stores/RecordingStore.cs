using System.Globalization;
using Pipeline.Runtime.Ports;

namespace Pipeline.Benchmarks.Stores;

/// <summary>Just enough of a store and a queue, in memory, to let the product's own use cases make documents.</summary>
internal sealed class RecordingStore : IDocumentStore, IWorkQueue
{
    private readonly Dictionary<DocumentKey, Document> documents = [];
    private long version;

    public int ShardCount => 1;

    public List<QueueMessage> Messages { get; } = [];

    public ValueTask<Document?> ReadAsync(DocumentKey key, CancellationToken cancellation) =>
        new(documents.GetValueOrDefault(key));

    public ValueTask<CommitResult> CommitAsync(
        string partition, IReadOnlyList<Write> writes, CancellationToken cancellation)
    {
        var number = (++version).ToString(CultureInfo.InvariantCulture);
        foreach (var write in writes)
        {
            var key = new DocumentKey(partition, write.Kind, write.Id);
            documents[key] = write switch
            {
                Write.Create create => new Document(key, number, create.Body, create.DueAt),
                Write.Replace replace => new Document(key, number, replace.Body, replace.DueAt),
                Write.Upsert upsert => new Document(key, number, upsert.Body, upsert.DueAt),
                _ => throw new NotSupportedException(),
            };
        }

        return new(new CommitResult(true, [.. writes.Select(_ => new WriteResult(WriteStatus.Done, number))]));
    }

    public ValueTask<SendResult> SendAsync(string queue, QueueMessage message, CancellationToken cancellation)
    {
        Messages.Add(message);
        return new(new SendResult(SendStatus.Queued));
    }

    public ValueTask<DocumentPage> PageAsync(PartitionQuery query, CancellationToken cancellation) =>
        throw new NotSupportedException();

    public ValueTask<DocumentPage> ScanAsync(ScanQuery query, CancellationToken cancellation) =>
        throw new NotSupportedException();

    public ValueTask<DocumentPage> ChangesAsync(ChangesQuery query, CancellationToken cancellation) =>
        throw new NotSupportedException();

    public ValueTask<IReadOnlyList<SendResult>> SendAsync(
        string queue, IReadOnlyList<QueueMessage> messages, CancellationToken cancellation) =>
        throw new NotSupportedException();
}
