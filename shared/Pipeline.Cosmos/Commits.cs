using System.Net;
using Microsoft.Azure.Cosmos;
using Pipeline.Cosmos.Items;
using Pipeline.Cosmos.Requests;
using Pipeline.Runtime.Ports;

namespace Pipeline.Cosmos;

/// <summary>Commits of one partition as one transactional batch: all writes at their versions, or none.</summary>
internal sealed class Commits(
    Container container, ServiceCalls calls, CommitPreparation preparation, LostCommits lostCommits)
{
    private static readonly TransactionalBatchItemRequestOptions Briefly = new() { EnableContentResponseOnWrite = false };

    public async ValueTask<CommitResult> CommitAsync(
        string partition, IReadOnlyList<Write> writes, CancellationToken cancellation)
    {
        var commit = preparation.Prepare(partition, writes);
        try
        {
            using var answer = await calls.SendAsync(
                "commit", token => Batch(partition, commit).ExecuteAsync(token), cancellation);
            if (answer.StatusCode == HttpStatusCode.RequestEntityTooLarge)
                throw CommitPreparation.TooLarge();
            var results = new WriteResult[writes.Count];
            for (var i = 0; i < results.Length; i++)
                results[i] = Result(commit.Writes[i], answer[i], answer.IsSuccessStatusCode);
            return new CommitResult(answer.IsSuccessStatusCode, results);
        }
        catch (LostAnswerException lost)
        {
            return await lostCommits.FindAsync(partition, commit, cancellation)
                ?? throw new StoreUnavailableException(lost.Message, lost);
        }
    }

    /// <summary>A batch of the SDK can be sent once, so each attempt makes its own.</summary>
    private TransactionalBatch Batch(string partition, PreparedCommit commit)
    {
        var batch = container.CreateTransactionalBatch(new PartitionKey(partition));
        foreach (var write in commit.Writes)
            Add(batch, write);
        return commit.Marker is { } marker
            ? batch.CreateItemStream(new MemoryStream(marker, writable: false), Briefly)
            : batch;
    }

    private static TransactionalBatch Add(TransactionalBatch batch, PreparedWrite write) => write.Write switch
    {
        Write.Create => batch.CreateItemStream(write.Content, Briefly),
        Write.Replace => batch.ReplaceItemStream(write.Id, write.Content, At(write.ETag!)),
        Write.Upsert => batch.UpsertItemStream(write.Content, Briefly),
        Write.Delete => batch.DeleteItem(write.Id, write.ETag is { } version ? At(version) : Briefly),
        _ => throw new InvalidOperationException("An unknown write."),
    };

    private static TransactionalBatchItemRequestOptions At(string version) =>
        new() { IfMatchEtag = version, EnableContentResponseOnWrite = false };

    /// <summary>The service names the first write that it refuses; all others failed because of it (424).</summary>
    private static WriteResult Result(PreparedWrite write, TransactionalBatchOperationResult result, bool isCommitted)
    {
        if (isCommitted)
            return new WriteResult(
                WriteStatus.Done, write.Write is Write.Delete ? null : $"{new ItemVersion(result.ETag, write.Commits)}");
        return result.StatusCode switch
        {
            HttpStatusCode.FailedDependency => new WriteResult(WriteStatus.Aborted, null),
            HttpStatusCode.Conflict => new WriteResult(WriteStatus.Conflict, null),
            HttpStatusCode.PreconditionFailed => new WriteResult(WriteStatus.Stale, null),
            HttpStatusCode.NotFound => new WriteResult(WriteStatus.Missing, null),
            var status => throw new StoreUnavailableException($"The store refused a write with {(int)status}."),
        };
    }
}
