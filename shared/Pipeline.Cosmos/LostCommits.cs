using System.Net;
using System.Text.Json;
using Microsoft.Azure.Cosmos;
using Pipeline.Cosmos.Items;
using Pipeline.Cosmos.Requests;
using Pipeline.Runtime.Ports;

namespace Pipeline.Cosmos;

/// <summary>
/// Finds out about a commit whose answer was lost. Its telltale item is read: if that tells of the commit, the commit
/// happened, all of it, since a batch is atomic. If not, nothing is known (it may be on its way still, or be written over by
/// more commits than an item remembers). So nobody is told of a commit that did not happen, or refused one that did.
/// </summary>
internal sealed class LostCommits(Container container, ServiceCalls calls, CosmosOptions options, TimeProvider clock)
{
    /// <summary>What broke the answer may break the question too: the waits between these are two seconds and a half in all.</summary>
    private const int AttemptsMax = 8;

    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(20);

    /// <returns>Null where the commit is not to be seen: it may or may not have happened.</returns>
    public async ValueTask<CommitResult?> FindAsync(
        string partition, PreparedCommit commit, CancellationToken cancellation)
    {
        if (commit.TellTaleId is not { } id)
            return null;
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(options.OperationSecondsMax), clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, bound.Token);
        try
        {
            // The SDK goes on asking a service that cannot be reached long after it was told to stop.
            var version = await ReadAsync(partition, id, either.Token).AsTask().WaitAsync(either.Token);
            return version is { } found && CommitId.IsAmong(commit.Id, found.Commits) ? Found(commit, found) : null;
        }
        catch (Exception error) when (
            error is StoreUnavailableException or OperationCanceledException && !cancellation.IsCancellationRequested)
        {
            return null;
        }
    }

    private async ValueTask<ItemVersion?> ReadAsync(string partition, string id, CancellationToken cancellation)
    {
        var wait = FirstWait;
        for (var attempt = 1; ; attempt++, wait *= 2)
        {
            try
            {
                using var answer = await calls.SendAsync(
                    "find commit",
                    token => container.ReadItemStreamAsync(id, new PartitionKey(partition), cancellationToken: token),
                    cancellation);
                if (answer.StatusCode == HttpStatusCode.NotFound)
                    return null;
                using var item = await JsonDocument.ParseAsync(answer.Content, cancellationToken: cancellation);
                return ItemCodec.VersionOf(item.RootElement);
            }
            catch (StoreUnavailableException) when (attempt < AttemptsMax)
            {
                await Task.Delay(wait, clock, cancellation);
            }
        }
    }

    /// <summary>The item that was read tells its version, unless another has written over it since; of others nothing is known.</summary>
    private static CommitResult Found(PreparedCommit commit, ItemVersion read)
    {
        var own = CommitId.IsLatest(commit.Id, read.Commits) ? read : ItemVersion.Unknown;
        return new CommitResult(Committed: true,
        [
            .. commit.Writes.Select(write => new WriteResult(
                WriteStatus.Done,
                write.Write is Write.Delete ? null : $"{(write == commit.TellTale ? own : ItemVersion.Unknown)}")),
        ]);
    }
}
