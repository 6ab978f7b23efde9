using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker;
using Pipeline.Functions.ServiceBus;
using Pipeline.Runtime.Ports;

namespace Pipeline.Functions.Purchases;

/// <summary>
/// Applies a customer's purchases and refunds, one at a time. Not in batches: the listener works a batch of one session
/// after another, but single messages of many sessions at once.
/// </summary>
public sealed class ApplyPurchase(SessionWorker worker)
{
    [Function("applyPurchase")]
    public Task RunAsync(
        [ServiceBusTrigger("%PurchasesQueue%", Connection = "ServiceBus", IsSessionsEnabled = true, AutoCompleteMessages = false)]
        ServiceBusReceivedMessage message,
        ServiceBusMessageActions actions,
        CancellationToken cancellation) => worker.WorkAsync(QueueNames.Purchases, message, actions, cancellation);
}
