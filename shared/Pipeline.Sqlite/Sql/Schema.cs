namespace Pipeline.Sqlite.Sql;

/// <summary>The database's shape, by version. A migration is never edited once released; the next one follows it.</summary>
internal static class Schema
{
    /// <summary>'PIPE': tells our file from any other SQLite database.</summary>
    public const long ApplicationId = 0x50495045;

    private static readonly string[][] Migrations =
    [
        [
            // One row a group commit with all its document writes, in order; kept: it is the change feed.
            "CREATE TABLE journal(seq INTEGER PRIMARY KEY, body BLOB NOT NULL)",
            // One row a group commit with its queue operations; the front is cut off as messages leave.
            "CREATE TABLE queue_log(seq INTEGER PRIMARY KEY, body BLOB NOT NULL)",
            // Sorted runs of documents. Ids only grow, so that all inserts go to the end.
            "CREATE TABLE runs(id INTEGER PRIMARY KEY, level INTEGER NOT NULL, head BLOB NOT NULL)",
            "CREATE TABLE blocks(id INTEGER PRIMARY KEY, body BLOB NOT NULL)",
            """
            CREATE TABLE dead_letters(
                queue TEXT NOT NULL, sequence INTEGER NOT NULL, message_id TEXT NOT NULL, session TEXT NOT NULL,
                body BLOB NOT NULL, fingerprint TEXT NOT NULL, trace_parent TEXT, enqueued_at INTEGER NOT NULL,
                dead_lettered_at INTEGER NOT NULL, delivery_count INTEGER NOT NULL, reason TEXT NOT NULL,
                description TEXT NOT NULL, PRIMARY KEY(queue, sequence)) WITHOUT ROWID
            """,
            "CREATE UNIQUE INDEX dead_letters_by_message ON dead_letters(queue, message_id)",
            "CREATE TABLE meta(name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID",
        ],
    ];

    public static long Version => Migrations.Length;

    /// <summary>Brings a database up to <see cref="Version"/>, all or nothing.</summary>
    /// <exception cref="DataFolderException">It is newer, or not ours.</exception>
    public static void Migrate(Database database, string folder)
    {
        var version = Check(database, folder);
        if (version == Version)
            return;
        database.Execute("BEGIN IMMEDIATE");
        try
        {
            for (var next = version; next < Version; next++)
            {
                foreach (var statement in Migrations[next])
                    database.Execute(statement);
            }

            database.Execute($"PRAGMA application_id = {ApplicationId}");
            database.Execute($"PRAGMA user_version = {Version}");
            database.Execute("COMMIT");
        }
        catch
        {
            if (database.InTransaction)
                database.Execute("ROLLBACK");
            throw;
        }
    }

    /// <summary>The version of a database that is ours or empty.</summary>
    public static long Check(Database database, string folder)
    {
        var version = database.Scalar("PRAGMA user_version");
        var application = database.Scalar("PRAGMA application_id");
        var empty = database.Scalar("SELECT count(*) FROM sqlite_schema") == 0;
        if (!empty && application != ApplicationId)
        {
            throw new DataFolderException(
                $"The file '{database.Path}' is another program's database. Choose another data folder.");
        }

        return version > Version ? throw new DataFolderNewerException(folder, version, Version) : version;
    }
}
