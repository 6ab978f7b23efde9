using System.Buffers.Text;
using System.Globalization;
using Pipeline.Runtime.Ports;
using Pipeline.Sqlite.Journal;
using Pipeline.Sqlite.Storage;
using Pipeline.Sqlite.Writing;

namespace Pipeline.Sqlite;

/// <summary>The document port: reads from the tree on the caller's thread, writes through the writer.</summary>
internal sealed class DocumentStore(
    DocumentTree tree, JournalReader journal, Writer? writer, Func<long> publishedCommit) : IDocumentStore
{
    public int ShardCount => tree.ShardCount;

    public ValueTask<Document?> ReadAsync(DocumentKey key, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var entry = tree.Find(Keys.Document(key.Kind, Keys.HashOf(key.Partition), key.Partition, key.Id));
        if (entry is null)
            return new((Document?)null);
        AwaitPublished(entry.Version);
        return new(ToDocument(key, entry.Version, entry.DueTicks, entry.Body));
    }

    public ValueTask<IReadOnlyList<Document?>> ReadManyAsync(
        IReadOnlyList<DocumentKey> keys, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        StoreLimits.CheckMany(keys.Count);
        var entries = tree.FindMany([.. keys.Select(static key =>
            Keys.Document(key.Kind, Keys.HashOf(key.Partition), key.Partition, key.Id))]);
        var documents = new Document?[keys.Count];
        var latest = 0L;
        for (var i = 0; i < entries.Length; i++)
        {
            if (entries[i] is not { } entry)
                continue;
            latest = Math.Max(latest, entry.Version);
            documents[i] = ToDocument(keys[i], entry.Version, entry.DueTicks, entry.Body);
        }

        AwaitPublished(latest);
        return new(documents);
    }

    public async ValueTask<CommitResult> CommitAsync(
        string partition, IReadOnlyList<Write> writes, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(writes);
        var group = new CommitGroup(1);
        var request = new CommitRequest(partition, writes, tree, group, looksAhead: false);
        await WriterOf().PostAsync(request, cancellation);
        await group.Answered;
        return request.Result;
    }

    public async ValueTask<IReadOnlyList<CommitResult>> CommitManyAsync(
        IReadOnlyList<PartitionCommit> commits, CancellationToken cancellation)
    {
        StoreLimits.CheckMany(commits.Count);
        if (commits.Count == 0)
            return [];
        var group = new CommitGroup(commits.Count);
        var requests = new CommitRequest[commits.Count];
        for (var i = 0; i < requests.Length; i++)
            requests[i] = new CommitRequest(commits[i].Partition, commits[i].Writes, tree, group, looksAhead: true);
        foreach (var request in requests)
            await WriterOf().PostAsync(request, cancellation);
        await group.Answered;
        return Array.ConvertAll(requests, static request => request.Result);
    }

    public ValueTask<DocumentPage> PageAsync(PartitionQuery query, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var limit = LimitOf(query.Limit);
        var prefix = Keys.Partition(query.Kind, Keys.HashOf(query.Partition), query.Partition);
        var after = query.After is null ? null : DecodeCursor(query.After, prefix);
        byte[] from = query.IdFrom is null ? prefix : [.. prefix, .. IdBytes(query.IdFrom)];
        byte[]? to = query.IdTo is null ? Behind(prefix) : [.. prefix, .. IdBytes(query.IdTo)];
        if (after is not null && query.Descending)
            to = Least(to, after);
        else if (after is not null)
            from = Greatest(from, [.. after, 0]);
        return new(Page(
            limit, query.Descending, from, to, StableHash.Of(prefix),
            (key, _) => new DocumentKey(query.Partition, query.Kind, Keys.Id(key, prefix.Length))));
    }

    public ValueTask<DocumentPage> ScanAsync(ScanQuery query, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        CheckShard(query.Shard);
        return new(query.DueAtOrBefore is { } due ? ScanDue(query, due.UtcTicks) : ScanAll(query));
    }

    public ValueTask<DocumentPage> ChangesAsync(ChangesQuery query, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        CheckShard(query.Shard);
        var limit = LimitOf(query.Limit);
        var (commit, index) = query.After is null ? (0, int.MaxValue) : DecodeChangesCursor(query.After);
        var published = publishedCommit();
        var documents = new List<Document>();
        // A commit may be cut by a page: its rest is looked for from the commit before.
        while (journal.Next(index == int.MaxValue ? commit : commit - 1, published) is { } row)
        {
            foreach (var write in row.Writes)
            {
                if (write.Commit < commit || (write.Commit == commit && write.Index <= index))
                    continue;
                if (write.Body is not { } body || Keys.ShardOf(write.Hash, ShardCount) != query.Shard)
                    continue;
                if (documents.Count == limit)
                    return new(new DocumentPage(documents, ChangesCursor(commit, index)));
                (commit, index) = (write.Commit, write.Index);
                var key = new DocumentKey(write.Partition, write.Kind, write.Id);
                documents.Add(ToDocument(key, write.Commit, write.DueTicks, body.ToArray()));
            }

            (commit, index) = (row.LastCommit, int.MaxValue);
            cancellation.ThrowIfCancellationRequested();
        }

        return new(new DocumentPage(documents, ChangesCursor(commit, index)));
    }

    private Writer WriterOf() =>
        writer ?? throw new StoreUnavailableException("The data folder is open for reading only.");

    /// <summary>
    /// A commit's documents are put where readers find them one after another. Who sees one of them sees the others from
    /// then on, so it waits for the moment until all are there.
    /// </summary>
    private void AwaitPublished(long commit)
    {
        var wait = default(SpinWait);
        while (commit > publishedCommit())
            wait.SpinOnce();
    }

    private DocumentPage Page(
        int limit, bool descending, byte[] from, byte[]? to, ulong? partitionHash, KeyReader keyOf)
    {
        while (true)
        {
            try
            {
                var published = publishedCommit();
                var latest = 0L;
                var documents = new List<Document>();
                byte[]? last = null;
                // A scan passes over every customer.
                using var blocks = partitionHash is null ? tree.Blocks.BeginPassing() : tree.Blocks.Begin();
                var cursor = DocumentTree.Walk(tree.Current, descending, partitionHash, blocks);
                cursor.Seek(descending ? to! : from);
                for (; cursor.Valid && Inside(cursor, descending, from, to); cursor.Next())
                {
                    latest = Math.Max(latest, cursor.Version);
                    if (cursor.Deleted)
                        continue;
                    if (documents.Count == limit)
                        break;
                    var key = cursor.Key.Span;
                    var before = documents.Count == 0 ? null : documents[^1].Key.Id;
                    documents.Add(ToDocument(keyOf(key, before), cursor.Version, cursor.DueTicks, cursor.Body));
                    if (documents.Count == limit)
                        last = key.ToArray();
                }

                if (partitionHash is not null && latest > published)
                {
                    // A commit came in while the page was read, and half of it may be on the page: read it again.
                    AwaitPublished(latest);
                    continue;
                }

                var isCut = last is not null && cursor.Valid && Inside(cursor, descending, from, to);
                return new DocumentPage(documents, isCut ? EncodeCursor(last!) : null);
            }
            catch (RunRetiredException)
            {
                // A merge finished meanwhile: the page is read again from the current runs.
            }
        }
    }

    private DocumentPage ScanAll(ScanQuery query)
    {
        var from = Keys.Hash(query.Kind, Keys.FirstHash(query.Shard, ShardCount));
        var to = Keys.Hash(query.Kind, Keys.FirstHash(query.Shard + 1, ShardCount));
        if (query.After is not null)
            from = Greatest(from, [.. DecodeCursor(query.After, Keys.KindPrefix(query.Kind)), 0]);
        return Page(
            LimitOf(query.Limit), false, from, to, null, (key, idBefore) => Keys.Read(key, query.Kind, idBefore));
    }

    private DocumentPage ScanDue(ScanQuery query, long dueTicks)
    {
        var limit = LimitOf(query.Limit);
        var floor = tree.DueFloors.Of(query.Kind, query.Shard);
        var (floorTicks, scan) = floor.Begin();
        var from = Keys.DueFrom(query.Kind, query.Shard, floorTicks);
        var to = Keys.DueFrom(query.Kind, query.Shard, dueTicks + 1);
        if (query.After is not null)
            from = Greatest(from, [.. DecodeCursor(query.After, from.AsSpan(0, from.Length - 8)), 0]);
        while (true)
        {
            try
            {
                var page = ScanDue(limit, from, to, query.Kind);
                if (query.After is null)
                    floor.Raise(scan, page.Documents is [var first, ..] ? first.DueAt!.Value.UtcTicks : dueTicks + 1);
                return page;
            }
            catch (RunRetiredException)
            {
                // As above.
            }
        }
    }

    private DocumentPage ScanDue(int limit, byte[] from, byte[] to, string kind)
    {
        var documents = new List<Document>();
        byte[]? last = null;
        var state = tree.Current;
        using var blocks = tree.Blocks.Begin();
        var cursor = DocumentTree.Walk(state, descending: false, partitionHash: null, blocks);
        for (cursor.Seek(from); cursor.Valid && Inside(cursor, false, from, to); cursor.Next())
        {
            if (cursor.Deleted)
                continue;
            if (documents.Count == limit)
                return new DocumentPage(documents, EncodeCursor(last!));
            var key = Keys.DocumentOfDue(cursor.Key.Span, out var due);
            // A document written during this scan may have another instant by now.
            if (DocumentTree.Find(state, key, blocks) is not { } entry || entry.DueTicks != due)
                continue;
            var before = documents.Count == 0 ? null : documents[^1].Key.Id;
            documents.Add(ToDocument(Keys.Read(key, kind, before), entry.Version, due, entry.Body));
            last = cursor.Key.ToArray();
        }

        return new DocumentPage(documents, null);
    }

    private static bool Inside(EntryCursor cursor, bool descending, byte[] from, byte[]? to) => descending
        ? cursor.Key.Span.SequenceCompareTo(from) >= 0
        : to is null || cursor.Key.Span.SequenceCompareTo(to) < 0;

    /// <summary>What a stored key says, after the document whose id was the one before.</summary>
    private delegate DocumentKey KeyReader(ReadOnlySpan<byte> key, string? idBefore);

    private static Document ToDocument(DocumentKey key, long version, long dueTicks, ReadOnlyMemory<byte> body) => new(
        key, version.ToString(CultureInfo.InvariantCulture), body,
        dueTicks == Entry.NoDue ? null : new DateTimeOffset(dueTicks, TimeSpan.Zero));

    private static byte[] IdBytes(string id)
    {
        var bytes = new KeyBuilder(stackalloc byte[512]);
        bytes.Raw(id);
        return bytes.ToArray();
    }

    /// <summary>The first key behind all that start with a prefix: a prefix ends with a zero.</summary>
    private static byte[] Behind(byte[] prefix) => [.. prefix.AsSpan(0, prefix.Length - 1), 1];

    private static byte[] Greatest(byte[] a, byte[] b) => a.AsSpan().SequenceCompareTo(b) >= 0 ? a : b;

    private static byte[] Least(byte[]? a, byte[] b) => a is not null && a.AsSpan().SequenceCompareTo(b) <= 0 ? a : b;

    private static int LimitOf(int limit)
    {
        if (limit is < 1 or > StoreLimits.PageDocumentsMax)
        {
            throw new ArgumentOutOfRangeException(
                nameof(limit), limit, $"A page has 1 to {StoreLimits.PageDocumentsMax} documents.");
        }

        return limit;
    }

    private void CheckShard(int shard)
    {
        if (shard < 0 || shard >= ShardCount)
            throw new ArgumentOutOfRangeException(nameof(shard), shard, $"There are {ShardCount} shards.");
    }

    private static string EncodeCursor(byte[] key) => Base64Url.EncodeToString(key);

    private static byte[] DecodeCursor(string cursor, ReadOnlySpan<byte> prefix)
    {
        byte[]? key = null;
        if (Base64Url.IsValid(cursor))
            key = Base64Url.DecodeFromChars(cursor);
        return key is not null && key.AsSpan().StartsWith(prefix)
            ? key
            : throw new ArgumentException("The cursor is not one of this query.", nameof(cursor));
    }

    private static string ChangesCursor(long commit, int index) => index == int.MaxValue
        ? commit.ToString(CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{commit}.{index}");

    private static (long Commit, int Index) DecodeChangesCursor(string cursor)
    {
        var dot = cursor.IndexOf('.', StringComparison.Ordinal);
        var index = int.MaxValue;
        if (long.TryParse(
                dot < 0 ? cursor : cursor[..dot], NumberStyles.None, CultureInfo.InvariantCulture, out var commit)
            && (dot < 0 || int.TryParse(
                cursor.AsSpan(dot + 1), NumberStyles.None, CultureInfo.InvariantCulture, out index)))
        {
            return (commit, index);
        }

        throw new ArgumentException("The cursor is not one of this feed.", nameof(cursor));
    }
}
