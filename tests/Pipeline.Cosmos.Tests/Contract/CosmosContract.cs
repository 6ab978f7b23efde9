using Pipeline.Contracts;
using Pipeline.Cosmos.Gateway;
using Pipeline.Cosmos.Gateway.Faults;
using Pipeline.Cosmos.Gateway.Wire;
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

/// <summary>
/// The first and then each fifth request meet a service that cannot now, breaks off, or answers into the void; the caller asks again. A commit
/// alone never loses its answer here: whether it happened is then for the use case to find out, and its own tests do that.
/// </summary>
public sealed class CosmosStoreThatFailsTests()
    : CosmosContract(new GatewayOptions { RangeCount = 4, Seed = 4714 }, shardCount: 3)
{
    private static readonly Fault[] Harmless = [Fault.Unavailable, Fault.TimedOut, Fault.Unreachable];

    protected override async Task<IDocumentStore> OpenAsync()
    {
        var opened = await base.OpenAsync();
        Gateway.Faults.Plan(static (kind, number) => (number % 5, kind) switch
        {
            (1, _) => Harmless[number / 5 % Harmless.Length],
            (3, not CallKind.Batch) => Fault.LostAnswer,
            _ => null,
        });
        return new PatientStore(opened);
    }
}

[Collection(NativePlanner.Collection)]
public sealed class CosmosStoreWithTheNativePlannerTests() : CosmosContract(new GatewayOptions(), shardCount: 2);

[Collection(NativePlanner.Collection)]
public sealed class CosmosStoreOnFourServersWithTheNativePlannerTests()
    : CosmosContract(new GatewayOptions { RangeCount = 4, JitterMillisecondsMax = 2, Seed = 4713 }, shardCount: 3);
