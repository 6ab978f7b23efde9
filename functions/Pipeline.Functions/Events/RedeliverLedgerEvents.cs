using Microsoft.Azure.Functions.Worker;
using Pipeline.Runtime.Events;

namespace Pipeline.Functions.Events;

/// <summary>Tries again what webhooks did not take, once it is due.</summary>
public sealed class RedeliverLedgerEvents(RedeliverEvents redeliver)
{
    [Function("redeliverLedgerEvents")]
    public Task RunAsync([TimerTrigger("0 */5 * * * *")] TimerInfo timer, CancellationToken cancellation) =>
        redeliver.RunAsync(cancellation).AsTask();
}
