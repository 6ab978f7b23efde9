using System.Diagnostics;
using Pipeline.Benchmarks.Load;
using SQLitePCL;

namespace Pipeline.Benchmarks.Parts;

/// <summary>
/// The same rows in plain SQLite, 128 purchases a transaction, WAL, <c>synchronous=FULL</c>: read the message and the
/// account, upsert the account, insert the entry, delete the message. It parses and decides nothing.
/// </summary>
internal sealed class RawLoop : IDisposable
{
    public const int PurchasesPerTransaction = 128;
    private const int CacheKibibytes = 64 * 1024;
    private readonly sqlite3 database;
    private readonly byte[] filling = new byte[1024 * 1024];
    private readonly Dictionary<int, int> accountBytes = [];
    private readonly int accountBytesAtFirst;

    /// <param name="accountBytesAtFirst">The size of an account that no purchase of ours has touched yet.</param>
    public RawLoop(string path, int accountBytesAtFirst)
    {
        this.accountBytesAtFirst = accountBytesAtFirst;
        Batteries_V2.Init();
        Check(raw.sqlite3_open(path, out database));
        Execute("PRAGMA journal_mode=WAL");
        Execute("PRAGMA synchronous=FULL");
        Execute($"PRAGMA cache_size=-{CacheKibibytes}");
        Execute("CREATE TABLE accounts(customer TEXT PRIMARY KEY, body BLOB NOT NULL) WITHOUT ROWID");
        Execute(
            "CREATE TABLE entries(customer TEXT NOT NULL, id TEXT NOT NULL, body BLOB NOT NULL, UNIQUE(customer, id))");
        Execute("CREATE TABLE queue(seq INTEGER PRIMARY KEY, body BLOB NOT NULL)");
        // Bytes that do not repeat, as far as the file can tell.
        var random = 1UL;
        for (var i = 0; i < filling.Length; i++)
            filling[i] = unchecked((byte)(random = Population.Mix(random)));
    }

    /// <summary>Accounts of one size for every customer, in the order of their ids.</summary>
    public void Fill(int customers)
    {
        Execute("BEGIN");
        using (var insert = Prepare("INSERT INTO accounts(customer, body) VALUES(?1, ?2)"))
        {
            for (var i = 0; i < customers; i++)
            {
                raw.sqlite3_bind_text(insert, 1, Purchases.CustomerId(i));
                raw.sqlite3_bind_blob(insert, 2, Bytes(i, accountBytesAtFirst));
                Run(insert);
            }
        }

        Execute("COMMIT");
        Execute("PRAGMA wal_checkpoint(TRUNCATE)");
    }

    /// <param name="sizes">Of each purchase the bytes of its entry, and of its customer's account in the end.</param>
    /// <returns>Seconds from the first purchase to the last COMMIT.</returns>
    public double Run(long first, int[] sizes, Population population, int messageBytes)
    {
        var count = sizes.Length / 2;
        FillQueue(count, messageBytes);
        var bodies = AccountSizes(first, sizes, population);
        using var message = Prepare("SELECT body FROM queue WHERE seq = ?1");
        using var read = Prepare("SELECT body FROM accounts WHERE customer = ?1");
        using var upsert = Prepare(
            "INSERT INTO accounts(customer, body) VALUES(?1, ?2)"
            + " ON CONFLICT(customer) DO UPDATE SET body = excluded.body");
        using var insert = Prepare("INSERT INTO entries(customer, id, body) VALUES(?1, ?2, ?3)");
        using var delete = Prepare("DELETE FROM queue WHERE seq = ?1");
        using var begin = Prepare("BEGIN IMMEDIATE");
        using var commit = Prepare("COMMIT");
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < count; i++)
        {
            if (i % PurchasesPerTransaction == 0)
                Run(begin);
            var customer = Purchases.CustomerId(population.CustomerOf(first + i));
            raw.sqlite3_bind_int64(message, 1, i);
            Run(message);
            raw.sqlite3_bind_text(read, 1, customer);
            Run(read);
            raw.sqlite3_bind_text(upsert, 1, customer);
            raw.sqlite3_bind_blob(upsert, 2, Bytes(i, bodies[i]));
            Run(upsert);
            raw.sqlite3_bind_text(insert, 1, customer);
            raw.sqlite3_bind_text(insert, 2, Purchases.PurchaseId(first + i));
            raw.sqlite3_bind_blob(insert, 3, Bytes(i * 7, sizes[2 * i]));
            Run(insert);
            raw.sqlite3_bind_int64(delete, 1, i);
            Run(delete);
            if ((i + 1) % PurchasesPerTransaction == 0 || i + 1 == count)
                Run(commit);
        }

        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    public void Dispose() => database.Dispose();

    /// <summary>An account grows with each of its purchases to the size that it has in the end.</summary>
    private int[] AccountSizes(long first, int[] sizes, Population population)
    {
        var count = sizes.Length / 2;
        var customers = new int[count];
        var purchases = new Dictionary<int, int>();
        for (var i = 0; i < count; i++)
        {
            customers[i] = population.CustomerOf(first + i);
            purchases[customers[i]] = purchases.GetValueOrDefault(customers[i]) + 1;
        }

        var done = new Dictionary<int, int>();
        var bodies = new int[count];
        for (var i = 0; i < count; i++)
        {
            var customer = customers[i];
            var before = accountBytes.GetValueOrDefault(customer, accountBytesAtFirst);
            var number = done[customer] = done.GetValueOrDefault(customer) + 1;
            bodies[i] = before + (int)((sizes[(2 * i) + 1] - before) * (long)number / purchases[customer]);
        }

        for (var i = 0; i < count; i++)
            accountBytes[customers[i]] = sizes[(2 * i) + 1];
        return bodies;
    }

    private void FillQueue(int count, int messageBytes)
    {
        Execute("BEGIN");
        using (var insert = Prepare("INSERT INTO queue(seq, body) VALUES(?1, ?2)"))
        {
            for (var i = 0; i < count; i++)
            {
                raw.sqlite3_bind_int64(insert, 1, i);
                raw.sqlite3_bind_blob(insert, 2, Bytes(i, messageBytes));
                Run(insert);
            }
        }

        Execute("COMMIT");
        Execute("PRAGMA wal_checkpoint(TRUNCATE)");
    }

    private ReadOnlySpan<byte> Bytes(int from, int count)
    {
        var at = (int)((uint)from * 2_654_435_761UL % (ulong)(filling.Length - count));
        return filling.AsSpan(at, count);
    }

    private void Run(sqlite3_stmt statement)
    {
        int code;
        do
        {
            code = raw.sqlite3_step(statement);
            if (code == raw.SQLITE_ROW)
                _ = raw.sqlite3_column_blob(statement, 0).Length;
        }
        while (code == raw.SQLITE_ROW);
        raw.sqlite3_reset(statement);
        if (code != raw.SQLITE_DONE)
            Check(code);
    }

    private sqlite3_stmt Prepare(string sql)
    {
        Check(raw.sqlite3_prepare_v2(database, sql, out var statement));
        return statement;
    }

    private void Execute(string sql)
    {
        using var statement = Prepare(sql);
        Run(statement);
    }

    private void Check(int code)
    {
        if (code != raw.SQLITE_OK)
            throw new InvalidOperationException($"SQLite said {code}: {raw.sqlite3_errmsg(database).utf8_to_string()}");
    }
}
