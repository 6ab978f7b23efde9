using System.Globalization;
using Pipeline.Runtime.Ports;
using Pipeline.Sqlite.Storage;

namespace Pipeline.Sqlite.Writing;

/// <summary>One caller's writes to one partition.</summary>
internal sealed class CommitRequest : WriterRequest
{
    private readonly string partition;
    private readonly IReadOnlyList<Write> writes;
    private readonly byte[][] keys;
    private readonly byte[]?[] bodies;
    private readonly FoundAhead found;
    private readonly int shard;
    private readonly CommitGroup group;
    private CommitResult? result;

    /// <param name="looksAhead">
    /// Whether what is stored is looked up here, for the writer: worth it for one of many. A single commit is better off where
    /// the writer takes longer, since more of them share a COMMIT meanwhile.
    /// </param>
    /// <exception cref="ArgumentException">The writes break a limit.</exception>
    public CommitRequest(
        string partition, IReadOnlyList<Write> writes, DocumentTree tree, CommitGroup group, bool looksAhead)
    {
        (this.partition, this.writes, this.group) = (partition, writes, group);
        Names.Check(partition, nameof(partition));
        if (writes.Count is 0 or > StoreLimits.WritesMax)
        {
            throw new ArgumentException(
                $"A commit has 1 to {StoreLimits.WritesMax} writes, not {writes.Count}.", nameof(writes));
        }

        var hash = Keys.HashOf(partition);
        shard = Keys.ShardOf(hash, tree.ShardCount);
        keys = new byte[writes.Count][];
        bodies = new byte[writes.Count][];
        var bytes = 0;
        for (var i = 0; i < writes.Count; i++)
        {
            Names.Check(writes[i].Kind, nameof(writes));
            Names.Check(writes[i].Id, nameof(writes));
            keys[i] = Keys.Document(writes[i].Kind, hash, partition, writes[i].Id);
            // The caller may reuse its buffers, and a reader may hold ours.
            bodies[i] = BodyOf(writes[i])?.ToArray();
            bytes += bodies[i]?.Length ?? 0;
            if (bytes > StoreLimits.CommitBytesMax)
                throw new ArgumentException($"A commit has {StoreLimits.CommitBytesMax} bytes at most.", nameof(writes));
            for (var j = 0; j < i; j++)
            {
                if (keys[j].AsSpan().SequenceEqual(keys[i]))
                    throw new ArgumentException("A commit writes a document once.", nameof(writes));
            }
        }

        Bytes = bytes + (100 * writes.Count);
        found = looksAhead ? FoundAhead.Of(tree, keys) : default;
    }

    /// <summary>Once the group is answered.</summary>
    public CommitResult Result => result!;

    public override int Bytes { get; }

    public override void Prepare(Batch batch)
    {
        var before = new Entry?[writes.Count];
        var statuses = new WriteStatus[writes.Count];
        var refused = false;
        for (var i = 0; i < writes.Count; i++)
        {
            before[i] = batch.Find(keys[i], found, i);
            statuses[i] = Decide(writes[i], before[i]);
            refused |= statuses[i] != WriteStatus.Done;
        }

        if (refused)
        {
            result = new CommitResult(false, Array.ConvertAll(statuses, static status =>
                new WriteResult(status == WriteStatus.Done ? WriteStatus.Aborted : status, null)));
            return;
        }

        var number = batch.TakeCommitNumber();
        var version = number.ToString(CultureInfo.InvariantCulture);
        var results = new WriteResult[writes.Count];
        batch.Journal.BeginCommit(partition, writes.Count);
        for (var i = 0; i < writes.Count; i++)
        {
            var entry = new Entry(number, DueOf(writes[i]), bodies[i]);
            var dueBefore = before[i]?.DueTicks ?? Entry.NoDue;
            batch.Journal.Add(writes[i], entry, dueBefore);
            batch.Put(keys[i], entry, dueBefore, shard, writes[i].Kind);
            results[i] = new WriteResult(WriteStatus.Done, entry.Deleted ? null : version);
        }

        result = new CommitResult(true, results);
    }

    public override void Publish() => group.Done();

    public override void Fail(Exception error) => group.Fail(error);

    private static WriteStatus Decide(Write write, Entry? before) => write switch
    {
        Write.Create => before is null ? WriteStatus.Done : WriteStatus.Conflict,
        Write.Replace replace => before is null ? WriteStatus.Missing : Matches(replace.Version, before),
        Write.Delete delete => before is null ? WriteStatus.Missing
            : delete.Version is null ? WriteStatus.Done : Matches(delete.Version, before),
        Write.Upsert => WriteStatus.Done,
        _ => throw new InvalidOperationException("An unknown write."),
    };

    private static WriteStatus Matches(string version, Entry before) =>
        long.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && number == before.Version
            ? WriteStatus.Done
            : WriteStatus.Stale;

    private static ReadOnlyMemory<byte>? BodyOf(Write write) => write switch
    {
        Write.Create create => create.Body,
        Write.Replace replace => replace.Body,
        Write.Upsert upsert => upsert.Body,
        // A bare null would become an empty body, by way of an array.
        _ => (ReadOnlyMemory<byte>?)null,
    };

    private static long DueOf(Write write) => write switch
    {
        Write.Create create => Ticks(create.DueAt),
        Write.Replace replace => Ticks(replace.DueAt),
        Write.Upsert upsert => Ticks(upsert.DueAt),
        _ => Entry.NoDue,
    };

    private static long Ticks(DateTimeOffset? due) => due?.UtcTicks ?? Entry.NoDue;
}

/// <summary>Commits whose caller waits for all of them at once, which costs it one wake-up and not one for each.</summary>
internal sealed class CommitGroup(int commits)
{
    private readonly TaskCompletionSource answered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int left = commits;
    private Exception? failed;

    /// <summary>Ends when every commit is answered; fails as the last of them that failed.</summary>
    public Task Answered => answered.Task;

    public void Done()
    {
        if (Interlocked.Decrement(ref left) > 0)
            return;
        if (failed is null)
            answered.SetResult();
        else
            answered.SetException(failed);
    }

    public void Fail(Exception error)
    {
        failed = error;
        Done();
    }
}

/// <summary>What may be a partition, a kind or an id.</summary>
internal static class Names
{
    public static void Check(string name, string parameter)
    {
        if (name is null || name.Length is 0 or > StoreLimits.IdCharactersMax)
        {
            throw new ArgumentException(
                $"Partitions, kinds and ids have 1 to {StoreLimits.IdCharactersMax} characters.", parameter);
        }
    }
}
