using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker;
using Pipeline.Functions.ServiceBus;
using Pipeline.Runtime.Ports;

namespace Pipeline.Functions.Nightly;

/// <summary>Works a page of a nightly run, which sends the next.</summary>
public sealed class WorkNightlyPage(SessionWorker worker)
{
    [Function("workNightlyPage")]
    public Task RunAsync(
        [ServiceBusTrigger("%NightlyQueue%", Connection = "ServiceBus", IsSessionsEnabled = true, AutoCompleteMessages = false)]
        ServiceBusReceivedMessage message,
        ServiceBusMessageActions actions,
        CancellationToken cancellation) => worker.WorkAsync(QueueNames.Nightly, message, actions, cancellation);
}
