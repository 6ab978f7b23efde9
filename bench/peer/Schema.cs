using Npgsql;

namespace Peer;

internal static class Schema
{
    private const string Sql = """
        DROP TABLE IF EXISTS inbox, account, lot, ledger;
        CREATE TABLE inbox(
            seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            customer_id text NOT NULL, purchase_id text NOT NULL, body jsonb NOT NULL, received_at timestamptz NOT NULL,
            UNIQUE (customer_id, purchase_id));
        CREATE TABLE account(
            customer_id text PRIMARY KEY, balance bigint NOT NULL, entries bigint NOT NULL,
            updated_at timestamptz NOT NULL);
        CREATE TABLE lot(
            customer_id text NOT NULL, lot_id text NOT NULL, points bigint NOT NULL, active_at timestamptz NOT NULL,
            expires_at timestamptz NOT NULL, PRIMARY KEY (customer_id, lot_id));
        CREATE INDEX lot_by_expiry ON lot(expires_at) WHERE points > 0;
        CREATE TABLE ledger(
            customer_id text NOT NULL, entry_id text NOT NULL, seq bigint NOT NULL, points bigint NOT NULL,
            occurred_at timestamptz NOT NULL, recorded_at timestamptz NOT NULL, detail jsonb NOT NULL,
            PRIMARY KEY (customer_id, entry_id));
        """;

    public static async Task CreateAsync(NpgsqlDataSource database)
    {
        await using var command = database.CreateCommand(Sql);
        await command.ExecuteNonQueryAsync();
    }
}
