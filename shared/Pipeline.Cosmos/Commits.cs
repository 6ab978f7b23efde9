using System.Net;
using Microsoft.Azure.Cosmos;
using Pipeline.Cosmos.Items;
using Pipeline.Cosmos.Requests;
using Pipeline.Runtime.Ports;

namespace Pipeline.Cosmos;

/// <summary>Commits of one partition as one transactional batch: all writes at their versions, or none.</summary>
internal sealed class Commits(Container container, ServiceCalls calls, ItemCodec codec)
{
    private static readonly TransactionalBatchItemRequestOptions Briefly = new() { EnableContentResponseOnWrite = false };

    public async ValueTask<CommitResult> CommitAsync(
        string partition, IReadOnlyList<Write> writes, CancellationToken cancellation)
    {
        var operations = Prepare(partition, writes);
        using var answer = await calls.SendAsync(
            "commit", token => Batch(partition, operations).ExecuteAsync(token), cancellation);
        if (answer.StatusCode == HttpStatusCode.RequestEntityTooLarge)
            throw TooLarge();
        var results = new WriteResult[writes.Count];
        for (var i = 0; i < results.Length; i++)
            results[i] = Result(writes[i], answer[i], answer.IsSuccessStatusCode);
        return new CommitResult(answer.IsSuccessStatusCode, results);
    }

    private List<Operation> Prepare(string partition, IReadOnlyList<Write> writes)
    {
        var operations = new List<Operation>(writes.Count);
        var names = new HashSet<string>(writes.Count, StringComparer.Ordinal);
        var (given, sent) = (0L, 0L);
        foreach (var write in writes)
        {
            var id = ItemId.Of(write.Kind, write.Id);
            if (!names.Add(id))
                throw new ArgumentException("A commit writes a document once.", nameof(writes));
            var (body, dueAt) = ContentOf(write);
            var item = write is Write.Delete ? [] : codec.Write(new(partition, write.Kind, write.Id), body, dueAt);
            (given, sent) = (given + body.Length, sent + item.Length);
            if (given > StoreLimits.CommitBytesMax || sent > StoreLimits.CommitBytesMax)
                throw TooLarge();
            operations.Add(new Operation(write, id, item));
        }

        return operations;
    }

    /// <summary>A batch of the SDK can be sent once, so each attempt makes its own.</summary>
    private TransactionalBatch Batch(string partition, List<Operation> operations)
    {
        var batch = container.CreateTransactionalBatch(new PartitionKey(partition));
        foreach (var operation in operations)
            Add(batch, operation);
        return batch;
    }

    private static TransactionalBatch Add(TransactionalBatch batch, Operation operation) => operation.Write switch
    {
        Write.Create => batch.CreateItemStream(operation.Content, Briefly),
        Write.Replace replace => batch.ReplaceItemStream(operation.Id, operation.Content, At(replace.Version)),
        Write.Upsert => batch.UpsertItemStream(operation.Content, Briefly),
        Write.Delete { Version: { } version } => batch.DeleteItem(operation.Id, At(version)),
        Write.Delete => batch.DeleteItem(operation.Id, Briefly),
        _ => throw new InvalidOperationException("An unknown write."),
    };

    private static TransactionalBatchItemRequestOptions At(string version) =>
        new() { IfMatchEtag = version, EnableContentResponseOnWrite = false };

    private static (ReadOnlyMemory<byte> Body, DateTimeOffset? DueAt) ContentOf(Write write) => write switch
    {
        Write.Create create => (create.Body, create.DueAt),
        Write.Replace replace => (replace.Body, replace.DueAt),
        Write.Upsert upsert => (upsert.Body, upsert.DueAt),
        _ => (default, null),
    };

    /// <summary>The service names the first write that it refuses; all others failed because of it (424).</summary>
    private static WriteResult Result(Write write, TransactionalBatchOperationResult result, bool isCommitted)
    {
        if (isCommitted)
            return new WriteResult(WriteStatus.Done, write is Write.Delete ? null : result.ETag);
        return result.StatusCode switch
        {
            HttpStatusCode.FailedDependency => new WriteResult(WriteStatus.Aborted, null),
            HttpStatusCode.Conflict => new WriteResult(WriteStatus.Conflict, null),
            HttpStatusCode.PreconditionFailed => new WriteResult(WriteStatus.Stale, null),
            HttpStatusCode.NotFound => new WriteResult(WriteStatus.Missing, null),
            var status => throw new StoreUnavailableException($"The store refused a write with {(int)status}."),
        };
    }

    private static ArgumentException TooLarge() =>
        new($"A commit has {StoreLimits.CommitBytesMax} bytes at most.", "writes");

    private sealed record Operation(Write Write, string Id, byte[] Item)
    {
        public Stream Content => new MemoryStream(Item, writable: false);
    }
}
