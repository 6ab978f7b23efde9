using System.Net;
using System.Text.Json;
using Azure.Identity;
using Microsoft.Azure.Cosmos;
using Pipeline.Cosmos.Items;
using Pipeline.Cosmos.Requests;
using Pipeline.Runtime.Ports;

namespace Pipeline.Cosmos;

/// <summary>The cloud engine: one client of one container, and the document store over it.</summary>
public sealed class CosmosEngine : IDisposable
{
    private const int PooledConnectionMinutes = 5;
    private const int ConnectionsMax = 64;

    private readonly CosmosClient client;
    private readonly CosmosTelemetry telemetry;

    private CosmosEngine(CosmosClient client, CosmosTelemetry telemetry, IDocumentStore documents) =>
        (this.client, this.telemetry, Documents) = (client, telemetry, documents);

    public IDocumentStore Documents { get; }

    /// <summary>Connects, checks that the container is what it must be, and reads how it is cut into shards.</summary>
    /// <exception cref="StoreUnavailableException">The account is out of reach, or the container is not there.</exception>
    /// <exception cref="InvalidOperationException">The container is not one that this store can use.</exception>
    public static async Task<CosmosEngine> OpenAsync(
        CosmosOptions options, TimeProvider clock, CancellationToken cancellation)
    {
        options.Validate();
        var client = Connect(options);
        var telemetry = new CosmosTelemetry(options.Database, options.Container);
        try
        {
            var calls = new ServiceCalls(options, telemetry, clock);
            if (options.CreatesMissing)
                await CreateAsync(client, options, calls, cancellation);
            var container = client.GetContainer(options.Database, options.Container);
            await CheckAsync(container, calls, cancellation);
            var shards = await Shards.OpenAsync(container, calls, options.ShardCount, cancellation);
            var preparation = new CommitPreparation(new ItemCodec(options.ExpiringKinds, clock), options, clock);
            var lost = new LostCommits(container, calls, options, clock);
            return new CosmosEngine(client, telemetry, new DocumentStore(container, calls, shards, preparation, lost));
        }
        catch
        {
            telemetry.Dispose();
            client.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        client.Dispose();
        telemetry.Dispose();
    }

    private static CosmosClient Connect(CosmosOptions options)
    {
        try
        {
            return Connect(options, options.Region);
        }
        catch (ArgumentException) when (options.Region is not null)
        {
            // A region younger than the SDK, which knows their distances by a list of its own: the account's order serves.
            return Connect(options, region: null);
        }
    }

    private static CosmosClient Connect(CosmosOptions options, string? region)
    {
        var settings = new CosmosClientOptions
        {
            ApplicationName = "pipeline",
            ApplicationRegion = region,
            ConnectionMode = options.Mode,
            // Documents travel as streams; this one writes the parameters of queries.
            UseSystemTextJsonSerializerWithOptions = JsonSerializerOptions.Default,
            EnableContentResponseOnWrite = false,
            // Waiting for a busy service is ours, so that it is seen and bounded.
            MaxRetryAttemptsOnRateLimitedRequests = 0,
            HttpClientFactory = () => new HttpClient(new OneAttemptHandler(options.HttpHandler?.Invoke() ?? Handler())),
        };
        return options.ConnectionString is not null
            ? new CosmosClient(options.ConnectionString, settings)
            : new CosmosClient(
                options.AccountEndpoint!.ToString(), options.Credential ?? new DefaultAzureCredential(), settings);
    }

    private static SocketsHttpHandler Handler() => new()
    {
        // So that a moved endpoint is noticed.
        PooledConnectionLifetime = TimeSpan.FromMinutes(PooledConnectionMinutes),
        EnableMultipleHttp2Connections = true,
        MaxConnectionsPerServer = ConnectionsMax,
    };

    private static async Task CreateAsync(
        CosmosClient client, CosmosOptions options, ServiceCalls calls, CancellationToken cancellation)
    {
        using var database = await calls.SendAsync(
            "create database", token => client.CreateDatabaseStreamAsync(
                new DatabaseProperties(options.Database), cancellationToken: token), cancellation);
        using var container = await calls.SendAsync(
            "create container", token => client.GetDatabase(options.Database).CreateContainerStreamAsync(
                CosmosContainer.Properties(options.Container), cancellationToken: token), cancellation);
    }

    private static async Task CheckAsync(Container container, ServiceCalls calls, CancellationToken cancellation)
    {
        using var answer = await calls.SendAsync(
            "check", token => container.ReadContainerStreamAsync(cancellationToken: token), cancellation);
        if (answer.StatusCode == HttpStatusCode.NotFound)
            throw new StoreUnavailableException($"There is no container {container.Id} in its database.");
        CosmosContainer.Check(answer.Content);
    }
}
