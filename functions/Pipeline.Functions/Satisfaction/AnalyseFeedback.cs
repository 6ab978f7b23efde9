using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker;
using Pipeline.Functions.ServiceBus;
using Pipeline.Runtime.Ports;

namespace Pipeline.Functions.Satisfaction;

/// <summary>Understands and records feedback, one at a time, as purchases are applied.</summary>
public sealed class AnalyseFeedback(SessionWorker worker)
{
    [Function("analyseFeedback")]
    public Task RunAsync(
        [ServiceBusTrigger("%FeedbackQueue%", Connection = "ServiceBus", IsSessionsEnabled = true, AutoCompleteMessages = false)]
        ServiceBusReceivedMessage message,
        ServiceBusMessageActions actions,
        CancellationToken cancellation) => worker.WorkAsync(QueueNames.Feedback, message, actions, cancellation);
}
