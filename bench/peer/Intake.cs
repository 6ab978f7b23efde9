using System.Security.Cryptography;
using System.Text.Json;
using Npgsql;
using NpgsqlTypes;

namespace Peer;

/// <summary>Accepting: a key, a look at the fields, and one insert that is durable before the answer.</summary>
internal static class Intake
{
    private const int LinesMax = 500;

    public enum Outcome
    {
        Accepted,
        OtherContent,
    }

    public static bool IsAllowed(HttpRequest request, byte[] keyHash)
    {
        const string Prefix = "Bearer ";
        var sent = request.Headers.Authorization.ToString();
        if (!sent.StartsWith(Prefix, StringComparison.Ordinal))
            return false;
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(sent[Prefix.Length..]), hash);
        return CryptographicOperations.FixedTimeEquals(hash, keyHash);
    }

    public static string? Problem(Purchase purchase) => purchase switch
    {
        { PurchaseId: not { Length: > 0 and <= 128 } } => "purchaseId",
        { CustomerId: not { Length: > 0 and <= 128 } } => "customerId",
        { Currency: not { Length: 3 } } => "currency",
        { Lines: not { Length: > 0 and <= LinesMax } } => "lines",
        _ when Array.Exists(purchase.Lines, static line => line.Quantity < 1 || line.UnitPrice < 0) => "lines",
        { Discount: < 0 } or { Shipping: < 0 } or { Tax: < 0 } => "amounts",
        _ => null,
    };

    public static async Task<Outcome> AcceptAsync(
        NpgsqlDataSource database, Purchase purchase, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            "INSERT INTO inbox(customer_id, purchase_id, body, received_at) VALUES($1, $2, $3, now())"
            + " ON CONFLICT DO NOTHING");
        var body = JsonSerializer.SerializeToUtf8Bytes(purchase, PeerJson.Default.Purchase);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = purchase.CustomerId });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = purchase.PurchaseId });
        command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = body, NpgsqlDbType = NpgsqlDbType.Jsonb });
        return await command.ExecuteNonQueryAsync(cancellation) == 1 ? Outcome.Accepted : Outcome.OtherContent;
    }
}
