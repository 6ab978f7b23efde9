using System.Security.Cryptography;
using Pipeline.Runtime.Ports;

namespace Pipeline.Runtime.Security;

/// <summary>A key for HMAC-SHA-256 that is made once and kept in the store.</summary>
internal sealed class StoredSecret(IDocumentStore store, string partition, string id)
{
    private const string Kind = "secret";
    private const int KeyBytes = 32;

    private byte[]? key;

    public async ValueTask<byte[]> ReadAsync(CancellationToken cancellation)
    {
        if (key is { } known)
            return known;
        if (await StoredAsync(cancellation) is { } stored)
            return key = stored;
        // Of several hosts that start together, one makes the key and all read it.
        await store.CommitAsync(
            partition, [new Write.Create(Kind, id, RandomNumberGenerator.GetBytes(KeyBytes))], cancellation);
        return key = await StoredAsync(cancellation)
            ?? throw new InvalidDataException($"The secret {id} is neither free nor there.");
    }

    private async ValueTask<byte[]?> StoredAsync(CancellationToken cancellation) =>
        (await store.ReadAsync(new DocumentKey(partition, Kind, id), cancellation))?.Body.ToArray();
}
