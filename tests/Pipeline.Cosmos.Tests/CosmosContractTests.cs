using Pipeline.Contracts;
using Pipeline.Cosmos.Gateway;
using Pipeline.Runtime.Ports;

namespace Pipeline.Cosmos.Tests;

public sealed class CosmosStoreTests : StoreContract
{
    private CosmosEngine engine = null!;

    protected override async Task<IDocumentStore> OpenAsync()
    {
        var gateway = new CosmosGateway();
        engine = await CosmosEngine.OpenAsync(
            new CosmosOptions
            {
                ConnectionString = CosmosGateway.ConnectionString,
                Database = "pipeline",
                Container = "documents",
                CreatesMissing = true,
                ShardCount = 3,
                HttpHandler = () => gateway,
            },
            TimeProvider.System,
            default);
        return engine.Documents;
    }

    protected override Task CloseAsync()
    {
        engine.Dispose();
        return Task.CompletedTask;
    }
}
