using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker;
using Moq;

namespace Pipeline.Functions.Tests.Support;

/// <summary>
/// A queue with sessions as Service Bus has it: first in, first out within a session; what is abandoned comes again at its
/// place; a message id is remembered for ten minutes; after ten deliveries the service sets a message aside.
/// </summary>
internal sealed class SessionQueue
{
    private const int DeliveryCountMax = 10;
    private static readonly TimeSpan RemembersFor = TimeSpan.FromMinutes(10);

    private readonly Cloud cloud;
    private readonly Func<ServiceBusReceivedMessage, ServiceBusMessageActions, Task> function;
    private readonly List<Waiting> waiting = [];
    private readonly Dictionary<string, DateTimeOffset> seen = new(StringComparer.OrdinalIgnoreCase);
    private long lastSequence;

    public SessionQueue(Cloud cloud, Func<ServiceBusReceivedMessage, ServiceBusMessageActions, Task> function)
    {
        (this.cloud, this.function) = (cloud, function);
        cloud.Bus.OnSend = Take;
    }

    public List<(ServiceBusReceivedMessage Message, string Reason, string Description)> DeadLetters { get; } = [];

    /// <summary>Every delivery: the session and the message's id.</summary>
    public List<(string Session, string Id)> Deliveries { get; } = [];

    public int Dropped { get; private set; }

    public bool IsEmpty => waiting.Count == 0;

    /// <summary>One delivery for each session that has something to deliver; false where none has.</summary>
    public async Task<bool> RoundAsync()
    {
        var now = cloud.Time.GetUtcNow();
        Waiting[] heads =
        [
            .. waiting.Where(one => one.From <= now).GroupBy(one => one.Message.SessionId).Select(session => session.First()),
        ];
        foreach (var head in heads)
            await DeliverAsync(head);
        return heads.Length > 0;
    }

    /// <summary>Works until nothing waits any more, moving the clock to what is scheduled.</summary>
    public async Task DrainAsync()
    {
        for (var round = 0; !IsEmpty; round++)
        {
            Assert.True(round < 10_000, "The queue has no end.");
            if (!await RoundAsync())
                cloud.Time.Advance(waiting.Min(one => one.From) - cloud.Time.GetUtcNow());
        }
    }

    private void Take(ServiceBusMessage message)
    {
        var now = cloud.Time.GetUtcNow();
        if (seen.TryGetValue(message.MessageId, out var at) && now - at < RemembersFor)
        {
            Dropped++;
            return;
        }

        seen[message.MessageId] = now;
        waiting.Add(new Waiting(message, ++lastSequence, message.ScheduledEnqueueTime));
    }

    private async Task DeliverAsync(Waiting one)
    {
        var received = Received.Of(one.Message, ++one.Deliveries, one.Sequence);
        Deliveries.Add((received.SessionId, received.MessageId));
        try
        {
            await function(received, ActionsFor(one));
        }
        catch (Exception)
        {
            // The host abandons it.
        }

        if (waiting.Contains(one) && one.Deliveries >= DeliveryCountMax)
            SetAside(one, received, "MaxDeliveryCountExceeded", "");
    }

    private ServiceBusMessageActions ActionsFor(Waiting one)
    {
        var actions = new Mock<ServiceBusMessageActions>();
        actions
            .Setup(it => it.CompleteMessageAsync(It.IsAny<ServiceBusReceivedMessage>(), It.IsAny<CancellationToken>()))
            .Callback(() => waiting.Remove(one))
            .Returns(Task.CompletedTask);
        actions
            .Setup(it => it.DeadLetterMessageAsync(
                It.IsAny<ServiceBusReceivedMessage>(), It.IsAny<Dictionary<string, object>>(), It.IsAny<string>(),
                It.IsAny<string>(), It.IsAny<CancellationToken>()))
            .Callback((ServiceBusReceivedMessage message, Dictionary<string, object>? _, string? reason, string? why,
                CancellationToken _) => SetAside(one, message, reason ?? "", why ?? ""))
            .Returns(Task.CompletedTask);
        return actions.Object;
    }

    private void SetAside(Waiting one, ServiceBusReceivedMessage message, string reason, string description)
    {
        waiting.Remove(one);
        DeadLetters.Add((message, reason, description));
    }

    private sealed record Waiting(ServiceBusMessage Message, long Sequence, DateTimeOffset From)
    {
        public int Deliveries { get; set; }
    }
}
