using Pipeline.Sqlite.Sql;
using Pipeline.Sqlite.Storage;

namespace Pipeline.Sqlite.Writing;

/// <summary>The writer's connection and its prepared statements.</summary>
internal sealed class WriterSql : IDisposable
{
    private readonly Statement begin;
    private readonly Statement commit;
    private readonly Statement rollback;
    private readonly Statement insertBlock;
    private readonly Statement deleteBlocks;
    private readonly Statement insertRun;
    private readonly Statement deleteRun;

    public WriterSql(Database database)
    {
        Database = database;
        begin = database.Prepare("BEGIN IMMEDIATE");
        commit = database.Prepare("COMMIT");
        rollback = database.Prepare("ROLLBACK");
        insertBlock = database.Prepare("INSERT INTO blocks(id, body) VALUES(?1, ?2)");
        deleteBlocks = database.Prepare("DELETE FROM blocks WHERE id BETWEEN ?1 AND ?2");
        insertRun = database.Prepare("INSERT INTO runs(id, level, head) VALUES(?1, ?2, ?3)");
        deleteRun = database.Prepare("DELETE FROM runs WHERE id = ?1");
        InsertJournal = database.Prepare("INSERT INTO journal(seq, body) VALUES(?1, ?2)");
        InsertQueueLog = database.Prepare("INSERT INTO queue_log(seq, body) VALUES(?1, ?2)");
        DeleteQueueLog = database.Prepare("DELETE FROM queue_log WHERE seq <= ?1");
        DeadLetters = new Queue.DeadLetterTable(database);
        NextBlockId = 1 + database.Scalar("SELECT max(id) FROM blocks");
        NextRunId = 1 + database.Scalar("SELECT max(id) FROM runs");
    }

    public Database Database { get; }

    public Statement InsertJournal { get; }

    public Statement InsertQueueLog { get; }

    public Statement DeleteQueueLog { get; }

    public Queue.DeadLetterTable DeadLetters { get; }

    /// <summary>Never used twice while open, so that a cached block cannot be taken for another.</summary>
    public long NextBlockId { get; private set; }

    public long NextRunId { get; private set; }

    public void Begin() => begin.Run();

    public void Commit() => commit.Run();

    public void Rollback()
    {
        // After some errors SQLite has rolled back by itself.
        if (Database.InTransaction)
            rollback.Run();
    }

    public Extent InsertBlocks(IReadOnlyList<byte[]> rows)
    {
        var first = NextBlockId;
        foreach (var row in rows)
            insertBlock.Bind(1, NextBlockId++).Bind(2, row).Run();
        return new Extent(first, rows.Count);
    }

    public void DeleteBlocks(Extent extent) =>
        deleteBlocks.Bind(1, extent.First).Bind(2, extent.First + extent.Count - 1).Run();

    public long InsertRun(Func<long, RunHead> make, out RunHead head)
    {
        var id = NextRunId++;
        head = make(id);
        insertRun.Bind(1, id).Bind(2, head.Level).Bind(3, head.Write()).Run();
        return id;
    }

    public void DeleteRun(long id) => deleteRun.Bind(1, id).Run();

    public void SetFlushedCommit(long commitNumber) => Meta.Write(Database, Meta.FlushedCommit, commitNumber);

    public void Dispose()
    {
        foreach (var statement in (Statement[])
            [begin, commit, rollback, insertBlock, deleteBlocks, insertRun, deleteRun,
                InsertJournal, InsertQueueLog, DeleteQueueLog])
        {
            statement.Dispose();
        }

        DeadLetters.Dispose();
        Database.Dispose();
    }
}
