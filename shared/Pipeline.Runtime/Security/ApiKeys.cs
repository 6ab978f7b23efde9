using Pipeline.Domain;
using Pipeline.Runtime.Ports;

namespace Pipeline.Runtime.Security;

/// <summary>
/// API keys: made, listed, revoked and checked. Two keys of one name may be valid at a time, so that a client rotates
/// without a gap: make the second, deploy it, revoke the first by its id.
/// </summary>
public sealed class ApiKeys(IDocumentStore store, TimeProvider clock) : IDisposable
{
    public const int OfOneNameMax = 2;

    /// <summary>Others may write the same name; each loss is followed by another look.</summary>
    private const int AttemptsMax = 8;

    private readonly KeyRing ring = new(store, clock);

    /// <summary>Makes a key; its text is in the answer and nowhere else.</summary>
    /// <param name="name">Of the form of an id (<see cref="IdForm"/>).</param>
    /// <exception cref="ArgumentException">The name is not of the form, or there is no scope.</exception>
    public async ValueTask<KeyCreation> CreateAsync(string name, ApiScopes scopes, CancellationToken cancellation)
    {
        if (!IdForm.IsValid(name))
            throw new ArgumentException($"A key's name is {IdForm.Description}.", nameof(name));
        if (scopes == ApiScopes.None || (scopes & ~ApiScopes.All) != 0)
            throw new ArgumentException("A key has at least one scope, and only known ones.", nameof(scopes));

        var (keyId, secret) = KeyText.New();
        var createdAt = DateTimeOffset.FromUnixTimeMilliseconds(clock.GetUtcNow().ToUnixTimeMilliseconds());
        var key = new ApiKey(new ApiKeyInfo(name, keyId, scopes, createdAt), KeyText.Hash(secret));
        for (var attempt = 0; attempt < AttemptsMax; attempt++)
        {
            var named = await ReadNameAsync(name, cancellation);
            var keyIds = KeyDocuments.ReadName(named);
            if (keyIds.Length >= OfOneNameMax)
                return new KeyCreation.TooMany();
            Write[] writes =
            [
                new Write.Create(KeyDocuments.KeyKind, keyId, KeyDocuments.Write(key)),
                WriteName(name, named, [.. keyIds, keyId]),
            ];
            if (!(await store.CommitAsync(KeyDocuments.Partition, writes, cancellation)).Committed)
                continue;
            await ring.RefreshAsync(cancellation);
            return new KeyCreation.Created(key.Info, KeyText.Join(keyId, secret));
        }

        throw new StoreUnavailableException("The keys of one name changed too often to add another.");
    }

    /// <summary>
    /// Lets a key that was made elsewhere in, with every scope, where there is no key yet: whoever sets up a host has to
    /// begin with one. Of several hosts that start at once, one does it.
    /// </summary>
    /// <returns>Whether this call stored it.</returns>
    /// <exception cref="ArgumentException">The text is not of a key's form.</exception>
    public async ValueTask<bool> AdmitFirstAsync(string name, string text, CancellationToken cancellation)
    {
        if (!IdForm.IsValid(name))
            throw new ArgumentException($"A key's name is {IdForm.Description}.", nameof(name));
        if (!KeyText.TrySplit(text, out var id, out var secret) || !KeyText.IsWellFormed(id, secret))
            throw new ArgumentException($"The first key must be {KeyText.Description}.", nameof(text));
        var (keyId, hash) = (id.ToString(), KeyText.Hash(secret));
        if ((await ring.ReadAllAsync(cancellation)).Count > 0)
            return false;

        var createdAt = DateTimeOffset.FromUnixTimeMilliseconds(clock.GetUtcNow().ToUnixTimeMilliseconds());
        var key = new ApiKey(new ApiKeyInfo(name, keyId, ApiScopes.All, createdAt), hash);
        var named = await ReadNameAsync(name, cancellation);
        var commit = await store.CommitAsync(
            KeyDocuments.Partition,
            [
                new Write.Create(KeyDocuments.KeyKind, keyId, KeyDocuments.Write(key)),
                WriteName(name, named, [keyId]),
            ],
            cancellation);
        await ring.RefreshAsync(cancellation);
        return commit.Committed;
    }

    /// <summary>All valid keys, by name and then by age.</summary>
    public async ValueTask<IReadOnlyList<ApiKeyInfo>> ListAsync(CancellationToken cancellation) =>
    [
        .. (await ring.ReadAllAsync(cancellation))
            .Select(static key => key.Info)
            .OrderBy(static key => key.Name, StringComparer.Ordinal)
            .ThenBy(static key => key.CreatedAt)
            .ThenBy(static key => key.KeyId, StringComparer.Ordinal),
    ];

    /// <summary>
    /// Ends every key of a name, or only the one with this id. Durable when the task completes, at once in this
    /// process, and within 30 seconds in others.
    /// </summary>
    /// <returns>How many keys ended; 0 where there was none.</returns>
    public async ValueTask<int> RevokeAsync(string name, string? keyId, CancellationToken cancellation)
    {
        for (var attempt = 0; attempt < AttemptsMax; attempt++)
        {
            var named = IdForm.IsValid(name) ? await ReadNameAsync(name, cancellation) : null;
            var keyIds = KeyDocuments.ReadName(named);
            var ending = keyIds.Where(id => keyId is null || id == keyId).ToArray();
            if (named is null || ending.Length == 0)
                return 0;
            Write[] writes =
            [
                .. ending.Select(static id => new Write.Delete(KeyDocuments.KeyKind, id)),
                WriteName(name, named, [.. keyIds.Except(ending)]),
            ];
            if (!(await store.CommitAsync(KeyDocuments.Partition, writes, cancellation)).Committed)
                continue;
            await ring.RefreshAsync(cancellation);
            return ending.Length;
        }

        throw new StoreUnavailableException("The keys of one name changed too often to revoke them.");
    }

    public void Dispose() => ring.Dispose();

    /// <summary>The key whose text this is, or null where it is not valid.</summary>
    internal ValueTask<ApiKey?> FindAsync(ReadOnlyMemory<char> text, CancellationToken cancellation)
    {
        if (!KeyText.TrySplit(text.Span, out var keyId, out _))
            return new ValueTask<ApiKey?>((ApiKey?)null);
        var finding = ring.FindAsync(keyId, cancellation);
        return finding.IsCompletedSuccessfully
            ? new ValueTask<ApiKey?>(Proven(finding.Result, text.Span))
            : Wait(finding, text);

        static async ValueTask<ApiKey?> Wait(ValueTask<ApiKey?> finding, ReadOnlyMemory<char> text) =>
            Proven(await finding, text.Span);
    }

    private static ApiKey? Proven(ApiKey? key, ReadOnlySpan<char> text) =>
        key is not null && KeyText.TrySplit(text, out _, out var secret) && key.HasSecret(secret)
            ? key
            : null;

    private ValueTask<Document?> ReadNameAsync(string name, CancellationToken cancellation) =>
        store.ReadAsync(new DocumentKey(KeyDocuments.Partition, KeyDocuments.NameKind, name), cancellation);

    private static Write WriteName(string name, Document? named, string[] keyIds) =>
        (named, keyIds.Length) switch
        {
            (null, _) => new Write.Create(KeyDocuments.NameKind, name, KeyDocuments.WriteName(keyIds)),
            (_, 0) => new Write.Delete(KeyDocuments.NameKind, name, named.Version),
            _ => new Write.Replace(KeyDocuments.NameKind, name, named.Version, KeyDocuments.WriteName(keyIds)),
        };
}
