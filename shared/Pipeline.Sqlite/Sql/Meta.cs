namespace Pipeline.Sqlite.Sql;

/// <summary>The names of the few numbers kept in <c>meta</c>.</summary>
internal static class Meta
{
    public const string ShardCount = "shard_count";

    /// <summary>Every commit up to this number is in the runs; later ones are replayed from the journal.</summary>
    public const string FlushedCommit = "flushed_commit";

    /// <summary>How often the folder was opened: the high bits of the fencing tokens.</summary>
    public const string Epoch = "epoch";

    /// <summary>1 after a graceful close.</summary>
    public const string Clean = "clean";

    public static long Read(Database database, string name, long otherwise)
    {
        using var statement = database.Prepare("SELECT value FROM meta WHERE name = ?1");
        return statement.Bind(1, name).Step() ? statement.Long(0) : otherwise;
    }

    public static void Write(Database database, string name, long value)
    {
        using var statement = database.Prepare(
            "INSERT INTO meta(name, value) VALUES(?1, ?2) ON CONFLICT(name) DO UPDATE SET value = excluded.value");
        statement.Bind(1, name).Bind(2, value).Run();
    }
}
