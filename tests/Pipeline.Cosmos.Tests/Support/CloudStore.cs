using Pipeline.Cosmos.Gateway;
using Pipeline.Runtime.Ports;

namespace Pipeline.Cosmos.Tests.Support;

/// <summary>A store over the double of the gateway, by the real SDK.</summary>
internal sealed class CloudStore : IDisposable
{
    public const string Database = "pipeline";
    public const string Container = "documents";

    private readonly CosmosEngine engine;

    private CloudStore(CosmosGateway gateway, CosmosEngine engine) => (Gateway, this.engine) = (gateway, engine);

    public CosmosGateway Gateway { get; }

    public IDocumentStore Documents => engine.Documents;

    public IReadOnlyList<string> Items => Gateway.Items(Database, Container);

    public static async Task<CloudStore> OpenAsync(
        GatewayOptions? gateway = null, Func<CosmosOptions, CosmosOptions>? with = null, TimeProvider? clock = null)
    {
        var made = new CosmosGateway(gateway ?? new GatewayOptions());
        return new CloudStore(made, await OpenAsync(made, with, clock));
    }

    public static Task<CosmosEngine> OpenAsync(
        CosmosGateway gateway, Func<CosmosOptions, CosmosOptions>? with = null, TimeProvider? clock = null)
    {
        var options = new CosmosOptions
        {
            ConnectionString = CosmosGateway.ConnectionString,
            Database = Database,
            Container = Container,
            CreatesMissing = true,
            ShardCount = 3,
            // A machine that runs other tests too may stand still for long.
            OperationSecondsMax = 300,
            HttpHandler = () => gateway,
        };
        return CosmosEngine.OpenAsync(with?.Invoke(options) ?? options, clock ?? TimeProvider.System, default);
    }

    public void Dispose()
    {
        engine.Dispose();
        Gateway.Dispose();
    }
}
