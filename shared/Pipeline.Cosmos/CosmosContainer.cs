using System.Text.Json;
using Microsoft.Azure.Cosmos;

namespace Pipeline.Cosmos;

/// <summary>
/// What the container must be. The infrastructure's template repeats it, and a test compares the two.
/// </summary>
public static class CosmosContainer
{
    public const string PartitionKeyPath = "/customerId";

    /// <summary>
    /// Time to live is switched on, and nothing expires unless its item says so.
    /// </summary>
    public const int DefaultTimeToLiveSeconds = -1;

    /// <summary>
    /// What is searched besides <c>id</c>, which the service always indexes: the partition (else a query of one customer
    /// costs more with every other customer of its server) and the instants. Each term costs about 0.2 RU a write.
    /// </summary>
    public static IReadOnlyList<string> IndexedPaths { get; } = ["/customerId/?", "/due/*"];

    /// <summary>Everything else, the body above all, is not indexed.</summary>
    public static IReadOnlyList<string> ExcludedPaths { get; } = ["/*"];

    private const int HashVersion = 2;

    internal static ContainerProperties Properties(string name)
    {
        var properties = new ContainerProperties(name, PartitionKeyPath)
        {
            PartitionKeyDefinitionVersion = PartitionKeyDefinitionVersion.V2,
            DefaultTimeToLive = DefaultTimeToLiveSeconds,
        };
        foreach (var path in IndexedPaths)
            properties.IndexingPolicy.IncludedPaths.Add(new IncludedPath { Path = path });
        foreach (var path in ExcludedPaths)
            properties.IndexingPolicy.ExcludedPaths.Add(new ExcludedPath { Path = path });
        return properties;
    }

    /// <param name="definition">The container as the service describes it.</param>
    /// <exception cref="InvalidOperationException">The container is not one that this store can use.</exception>
    internal static void Check(Stream definition)
    {
        using var document = JsonDocument.Parse(definition);
        var container = document.RootElement;
        var key = container.GetProperty("partitionKey");
        var path = key.GetProperty("paths")[0].GetString();
        if (path != PartitionKeyPath)
            throw Unfit($"its partition key is {path} and not {PartitionKeyPath}");
        if (!key.TryGetProperty("version", out var version) || version.GetInt32() != HashVersion)
            throw Unfit($"its partition key is not hashed by version {HashVersion}");
        if (!container.TryGetProperty("defaultTtl", out _))
            throw Unfit($"time to live is off (it must be {DefaultTimeToLiveSeconds})");
    }

    private static InvalidOperationException Unfit(string why) => new($"The container cannot be used: {why}.");
}
