using Pipeline.Sqlite.Journal;
using Pipeline.Sqlite.Queue;
using Pipeline.Sqlite.Sql;
using Pipeline.Sqlite.Storage;

namespace Pipeline.Sqlite;

/// <summary>An engine that only reads: one snapshot on one connection, and the end of the journal in memory.</summary>
internal sealed class ReadingParts : IDisposable
{
    private readonly string path;
    private readonly BlockReader blocks;

    private ReadingParts(string path, Database database)
    {
        this.path = path;
        // The snapshot lives on this one connection: it holds runs that a merge may replace meanwhile.
        blocks = new BlockReader(database, 4 * 1024 * 1024);
        var tree = new DocumentTree(blocks, (int)Meta.Read(database, Meta.ShardCount, 1));
        tree.Swap(tree.Current with { Runs = DataFolder.LoadRuns(database, blocks) });
        var last = JournalReader.Replay(database, tree, Meta.Read(database, Meta.FlushedCommit, 0), static () => { });
        Documents = new DocumentStore(tree, new JournalReader(blocks), null, () => last);
        DeadLetters = new DeadLetterPort(blocks, null, null);
    }

    public DocumentStore Documents { get; }

    public DeadLetterPort DeadLetters { get; }

    public static ReadingParts Open(string folder)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        var path = DataFolder.DatabasePath(folder);
        MustBeThere(path, folder);
        Database? database = null;
        try
        {
            database = OpenSnapshot(path);
            if (Schema.Check(database, folder) < Schema.Version)
            {
                throw new DataFolderException(
                    $"The data folder '{folder}' is of an older version: the server must open it once to migrate it.");
            }

            return new ReadingParts(path, database);
        }
        catch (Exception error)
        {
            database?.Dispose();
            if (error is SqliteException sqlite)
                throw DataFolder.Explain(sqlite, folder);
            throw;
        }
    }

    private static void MustBeThere(string path, string folder)
    {
        if (File.Exists(path))
            return;
        try
        {
            // Of a folder that may not be looked into everything seems to be missing.
            if (Directory.Exists(folder))
                _ = Directory.GetFileSystemEntries(folder);
        }
        catch (UnauthorizedAccessException error)
        {
            throw DataFolder.Explain(error, folder, "read");
        }

        throw new DataFolderException($"There is no data folder at '{folder}'.");
    }

    public Database OpenAnother() => OpenSnapshot(path, begin: false);

    public void Dispose() => blocks.Dispose();

    private static Database OpenSnapshot(string path, bool begin = true)
    {
        try
        {
            return Snapshot(DataFolder.OpenReader(path), begin);
        }
        catch (SqliteException) when (!File.Exists(path + "-wal"))
        {
            // On a read-only medium the files beside a WAL database cannot be made, and there is no log to miss.
            return Snapshot(Database.OpenImmutable(path), begin);
        }
    }

    private static Database Snapshot(Database database, bool begin)
    {
        try
        {
            if (begin)
                database.Execute("BEGIN");
            database.Scalar("SELECT count(*) FROM sqlite_schema");
            return database;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }
}
