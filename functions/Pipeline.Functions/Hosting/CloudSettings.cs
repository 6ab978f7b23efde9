using Microsoft.Azure.Cosmos;
using Microsoft.Extensions.Configuration;
using Pipeline.Runtime.Ports;

namespace Pipeline.Functions.Hosting;

/// <summary>What the app is told by its settings. The triggers read the same ones by their names in percent signs.</summary>
public sealed record CloudSettings
{
    public required string ServiceBusNamespace { get; init; }

    /// <summary>The entity of each of the runtime's queues.</summary>
    public required IReadOnlyDictionary<string, string> Queues { get; init; }

    public required Uri CosmosEndpoint { get; init; }

    public required string CosmosDatabase { get; init; }

    public required string CosmosContainer { get; init; }

    public required ConnectionMode CosmosMode { get; init; }

    /// <summary>The region whose replica is read first; null: the account's own order.</summary>
    public string? CosmosRegion { get; init; }

    /// <summary>The user-assigned identity; null: whoever is signed in, on a developer's machine.</summary>
    public string? ClientId { get; init; }

    /// <summary>The file, beside the app, of the loyalty program that is to hold from now on; null: the store's own.</summary>
    public string? Program { get; init; }

    /// <summary>The same of the case rules.</summary>
    public string? CaseRules { get; init; }

    /// <summary>Let in as the first key where the store has none.</summary>
    public string? FirstAdminKey { get; init; }

    /// <exception cref="InvalidOperationException">A setting is missing or wrong; the message names it.</exception>
    public static CloudSettings From(IConfiguration settings)
    {
        return new CloudSettings
        {
            ServiceBusNamespace = Required("ServiceBus:fullyQualifiedNamespace"),
            Queues = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                [QueueNames.Purchases] = Required("PurchasesQueue"),
                [QueueNames.Feedback] = Required("FeedbackQueue"),
                [QueueNames.Nightly] = Required("NightlyQueue"),
            },
            CosmosEndpoint = new Uri(Required("Cosmos:accountEndpoint")),
            CosmosDatabase = Required("CosmosDatabase"),
            CosmosContainer = Required("CosmosContainer"),
            CosmosMode = Mode(),
            CosmosRegion = Optional("Cosmos:region"),
            ClientId = Optional("AZURE_CLIENT_ID"),
            Program = Optional("Pipeline:Program"),
            CaseRules = Optional("Pipeline:CaseRules"),
            FirstAdminKey = Optional("Pipeline:FirstAdminKey"),
        };

        // The infrastructure sets what nobody chose to nothing.
        string? Optional(string name) => settings[name] is { Length: > 0 } value ? value : null;

        ConnectionMode Mode() => Optional("Cosmos:mode")?.ToUpperInvariant() switch
        {
            null or "GATEWAY" => ConnectionMode.Gateway,
            "DIRECT" => ConnectionMode.Direct,
            var other => throw new InvalidOperationException($"The setting Cosmos__mode is {other}, not Gateway or Direct."),
        };

        string Required(string name) => Optional(name)
            ?? throw new InvalidOperationException(
                $"The setting {name.Replace(":", "__", StringComparison.Ordinal)} is missing.");
    }
}
