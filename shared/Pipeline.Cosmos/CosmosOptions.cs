using Azure.Core;
using Microsoft.Azure.Cosmos;

namespace Pipeline.Cosmos;

/// <summary>Which account, how to reach it, and every bound of the store. A bound's unit stands in its name.</summary>
public sealed record CosmosOptions
{
    /// <summary>The account, as <c>https://NAME.documents.azure.com</c>; used with <see cref="Credential"/>.</summary>
    public Uri? AccountEndpoint { get; init; }

    /// <summary>Who asks; null: the default Azure credential (in Azure, the managed identity).</summary>
    public TokenCredential? Credential { get; init; }

    /// <summary>Endpoint and key in one, in place of the two above: for emulators and tests, never in Azure.</summary>
    public string? ConnectionString { get; init; }

    public required string Database { get; init; }

    public required string Container { get; init; }

    /// <summary>
    /// Gateway needs one HTTPS port and suits hosts that scale to zero; Direct is a hop shorter and keeps many
    /// connections open.
    /// </summary>
    public ConnectionMode Mode { get; init; } = ConnectionMode.Gateway;

    /// <summary>
    /// The Azure region of the host, whose replica is read first; null, or one that the SDK does not know: the account's own order.
    /// </summary>
    public string? Region { get; init; }

    /// <summary>
    /// Shards of a new container, 1 to 1,024; a container in use keeps the number it was begun with, whoever opens it.
    /// </summary>
    public int ShardCount { get; init; } = 16;

    /// <summary>
    /// Kinds whose documents may go once they are due: the service deletes them (time to live). Every other kind's
    /// instant only says when somebody should look.
    /// </summary>
    public IReadOnlyCollection<string> ExpiringKinds { get; init; } = ["idempotency"];

    /// <summary>How long an operation may take in all, waiting for a busy service included.</summary>
    public int OperationSecondsMax { get; init; } = 20;

    /// <summary>How often a request is sent while the service answers that it is too busy.</summary>
    public int ThrottledAttemptsMax { get; init; } = 10;

    /// <summary>How long an operation may wait in all because the service said so.</summary>
    public int ThrottledMillisecondsMax { get; init; } = 10_000;

    /// <summary>
    /// Of how many commits of the last minutes an item tells that nobody created anything with: so many others may write over
    /// one before its writer, whose answer was lost, has looked. Nine bytes each.
    /// </summary>
    public int RememberedCommitsMax { get; init; } = 64;

    /// <summary>Creates the database and the container where they are missing: for emulators and tests.</summary>
    public bool CreatesMissing { get; init; }

    /// <summary>The innermost HTTP handler, where it is not the platform's own: a proxy, or a test's double.</summary>
    public Func<HttpMessageHandler>? HttpHandler { get; init; }

    internal void Validate()
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(Database);
        ArgumentException.ThrowIfNullOrWhiteSpace(Container);
        if (AccountEndpoint is null == ConnectionString is null)
            throw new ArgumentException("Give either an account endpoint or a connection string.");
        Within(ShardCount, 1, 1_024, nameof(ShardCount));
        Within(OperationSecondsMax, 1, 600, nameof(OperationSecondsMax));
        Within(ThrottledAttemptsMax, 1, 1_000, nameof(ThrottledAttemptsMax));
        Within(RememberedCommitsMax, 1, 10_000, nameof(RememberedCommitsMax));
        Within(ThrottledMillisecondsMax, 0, 600_000, nameof(ThrottledMillisecondsMax));
    }

    private static void Within(int value, int min, int max, string name)
    {
        if (value < min || value > max)
            throw new ArgumentOutOfRangeException(name, value, $"{name} must be from {min} to {max}.");
    }
}
