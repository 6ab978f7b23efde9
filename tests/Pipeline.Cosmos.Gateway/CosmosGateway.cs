using Pipeline.Cosmos.Gateway.Faults;
using Pipeline.Cosmos.Gateway.Wire;

namespace Pipeline.Cosmos.Gateway;

/// <summary>
/// The gateway of an Azure Cosmos DB account, in a test's process: the real SDK talks to it in its own wire format when it
/// is the SDK's innermost HTTP handler. Databases, containers, items, transactional batches, a little SQL, the change
/// feed, time to live and request units; any number of servers behind it; and every fault that a network has.
/// </summary>
/// <remarks>
/// A green test proves that the client's side of the wire is right, not that the service behaves so: the same store contract
/// runs against a real account.
/// </remarks>
public sealed class CosmosGateway(GatewayOptions options) : HttpMessageHandler
{
    private readonly Router router = new(options);
    private readonly Jitter jitter = new(options);

    public CosmosGateway() : this(new GatewayOptions())
    {
    }

    /// <summary>For the client: any key will do.</summary>
    public static string ConnectionString { get; } =
        $"AccountEndpoint=https://double.documents.invalid/;AccountKey={Convert.ToBase64String("any key will do"u8)}";

    /// <summary>Every request that was answered, in order.</summary>
    public Journal Journal { get; } = new();

    /// <summary>Which requests fail, and how.</summary>
    public FaultPlan Faults { get; } = new();

    /// <summary>Every item of a container as it is stored, without the service's own properties, in order.</summary>
    public IReadOnlyList<string> Items(string database, string container) => router.Items(database, container);

    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var call = await GatewayRequest.ReadAsync(request, cancellationToken);
        await jitter.WaitAsync(cancellationToken);
        var fault = Faults.Next(call.Kind);
        var answer = fault?.AnswerInstead();
        if (answer is null)
        {
            await FaultPlan.BreakBeforeAsync(fault, cancellationToken);
            answer = await router.AnswerAsync(call);
        }

        Journal.Add(call, answer);
        await jitter.WaitAsync(cancellationToken);
        await FaultPlan.BreakAfterAsync(fault, cancellationToken);
        return answer.ToMessage(request);
    }
}
