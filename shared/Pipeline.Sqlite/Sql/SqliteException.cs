namespace Pipeline.Sqlite.Sql;

/// <summary>SQLite refused a call, with its extended result code (https://sqlite.org/rescode.html).</summary>
internal sealed class SqliteException(int code, string message) : Exception($"SQLite {code}: {message}")
{
    public int Code { get; } = code;

    public int PrimaryCode => Code & 0xff;
}
