using System.Text.Json;
using Npgsql;
using NpgsqlTypes;

namespace Peer;

/// <summary>
/// Works the inbox, one transaction a purchase: takes a row that nobody else has, locks the account, writes the
/// account, the lot and the ledger's entry in one round trip, and commits.
/// </summary>
internal sealed class Applier(NpgsqlDataSource database, Applied applied) : BackgroundService
{
    private const int Workers = 16;
    private const int IdleMilliseconds = 5;
    private const long MinorUnitsPerPoint = 100;

    private const string Take = """
        DELETE FROM inbox WHERE seq = (SELECT seq FROM inbox ORDER BY seq FOR UPDATE SKIP LOCKED LIMIT 1)
        RETURNING customer_id, purchase_id, body
        """;

    private const string Lock = "SELECT balance, entries FROM account WHERE customer_id = $1 FOR UPDATE";

    private const string PutAccount = """
        INSERT INTO account(customer_id, balance, entries, updated_at) VALUES($1, $2, 1, now())
        ON CONFLICT (customer_id) DO UPDATE
        SET balance = account.balance + excluded.balance, entries = account.entries + 1, updated_at = now()
        """;

    private const string PutLot = """
        INSERT INTO lot(customer_id, lot_id, points, active_at, expires_at)
        VALUES($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING
        """;

    private const string PutEntry = """
        INSERT INTO ledger(customer_id, entry_id, seq, points, occurred_at, recorded_at, detail)
        VALUES($1, $2, $3, $4, $5, now(), $6) ON CONFLICT DO NOTHING
        """;

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(Enumerable.Range(0, Workers).Select(_ => Task.Run(() => LoopAsync(stoppingToken), stoppingToken)));

    private async Task LoopAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            if (await ApplyNextAsync(stopping))
                applied.Add();
            else
                await Task.Delay(IdleMilliseconds, stopping);
        }
    }

    private async Task<bool> ApplyNextAsync(CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        if (await TakeAsync(connection, cancellation) is not { } purchase)
            return false;
        var entries = await LockAsync(connection, purchase.CustomerId, cancellation);
        await WriteAsync(connection, purchase, entries, cancellation);
        await transaction.CommitAsync(cancellation);
        return true;
    }

    private static async Task<Purchase?> TakeAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(Take, connection);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation)
            ? JsonSerializer.Deserialize(reader.GetFieldValue<byte[]>(2), PeerJson.Default.Purchase)
            : null;
    }

    private static async Task<long> LockAsync(
        NpgsqlConnection connection, string customer, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(Lock, connection) { Parameters = { Text(customer) } };
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation) ? reader.GetInt64(1) : 0;
    }

    private static async Task WriteAsync(
        NpgsqlConnection connection, Purchase purchase, long entries, CancellationToken cancellation)
    {
        var basis = purchase.Lines.Sum(static line => line.Quantity * line.UnitPrice) - purchase.Discount;
        var points = basis / MinorUnitsPerPoint;
        var at = purchase.OccurredAt.UtcDateTime;
        var expires = new DateTime(at.Year, at.Month, 1, 0, 0, 0, DateTimeKind.Utc).AddMonths(13);
        var award = JsonSerializer.SerializeToUtf8Bytes(
            new Award("base", basis, points, "1 point a major unit", purchase.Lines), PeerJson.Default.Award);
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new NpgsqlBatchCommand(PutAccount) { Parameters = { Text(purchase.CustomerId), Number(points) } },
                new NpgsqlBatchCommand(PutLot)
                {
                    Parameters =
                    {
                        Text(purchase.CustomerId), Text(purchase.PurchaseId), Number(points), Instant(at),
                        Instant(expires),
                    },
                },
                new NpgsqlBatchCommand(PutEntry)
                {
                    Parameters =
                    {
                        Text(purchase.CustomerId), Text($"purchase:{purchase.PurchaseId}"), Number(entries + 1),
                        Number(points), Instant(at),
                        new NpgsqlParameter<byte[]> { TypedValue = award, NpgsqlDbType = NpgsqlDbType.Jsonb },
                    },
                },
            },
        };
        await batch.ExecuteNonQueryAsync(cancellation);
    }

    private static NpgsqlParameter<string> Text(string value) => new() { TypedValue = value };

    private static NpgsqlParameter<long> Number(long value) => new() { TypedValue = value };

    private static NpgsqlParameter<DateTime> Instant(DateTime value) => new() { TypedValue = value };
}
