using System.Text.Json.Nodes;
using Pipeline.Cosmos.Gateway.Batch;
using Pipeline.Cosmos.Gateway.Items;
using Pipeline.Cosmos.Gateway.Query;
using Pipeline.Cosmos.Gateway.Resources;
using Pipeline.Cosmos.Gateway.Wire;

namespace Pipeline.Cosmos.Gateway;

/// <summary>Finds who answers a request: by its path, and then by its headers.</summary>
internal sealed class Router(GatewayOptions options)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, Database> databases = new(StringComparer.Ordinal);
    private uint lastNumber;

    public async Task<GatewayAnswer> AnswerAsync(GatewayRequest request)
    {
        // dbs / DATABASE / colls / CONTAINER / docs / ITEM
        switch (request.Path)
        {
            case []:
                return GatewayAnswer.Json(200, AccountJson.For(request.Address));
            case ["dbs"]:
                return CreateDatabase(request.Json());
            case ["dbs", var database]:
                return Find(database) is { } found ? GatewayAnswer.Json(200, found.Json()) : NoOwner(0);
            case ["dbs", var database, "colls"]:
                return CreateContainer(database, request.Json());
            case ["dbs", var database, "colls", var name, .. var rest]:
                if (Find(database, name) is not { } container)
                    return NoOwner(rest.Length == 0 ? 0 : 1003);
                var answer = await AnswerAsync(container, rest, request);
                return answer with { Container = container.Names };
            default:
                // The SDK asks Azure's metadata service by the same way.
                return GatewayAnswer.Error(404, "Not part of this double.");
        }
    }

    public IReadOnlyList<string> Items(string database, string container) =>
        Find(database, container)?.Items.Dump()
            ?? throw new InvalidOperationException($"There is no {database}/{container}.");

    private static async Task<GatewayAnswer> AnswerAsync(Container container, string[] rest, GatewayRequest request)
    {
        switch (rest)
        {
            case []:
                return GatewayAnswer.Json(200, container.Json()) with { ETag = "\"1\"" };
            case ["pkranges"] when !string.IsNullOrEmpty(request.Header(Headers.IfNoneMatch)):
                return new GatewayAnswer(304) { ETag = "\"1\"" };
            case ["pkranges"]:
                return GatewayAnswer.Json(200, container.Ranges()) with
                {
                    ETag = "\"1\"",
                    ItemCount = container.Items.RangeCount,
                };
        }

        var item = rest.Length == 2 ? rest[1] : null;
        return (request.Kind, item) switch
        {
            (CallKind.Read, { } id) => ItemRequests.Read(container.Items, request, id),
            (CallKind.Write, _) => ItemRequests.Write(container.Items, request, item),
            (CallKind.Batch, _) => await BatchRequests.AnswerAsync(container.Items, request),
            (CallKind.QueryPlan, _) => QueryRequests.Plan(request),
            (CallKind.Query, _) => QueryRequests.Answer(container.Items, container.Names.ResourceId, request),
            (CallKind.Changes, _) => ChangeFeedRequests.Answer(container.Items, container.Names.ResourceId, request),
            _ => GatewayAnswer.Error(405, "Not part of this double."),
        };
    }

    private GatewayAnswer CreateDatabase(JsonObject asked)
    {
        lock (gate)
        {
            var database = new Database((string)asked["id"]!, ++lastNumber);
            return databases.TryAdd(database.Id, database)
                ? GatewayAnswer.Json(201, database.Json())
                : GatewayAnswer.Error(409, "The database exists.");
        }
    }

    private GatewayAnswer CreateContainer(string databaseName, JsonObject asked)
    {
        lock (gate)
        {
            if (!databases.TryGetValue(databaseName, out var database))
                return NoOwner(1003);
            var container = new Container(database, asked, ++lastNumber, options);
            return database.Containers.TryAdd((string)asked["id"]!, container)
                ? GatewayAnswer.Json(201, container.Json()) with { ETag = "\"1\"" }
                : GatewayAnswer.Error(409, "The container exists.");
        }
    }

    /// <summary>By its name or by the service's own id: the SDK uses both.</summary>
    private Database? Find(string database)
    {
        lock (gate)
        {
            return databases.GetValueOrDefault(database)
                ?? databases.Values.FirstOrDefault(one => one.ResourceId == database);
        }
    }

    private Container? Find(string database, string container)
    {
        lock (gate)
        {
            return Find(database) is { } found
                ? found.Containers.GetValueOrDefault(container)
                    ?? found.Containers.Values.FirstOrDefault(one => one.Names.ResourceId == container)
                : null;
        }
    }

    private static GatewayAnswer NoOwner(int subStatus) =>
        GatewayAnswer.Error(404, "Owner resource does not exist", subStatus);
}
