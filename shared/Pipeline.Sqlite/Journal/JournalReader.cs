using Pipeline.Sqlite.Sql;
using Pipeline.Sqlite.Storage;

namespace Pipeline.Sqlite.Journal;

/// <summary>Reads the journal: all of it for the change feed, its end for recovery.</summary>
internal sealed class JournalReader
{
    private const int CachedRowsMax = 32;
    private const int CachedBytesMax = 8 * 1024 * 1024;
    private readonly BlockReader connections;
    private readonly Lock gate = new();
    private readonly Queue<(long Seq, JournalRow Row, int Bytes)> order = [];
    private readonly Dictionary<long, JournalRow> cached = [];
    private int cachedBytes;

    public JournalReader(BlockReader connections) => this.connections = connections;

    /// <summary>The first row that may hold commits after this one, up to a commit that is published.</summary>
    public JournalRow? Next(long afterCommit, long publishedCommit)
    {
        if (afterCommit >= publishedCommit)
            return null;
        // All shards read the same rows, mostly the newest: each row is decoded once for all of them.
        lock (gate)
        {
            foreach (var row in cached.Values)
            {
                if (row.FirstCommit <= afterCommit + 1 && row.LastCommit > afterCommit)
                    return row;
            }
        }

        return connections.Use(database => Load(database, afterCommit));
    }

    /// <summary>Puts the commits after the flushed ones back into the memtable.</summary>
    /// <returns>The last commit.</returns>
    public static long Replay(Database database, DocumentTree tree, long flushedCommit, Action afterRow)
    {
        var last = flushedCommit;
        using var select = database.Prepare("SELECT seq, body FROM journal WHERE seq > ?1 ORDER BY seq");
        select.Bind(1, flushedCommit);
        while (select.Step())
        {
            var row = JournalRow.Read(select.Long(0), select.Blob(1));
            foreach (var write in row.Writes)
            {
                var entry = new Entry(write.Commit, write.DueTicks, write.Body?.ToArray());
                tree.Put(
                    Keys.Document(write.Kind, write.Hash, write.Partition, write.Id), entry, write.DueBeforeTicks,
                    Keys.ShardOf(write.Hash, tree.ShardCount), write.Kind);
            }

            last = row.LastCommit;
            afterRow();
        }

        return last;
    }

    private JournalRow? Load(Database database, long afterCommit)
    {
        // The row that holds the next commit starts at or before it.
        using var select = database.Prepare(
            """
            SELECT seq, body FROM journal
            WHERE seq >= coalesce((SELECT max(seq) FROM journal WHERE seq <= ?1), 0) ORDER BY seq LIMIT 2
            """);
        select.Bind(1, afterCommit + 1);
        while (select.Step())
        {
            var body = select.Blob(1);
            var row = JournalRow.Read(select.Long(0), body);
            if (row.LastCommit <= afterCommit)
                continue;
            Remember(row);
            return row;
        }

        return null;
    }

    private void Remember(JournalRow row)
    {
        var bytes = 256;
        foreach (var write in row.Writes)
            bytes += 200 + (write.Body?.Length ?? 0);
        lock (gate)
        {
            if (!cached.TryAdd(row.FirstCommit, row))
                return;
            order.Enqueue((row.FirstCommit, row, bytes));
            cachedBytes += bytes;
            while (order.Count > CachedRowsMax || (cachedBytes > CachedBytesMax && order.Count > 1))
            {
                var oldest = order.Dequeue();
                cached.Remove(oldest.Seq);
                cachedBytes -= oldest.Bytes;
            }
        }
    }
}
