namespace Pipeline.Runtime.Ports;

/// <summary>
/// A narrow document store with the semantics of Cosmos DB, so that every use case runs on both engines and one
/// contract suite proves them equal.
/// </summary>
/// <remarks>
/// A document lives in a partition, under a kind and an id. All writes of one <see cref="CommitAsync"/> go to one
/// partition and are atomic and durable once the returned task completes. A read that starts after that sees them.
/// Strings are compared ordinally.
/// </remarks>
public interface IDocumentStore
{
    /// <summary>The number of shards that <see cref="ScanAsync"/> and <see cref="ChangesAsync"/> take; fixed while open.</summary>
    int ShardCount { get; }

    /// <summary>Reads one document, or null where there is none.</summary>
    ValueTask<Document?> ReadAsync(DocumentKey key, CancellationToken cancellation);

    /// <summary>
    /// Reads documents of any partitions: an answer a key, in the order of the keys, null where there is none. Each is read
    /// as by a <see cref="ReadAsync"/> of its own; an engine may do it at once.
    /// </summary>
    /// <exception cref="ArgumentException">More than <see cref="StoreLimits.PageDocumentsMax"/> keys.</exception>
    async ValueTask<IReadOnlyList<Document?>> ReadManyAsync(
        IReadOnlyList<DocumentKey> keys, CancellationToken cancellation)
    {
        StoreLimits.CheckMany(keys.Count);
        var found = new Document?[keys.Count];
        await Parallel.ForAsync(
            0, keys.Count, StoreLimits.AtOnce(cancellation),
            async (i, token) => found[i] = await ReadAsync(keys[i], token));
        return found;
    }

    /// <summary>
    /// Pages through one partition's documents of one kind, ordered by id, ascending or descending.
    /// The cursor of the answer is null when the last page was given.
    /// </summary>
    ValueTask<DocumentPage> PageAsync(PartitionQuery query, CancellationToken cancellation);

    /// <summary>
    /// Writes 1 to <see cref="StoreLimits.WritesMax"/> documents of one partition, all or nothing. Where any write
    /// is refused nothing is written; its result says why and the others' are <see cref="WriteStatus.Aborted"/>. Where
    /// several would be refused, an engine may stop at the first of them.
    /// </summary>
    /// <exception cref="ArgumentException">No write, too many, too large, or one document twice.</exception>
    /// <exception cref="StoreUnavailableException">The engine could not take it now; nothing was written, or (a lost
    /// answer) it may have been: repeat the whole use case.</exception>
    ValueTask<CommitResult> CommitAsync(string partition, IReadOnlyList<Write> writes, CancellationToken cancellation);

    /// <summary>
    /// Commits to many partitions, each as by a <see cref="CommitAsync"/> of its own: what one of them is refused does not
    /// touch the others. The answers are in the order of the commits.
    /// </summary>
    /// <exception cref="ArgumentException">More than <see cref="StoreLimits.PageDocumentsMax"/> commits, or one that no
    /// engine takes.</exception>
    /// <exception cref="StoreUnavailableException">The engine could not take one of them; of each of the others nothing is
    /// told, and it may have been written.</exception>
    async ValueTask<IReadOnlyList<CommitResult>> CommitManyAsync(
        IReadOnlyList<PartitionCommit> commits, CancellationToken cancellation)
    {
        StoreLimits.CheckMany(commits.Count);
        var results = new CommitResult[commits.Count];
        await Parallel.ForAsync(
            0, commits.Count, StoreLimits.AtOnce(cancellation),
            async (i, token) => results[i] = await CommitAsync(commits[i].Partition, commits[i].Writes, token));
        return results;
    }

    /// <summary>
    /// Pages through one shard's documents of one kind: all, in an order of the engine's own, or those due at or
    /// before an instant. Documents written while a scan runs may or may not be seen; no other is missed or repeated.
    /// </summary>
    ValueTask<DocumentPage> ScanAsync(ScanQuery query, CancellationToken cancellation);

    /// <summary>
    /// One shard's committed documents in the order of their commits since a cursor (null: from the beginning).
    /// A document that changed several times is seen at least in its latest version; deletions are not seen.
    /// The answer always carries a cursor to go on from; an empty page means that nothing newer is committed.
    /// </summary>
    ValueTask<DocumentPage> ChangesAsync(ChangesQuery query, CancellationToken cancellation);
}

/// <summary>What every engine must take, and may refuse beyond.</summary>
public static class StoreLimits
{
    public const int WritesMax = 100;
    public const int CommitBytesMax = 2 * 1024 * 1024;
    public const int PageDocumentsMax = 1_000;
    public const int IdCharactersMax = 255;

    /// <summary>Requests of one caller on their way at once: a service would only throttle more.</summary>
    private const int AtOnceMax = 128;

    /// <exception cref="ArgumentException">More than one request for many takes.</exception>
    public static void CheckMany(int count)
    {
        if (count > PageDocumentsMax)
            throw new ArgumentException($"One request is for {PageDocumentsMax} at most, not {count}.", nameof(count));
    }

    internal static ParallelOptions AtOnce(CancellationToken cancellation) =>
        new() { MaxDegreeOfParallelism = AtOnceMax, CancellationToken = cancellation };
}

/// <summary>Where a document lives. <see cref="Kind"/> is part of the name: two kinds may use one id.</summary>
public readonly record struct DocumentKey(string Partition, string Kind, string Id);

/// <summary>A stored document. <see cref="Version"/> changes with every write and is opaque (an ETag).</summary>
public sealed record Document(
    DocumentKey Key,
    string Version,
    ReadOnlyMemory<byte> Body,
    DateTimeOffset? DueAt);

/// <param name="After">A cursor from an earlier page; null starts.</param>
/// <param name="IdFrom">Only ids at or after this one, ordinally (both directions); null: no bound.</param>
/// <param name="IdTo">Only ids before this one, ordinally (both directions); null: no bound.</param>
public sealed record PartitionQuery(
    string Partition,
    string Kind,
    int Limit,
    string? After = null,
    bool Descending = false,
    string? IdFrom = null,
    string? IdTo = null);

/// <param name="DueAtOrBefore">Only documents whose <see cref="Document.DueAt"/> is at or before this instant,
/// soonest first; null: all of the kind.</param>
public sealed record ScanQuery(
    int Shard,
    string Kind,
    int Limit,
    string? After = null,
    DateTimeOffset? DueAtOrBefore = null);

public sealed record ChangesQuery(int Shard, int Limit, string? After = null);

/// <summary>Documents and where to go on; a null cursor ends a page or a scan.</summary>
public sealed record DocumentPage(IReadOnlyList<Document> Documents, string? Cursor);

/// <summary>One write of a commit.</summary>
public abstract record Write
{
    private Write(string kind, string id) => (Kind, Id) = (kind, id);

    public string Kind { get; }

    public string Id { get; }

    /// <summary>Fails with <see cref="WriteStatus.Conflict"/> where the document exists.</summary>
    public sealed record Create(string Kind, string Id, ReadOnlyMemory<byte> Body, DateTimeOffset? DueAt = null)
        : Write(Kind, Id);

    /// <summary>Fails with <see cref="WriteStatus.Stale"/> at another version, <see cref="WriteStatus.Missing"/> where
    /// there is no document.</summary>
    public sealed record Replace(
        string Kind, string Id, string Version, ReadOnlyMemory<byte> Body, DateTimeOffset? DueAt = null)
        : Write(Kind, Id);

    public sealed record Upsert(string Kind, string Id, ReadOnlyMemory<byte> Body, DateTimeOffset? DueAt = null)
        : Write(Kind, Id);

    /// <summary>Fails with <see cref="WriteStatus.Missing"/> where there is no document, and
    /// <see cref="WriteStatus.Stale"/> where a version is given and the document has another.</summary>
    public sealed record Delete(string Kind, string Id, string? Version = null) : Write(Kind, Id);
}

public enum WriteStatus
{
    /// <summary>Written: created, replaced, upserted or deleted.</summary>
    Done,
    Conflict,
    Stale,
    Missing,

    /// <summary>Another write of the commit was refused.</summary>
    Aborted,
}

/// <summary>What <see cref="IDocumentStore.CommitAsync"/> takes, as one of many.</summary>
public sealed record PartitionCommit(string Partition, IReadOnlyList<Write> Writes);

/// <param name="Version">The document's new version; null unless <see cref="WriteStatus.Done"/>, and after a delete.</param>
public readonly record struct WriteResult(WriteStatus Status, string? Version);

/// <param name="Committed">Whether all writes are durable; when false none is.</param>
public sealed record CommitResult(bool Committed, IReadOnlyList<WriteResult> Results);

/// <summary>The engine is too busy, out of reach or out of space: ours to repeat, never the caller's fault.</summary>
public sealed class StoreUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
