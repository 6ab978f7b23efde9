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
    /// <summary>Writers that race while the machine stands still go far beyond what a shop's documents see.</summary>
    private const int RememberedCommitsMax = 1_000;

    private CloudStore store = null!;

    protected CosmosGateway Gateway => store.Gateway;

    protected override async Task<IDocumentStore> OpenAsync()
    {
        store = await CloudStore.OpenAsync(gateway, options => options with
        {
            ShardCount = shardCount,
            RememberedCommitsMax = RememberedCommitsMax,
        });
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
/// The first and then each fifth request meet a service that cannot now, breaks off, or answers into the void, commits
/// among them; the caller asks again.
/// </summary>
public sealed class CosmosStoreThatFailsTests()
    : CosmosContract(new GatewayOptions { RangeCount = 4, Seed = 4714 }, shardCount: 3)
{
    private static readonly Fault[] Harmless = [Fault.Unavailable, Fault.TimedOut, Fault.Unreachable];

    protected override async Task<IDocumentStore> OpenAsync()
    {
        var opened = await base.OpenAsync();
        Gateway.Faults.Plan(static (_, number) => (number % 5) switch
        {
            1 => Harmless[number / 5 % Harmless.Length],
            3 => Fault.LostAnswer,
            _ => null,
        });
        return new PatientStore(opened);
    }
}

/// <summary>
/// The answer of so many of ten commits is lost, done or refused; the caller asks again when it is told that nobody knows.
/// All that the contract says of who created, who was late and whose update counts must hold nevertheless.
/// </summary>
public abstract class CosmosStoreThatLosesCommitsContract(int lostOfTen, int seed)
    : CosmosContract(new GatewayOptions { RangeCount = 4, JitterMillisecondsMax = 1, Seed = seed }, shardCount: 3)
{
    protected override async Task<IDocumentStore> OpenAsync()
    {
        var opened = await base.OpenAsync();
        var random = new Random(seed);
        Gateway.Faults.Plan((kind, _) => kind == CallKind.Batch && random.Next(10) < lostOfTen ? Fault.LostAnswer : null);
        return new PatientStore(opened);
    }
}

public sealed class CosmosStoreThatLosesAFewCommitsTests() : CosmosStoreThatLosesCommitsContract(lostOfTen: 2, seed: 4715);

public sealed class CosmosStoreThatLosesMostCommitsTests() : CosmosStoreThatLosesCommitsContract(lostOfTen: 7, seed: 4716);

/// <summary>Every second commit's answer, the first among them, so that of each test other commits are lost than above.</summary>
public sealed class CosmosStoreThatLosesEverySecondCommitTests()
    : CosmosContract(new GatewayOptions { Seed = 4717 }, shardCount: 2)
{
    protected override async Task<IDocumentStore> OpenAsync()
    {
        var opened = await base.OpenAsync();
        var commits = 0;
        Gateway.Faults.Plan((kind, _) => kind == CallKind.Batch && ++commits % 2 == 1 ? Fault.LostAnswer : null);
        return new PatientStore(opened);
    }
}

[Collection(NativePlanner.Collection)]
public sealed class CosmosStoreWithTheNativePlannerTests() : CosmosContract(new GatewayOptions(), shardCount: 2);

[Collection(NativePlanner.Collection)]
public sealed class CosmosStoreOnFourServersWithTheNativePlannerTests()
    : CosmosContract(new GatewayOptions { RangeCount = 4, JitterMillisecondsMax = 2, Seed = 4713 }, shardCount: 3);
