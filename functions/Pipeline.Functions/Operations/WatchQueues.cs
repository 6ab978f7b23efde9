using Microsoft.Azure.Functions.Worker;
using Pipeline.Functions.ServiceBus;

namespace Pipeline.Functions.Operations;

/// <summary>Every five minutes, measures the age of each queue's oldest message, for the alerts.</summary>
public sealed class WatchQueues(QueueWatch watch)
{
    [Function("watchQueues")]
    public Task RunAsync([TimerTrigger("30 */5 * * * *")] TimerInfo timer, CancellationToken cancellation) =>
        watch.LookAsync(cancellation);
}
