using Pipeline.Contracts;
using Pipeline.Cosmos.Gateway;
using Pipeline.Cosmos.Gateway.Faults;
using Pipeline.Cosmos.Tests.Support;
using Pipeline.Runtime.Ports;

namespace Pipeline.Cosmos.Tests.Contract;

/// <summary>The store contract over the double, by the real SDK.</summary>
public abstract class CosmosContract(GatewayOptions gateway, int shardCount) : StoreContract
{
    private CloudStore store = null!;

    protected CosmosGateway Gateway => store.Gateway;

    protected override async Task<IDocumentStore> OpenAsync()
    {
        store = await CloudStore.OpenAsync(gateway, options => options with { ShardCount = shardCount });
        return store.Documents;
    }

    protected override Task CloseAsync()
    {
        store.Dispose();
        return Task.CompletedTask;
    }
}

public sealed class CosmosStoreTests() : CosmosContract(new GatewayOptions(), shardCount: 1);

/// <summary>Shards that do not end where servers end, and requests that overtake each other.</summary>
public sealed class CosmosStoreOnFourServersTests()
    : CosmosContract(new GatewayOptions { RangeCount = 4, JitterMillisecondsMax = 2, Seed = 4711 }, shardCount: 3);

/// <summary>Each fifth request is told to come back later.</summary>
public sealed class CosmosStoreThatIsBusyTests()
    : CosmosContract(new GatewayOptions { RangeCount = 4, JitterMillisecondsMax = 1, Seed = 4712 }, shardCount: 5)
{
    protected override async Task<IDocumentStore> OpenAsync()
    {
        var opened = await base.OpenAsync();
        Gateway.Faults.Plan(static (_, number) => number % 5 == 0 ? Fault.Throttled : null);
        return opened;
    }
}

[Collection(NativePlanner.Collection)]
public sealed class CosmosStoreWithTheNativePlannerTests() : CosmosContract(new GatewayOptions(), shardCount: 2);

[Collection(NativePlanner.Collection)]
public sealed class CosmosStoreOnFourServersWithTheNativePlannerTests()
    : CosmosContract(new GatewayOptions { RangeCount = 4, JitterMillisecondsMax = 2, Seed = 4713 }, shardCount: 3);
