using SQLitePCL;

namespace Pipeline.Sqlite.Sql;

/// <summary>One connection, used by one thread at a time.</summary>
internal sealed class Database : IDisposable
{
    private const int OpenBase = raw.SQLITE_OPEN_NOMUTEX | raw.SQLITE_OPEN_URI;
    private readonly sqlite3 handle;

    static Database() => Batteries_V2.Init();

    private Database(sqlite3 handle, string path) => (this.handle, Path) = (handle, path);

    public string Path { get; }

    public bool InTransaction => raw.sqlite3_get_autocommit(handle) == 0;

    public static Database OpenWriter(string path) =>
        Open(path, raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_CREATE);

    public static Database OpenReader(string path) => Open(path, raw.SQLITE_OPEN_READONLY);

    /// <summary>For a file that nobody can write to, such as one on a read-only medium; its WAL is not looked at.</summary>
    public static Database OpenImmutable(string path) =>
        Open("file:" + Uri.EscapeDataString(path).Replace("%2F", "/", StringComparison.Ordinal) + "?immutable=1",
            raw.SQLITE_OPEN_READONLY);

    public Statement Prepare(string sql)
    {
        var code = raw.sqlite3_prepare_v3(handle, sql, raw.SQLITE_PREPARE_PERSISTENT, out var statement);
        Check(code);
        return new Statement(this, statement);
    }

    public void Execute(string sql)
    {
        using var statement = Prepare(sql);
        while (statement.Step())
        {
        }
    }

    public long Scalar(string sql)
    {
        using var statement = Prepare(sql);
        return statement.Step() ? statement.Long(0) : 0;
    }

    /// <summary>Copies what it can of the WAL into the database without waiting for anyone.</summary>
    /// <returns>Frames in the log, and how many of them are copied.</returns>
    public (int Frames, int Copied) CheckpointPassive()
    {
        var code = raw.sqlite3_wal_checkpoint_v2(
            handle, "main", raw.SQLITE_CHECKPOINT_PASSIVE, out var frames, out var copied);
        if (code is not raw.SQLITE_BUSY and not raw.SQLITE_LOCKED)
            Check(code);
        return (frames, copied);
    }

    public void CheckpointTruncate() =>
        Check(raw.sqlite3_wal_checkpoint_v2(handle, "main", raw.SQLITE_CHECKPOINT_TRUNCATE, out _, out _));

    public void Check(int code)
    {
        if (code is raw.SQLITE_OK or raw.SQLITE_ROW or raw.SQLITE_DONE)
            return;
        var extended = raw.sqlite3_extended_errcode(handle);
        throw new SqliteException(
            (extended & 0xff) == (code & 0xff) ? extended : code, raw.sqlite3_errmsg(handle).utf8_to_string());
    }

    public void Dispose() => raw.sqlite3_close_v2(handle);

    private static Database Open(string path, int flags)
    {
        var code = raw.sqlite3_open_v2(path, out var handle, flags | OpenBase, null);
        var database = new Database(handle, path);
        try
        {
            database.Check(code);
            raw.sqlite3_busy_timeout(handle, 5_000);
            return database;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }
}
