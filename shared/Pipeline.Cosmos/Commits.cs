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
        var batch = container.CreateTransactionalBatch(new PartitionKey(partition));
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
            Add(batch, write, id, item);
        }

        using var answer = await calls.SendAsync("commit", batch.ExecuteAsync, cancellation);
        if (answer.StatusCode == HttpStatusCode.RequestEntityTooLarge)
            throw TooLarge();
        var results = new WriteResult[writes.Count];
        for (var i = 0; i < results.Length; i++)
            results[i] = Result(writes[i], answer[i], answer.IsSuccessStatusCode);
        return new CommitResult(answer.IsSuccessStatusCode, results);
    }

    private static void Add(TransactionalBatch batch, Write write, string id, byte[] item)
    {
        _ = write switch
        {
            Write.Create => batch.CreateItemStream(new MemoryStream(item), Briefly),
            Write.Replace replace => batch.ReplaceItemStream(id, new MemoryStream(item), At(replace.Version)),
            Write.Upsert => batch.UpsertItemStream(new MemoryStream(item), Briefly),
            Write.Delete { Version: { } version } => batch.DeleteItem(id, At(version)),
            Write.Delete => batch.DeleteItem(id, Briefly),
            _ => throw new InvalidOperationException("An unknown write."),
        };
    }

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
}
