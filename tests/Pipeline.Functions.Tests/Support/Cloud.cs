using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Moq;
using Pipeline.Contracts;
using Pipeline.Functions.Hosting;
using Pipeline.Runtime.Ports;

namespace Pipeline.Functions.Tests.Support;

/// <summary>The app as it is composed, but with its store in memory, its clock in a test's hand and Service Bus mocked.</summary>
internal sealed class Cloud : IAsyncDisposable
{
    public const string FirstKey = "pk_0123456789abcdef_0123456789012345678901234567890123456789012";

    private readonly IHost host;

    private Cloud(IHost host) => this.host = host;

    public required FakeTime Time { get; init; }

    public required FaultyStore Store { get; init; }

    public required MockedBus Bus { get; init; }

    public IServiceProvider Services => host.Services;

    /// <param name="more">Settings beside those that every app has; null takes one away.</param>
    public static Task<Cloud> StartAsync(
        Dictionary<string, string?>? more = null, FaultyStore? store = null, params IEventSink[] sinks) =>
        StartAsync(more, services => Array.ForEach(sinks, sink => services.AddSingleton(sink)), store);

    /// <param name="replace">Registers in place of what the app has.</param>
    public static async Task<Cloud> StartAsync(
        Dictionary<string, string?>? more, Action<IServiceCollection> replace, FaultyStore? store = null)
    {
        var settings = new Dictionary<string, string?>
        {
            ["ServiceBus:fullyQualifiedNamespace"] = "test.servicebus.windows.net",
            ["PurchasesQueue"] = "purchases-entity",
            ["FeedbackQueue"] = "feedback-entity",
            ["NightlyQueue"] = "nightly-entity",
            ["Cosmos:accountEndpoint"] = "https://test.documents.azure.com",
            ["CosmosDatabase"] = "pipeline",
            ["CosmosContainer"] = "documents",
            ["Pipeline:FirstAdminKey"] = FirstKey,
        };
        foreach (var (name, value) in more ?? [])
            settings[name] = value;
        var builder = FunctionsApplication.CreateBuilder([]);
        builder.Configuration.AddInMemoryCollection(settings);
        builder.Logging.ClearProviders();
        CloudHost.Configure(builder);

        var time = new FakeTime();
        var bus = new MockedBus();
        store ??= new FaultyStore(new MemoryStore());
        builder.Services.AddSingleton<TimeProvider>(time);
        builder.Services.AddSingleton<IDocumentStore>(store);
        builder.Services.AddSingleton(bus.Client.Object);
        replace(builder.Services);
        var cloud = new Cloud(builder.Build()) { Time = time, Store = store, Bus = bus };
        await cloud.Get<CloudStart>().TryAsync(default);
        return cloud;
    }

    public T Get<T>()
        where T : notnull => Services.GetRequiredService<T>();

    /// <summary>A function's class as the worker makes it.</summary>
    public T New<T>() => ActivatorUtilities.CreateInstance<T>(Services);

    public async ValueTask DisposeAsync()
    {
        if (host is IAsyncDisposable disposable)
            await disposable.DisposeAsync();
    }
}

/// <summary>The client of Service Bus: what is sent to each entity, and a receiver of dead letters that a test sets up.</summary>
internal sealed class MockedBus
{
    public MockedBus()
    {
        Client.Setup(client => client.CreateSender(It.IsAny<string>())).Returns((string entity) => SenderOf(entity).Object);
        Client
            .Setup(client => client.CreateReceiver(
                It.IsAny<string>(), It.Is<ServiceBusReceiverOptions>(one => one.SubQueue == SubQueue.DeadLetter)))
            .Returns((string _, ServiceBusReceiverOptions _) => DeadLetters.Object);
        Client.Setup(client => client.CreateReceiver(It.IsAny<string>())).Returns((string entity) => ReceiverOf(entity));
    }

    public Mock<ServiceBusClient> Client { get; } = new();

    public Mock<ServiceBusReceiver> DeadLetters { get; } = new();

    public List<(string Entity, ServiceBusMessage Message)> Sent { get; } = [];

    /// <summary>What lies in an entity, for those who look into it.</summary>
    public Dictionary<string, ServiceBusReceivedMessage[]> Waiting { get; } = [];

    /// <summary>How many messages each batch took.</summary>
    public List<int> Batches { get; } = [];

    public int BatchMessagesMax { get; set; } = int.MaxValue;

    /// <summary>Runs before a message is taken, and may throw.</summary>
    public Action<ServiceBusMessage> OnSend { get; set; } = static _ => { };

    private ServiceBusReceiver ReceiverOf(string entity)
    {
        var receiver = new Mock<ServiceBusReceiver>();
        receiver
            .Setup(it => it.PeekMessagesAsync(It.IsAny<int>(), It.IsAny<long?>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync((int most, long? from, CancellationToken _) =>
                [.. Waiting.GetValueOrDefault(entity, []).Where(one => one.SequenceNumber >= (from ?? 0)).Take(Math.Min(most, 2))]);
        return receiver.Object;
    }

    private Mock<ServiceBusSender> SenderOf(string entity)
    {
        var sender = new Mock<ServiceBusSender>();
        sender
            .Setup(it => it.SendMessageAsync(It.IsAny<ServiceBusMessage>(), It.IsAny<CancellationToken>()))
            .Callback((ServiceBusMessage message, CancellationToken _) => Take(entity, message))
            .Returns(Task.CompletedTask);
        List<ServiceBusMessage> open = [];
        sender
            .Setup(it => it.CreateMessageBatchAsync(It.IsAny<CancellationToken>()))
            .ReturnsAsync(() => ServiceBusModelFactory.ServiceBusMessageBatch(
                0, open = [], new CreateMessageBatchOptions(), _ => open.Count < BatchMessagesMax));
        sender
            .Setup(it => it.SendMessagesAsync(It.IsAny<ServiceBusMessageBatch>(), It.IsAny<CancellationToken>()))
            .Callback((ServiceBusMessageBatch batch, CancellationToken _) =>
            {
                Batches.Add(batch.Count);
                open.ForEach(message => Take(entity, message));
            })
            .Returns(Task.CompletedTask);
        return sender;
    }

    private void Take(string entity, ServiceBusMessage message)
    {
        OnSend(message);
        Sent.Add((entity, message));
    }
}
