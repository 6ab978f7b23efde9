using System.Globalization;
using Pipeline.Runtime.Ports;

namespace Pipeline.Contracts;

/// <summary>
/// A document store in memory that keeps the store contract. Every request gives way to others before it acts, so that
/// races are races.
/// </summary>
public sealed class MemoryStore(int shardCount = 4) : IDocumentStore
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, SortedList<Name, Document>> partitions = new(StringComparer.Ordinal);
    private readonly List<Document>[] changes =
        [.. Enumerable.Range(0, shardCount).Select(static _ => new List<Document>())];
    private long lastVersion;

    public int ShardCount => shardCount;

    public async ValueTask<Document?> ReadAsync(DocumentKey key, CancellationToken cancellation)
    {
        await Task.Yield();
        lock (gate)
            return Find(key.Partition, key.Kind, key.Id);
    }

    public async ValueTask<DocumentPage> PageAsync(PartitionQuery query, CancellationToken cancellation)
    {
        CheckLimit(query.Limit);
        await Task.Yield();
        lock (gate)
        {
            if (!partitions.TryGetValue(query.Partition, out var documents))
                return new DocumentPage([], null);
            var found = documents.Values.Where(one => one.Key.Kind == query.Kind && IsWithin(one.Key.Id, query));
            if (query.Descending)
                found = found.Reverse();
            return Cut(found, query.Limit, static one => one.Key.Id);
        }
    }

    public async ValueTask<CommitResult> CommitAsync(
        string partition, IReadOnlyList<Write> writes, CancellationToken cancellation)
    {
        Check(writes);
        await Task.Yield();
        lock (gate)
        {
            var statuses = writes.Select(write => StatusOf(partition, write)).ToArray();
            if (Array.Exists(statuses, static status => status != WriteStatus.Done))
                return new CommitResult(false, [.. statuses.Select(static status =>
                    new WriteResult(status == WriteStatus.Done ? WriteStatus.Aborted : status, null))]);
            return new CommitResult(
                true, [.. writes.Select(write => new WriteResult(WriteStatus.Done, Apply(partition, write)))]);
        }
    }

    public async ValueTask<DocumentPage> ScanAsync(ScanQuery query, CancellationToken cancellation)
    {
        CheckLimit(query.Limit);
        await Task.Yield();
        lock (gate)
        {
            var found = partitions
                .Where(partition => ShardOf(partition.Key) == query.Shard)
                .SelectMany(static partition => partition.Value.Values)
                .Where(one => one.Key.Kind == query.Kind
                    && (query.DueAtOrBefore is not { } instant || one.DueAt <= instant))
                .Select(one => (Place: PlaceOf(one, query.DueAtOrBefore is not null), Document: one))
                .Where(one => query.After is null || string.CompareOrdinal(one.Place, query.After) > 0)
                .OrderBy(static one => one.Place, StringComparer.Ordinal)
                .Select(static one => one.Document);
            return Cut(found, query.Limit, one => PlaceOf(one, query.DueAtOrBefore is not null));
        }
    }

    public async ValueTask<DocumentPage> ChangesAsync(ChangesQuery query, CancellationToken cancellation)
    {
        CheckLimit(query.Limit);
        await Task.Yield();
        lock (gate)
        {
            var from = query.After is null ? 0 : int.Parse(query.After, CultureInfo.InvariantCulture);
            var page = changes[query.Shard].Skip(from).Take(query.Limit).ToArray();
            return new DocumentPage(page, (from + page.Length).ToString(CultureInfo.InvariantCulture));
        }
    }

    /// <summary>Every document as it is now, in order: to compare two stores.</summary>
    public IReadOnlyList<Document> All()
    {
        lock (gate)
            return [.. partitions
                .OrderBy(static partition => partition.Key, StringComparer.Ordinal)
                .SelectMany(static partition => partition.Value.Values)];
    }

    public int ShardOf(string partition)
    {
        var hash = 17u;
        unchecked
        {
            foreach (var character in partition)
                hash = (hash * 31) + character;
            hash ^= hash >> 15;
        }

        return (int)(hash % (uint)shardCount);
    }

    private Document? Find(string partition, string kind, string id) =>
        partitions.TryGetValue(partition, out var documents) ? documents.GetValueOrDefault(new Name(kind, id)) : null;

    private WriteStatus StatusOf(string partition, Write write)
    {
        var existing = Find(partition, write.Kind, write.Id);
        return write switch
        {
            Write.Create => existing is null ? WriteStatus.Done : WriteStatus.Conflict,
            Write.Replace when existing is null => WriteStatus.Missing,
            Write.Replace replace => existing!.Version == replace.Version ? WriteStatus.Done : WriteStatus.Stale,
            Write.Delete when existing is null => WriteStatus.Missing,
            Write.Delete { Version: { } version } => existing!.Version == version ? WriteStatus.Done : WriteStatus.Stale,
            _ => WriteStatus.Done,
        };
    }

    private string? Apply(string partition, Write write)
    {
        if (!partitions.TryGetValue(partition, out var documents))
            partitions.Add(partition, documents = []);
        var (body, due) = write switch
        {
            Write.Create create => (create.Body, create.DueAt),
            Write.Replace replace => (replace.Body, replace.DueAt),
            Write.Upsert upsert => (upsert.Body, upsert.DueAt),
            _ => (default, default),
        };
        var name = new Name(write.Kind, write.Id);
        if (write is Write.Delete)
        {
            documents.Remove(name);
            return null;
        }

        var version = (++lastVersion).ToString(CultureInfo.InvariantCulture);
        var document = new Document(new DocumentKey(partition, write.Kind, write.Id), version, body.ToArray(), due);
        documents[name] = document;
        changes[ShardOf(partition)].Add(document);
        return version;
    }

    private static bool IsWithin(string id, PartitionQuery query) =>
        (query.IdFrom is null || string.CompareOrdinal(id, query.IdFrom) >= 0)
        && (query.IdTo is null || string.CompareOrdinal(id, query.IdTo) < 0)
        && (query.After is null || string.CompareOrdinal(id, query.After) * (query.Descending ? -1 : 1) > 0);

    private static DocumentPage Cut(IEnumerable<Document> found, int limit, Func<Document, string> cursor)
    {
        var page = found.Take(limit + 1).ToList();
        if (page.Count <= limit)
            return new DocumentPage(page, null);
        page.RemoveAt(limit);
        return new DocumentPage(page, cursor(page[^1]));
    }

    private static string PlaceOf(Document document, bool byDue) =>
        $"{(byDue ? document.DueAt!.Value.UtcTicks : 0):D19} {document.Key.Partition}\0{document.Key.Id}";

    private static void CheckLimit(int limit)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, StoreLimits.PageDocumentsMax);
    }

    private static void Check(IReadOnlyList<Write> writes)
    {
        if (writes.Count is < 1 or > StoreLimits.WritesMax)
            throw new ArgumentException($"A commit has 1 to {StoreLimits.WritesMax} writes.", nameof(writes));
        if (writes.Select(static write => new Name(write.Kind, write.Id)).Distinct().Count() < writes.Count)
            throw new ArgumentException("A commit writes one document twice.", nameof(writes));
        var bytes = writes.Sum(static write => write switch
        {
            Write.Create create => create.Body.Length,
            Write.Replace replace => replace.Body.Length,
            Write.Upsert upsert => upsert.Body.Length,
            _ => 0L,
        });
        if (bytes > StoreLimits.CommitBytesMax)
            throw new ArgumentException("A commit is too large.", nameof(writes));
    }

    private readonly record struct Name(string Kind, string Id) : IComparable<Name>
    {
        public int CompareTo(Name other) =>
            string.CompareOrdinal(Kind, other.Kind) is var byKind and not 0 ? byKind : string.CompareOrdinal(Id, other.Id);
    }
}
