using Microsoft.Extensions.DependencyInjection;
using Pipeline.Cosmos.Gateway;
using Pipeline.Cosmos.Gateway.Faults;
using Pipeline.Cosmos.Tests.Support;
using Pipeline.Runtime.Ports;

namespace Pipeline.Cosmos.Tests.Store;

/// <summary>The store as a host gets it: it is there before the account is.</summary>
public sealed class OpeningTests
{
    private static readonly DocumentKey Key = new("p", "k", "i");
    private readonly CosmosGateway gateway = new();

    [Fact]
    public async Task A_host_gets_its_store_while_the_account_is_out_of_reach_and_the_next_request_opens_it()
    {
        using var created = await CloudStore.OpenAsync(gateway);
        gateway.Faults.Plan(static (_, _) => Fault.Unavailable);
        await using var services = Services();
        var store = services.GetRequiredService<IDocumentStore>();
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await store.ReadAsync(Key, default));

        gateway.Faults.None();

        Assert.Null(await store.ReadAsync(Key, default));
        Assert.Equal(created.Documents.ShardCount, store.ShardCount);
    }

    [Fact]
    public async Task Who_gives_up_while_the_store_is_opened_is_told_so_and_the_next_opens_it()
    {
        using var created = await CloudStore.OpenAsync(gateway);
        gateway.Faults.Plan(static (_, _) => Fault.Silent);
        await using var services = Services();
        var store = services.GetRequiredService<IDocumentStore>();
        using var giving = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await store.ReadAsync(Key, giving.Token));

        gateway.Faults.None();

        Assert.Null(await store.ReadAsync(Key, default));
    }

    private ServiceProvider Services() => new ServiceCollection().AddCosmos(new CosmosOptions
    {
        ConnectionString = CosmosGateway.ConnectionString,
        Database = CloudStore.Database,
        Container = CloudStore.Container,
        HttpHandler = () => gateway,
    }).BuildServiceProvider();
}
