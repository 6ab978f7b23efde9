using Microsoft.Azure.Functions.Worker;
using Pipeline.Runtime.Http.Idempotency;

namespace Pipeline.Functions.Operations;

/// <summary>Every hour, removes the answers that were kept for repetitions and whose time is over.</summary>
public sealed class SweepIdempotency(IdempotencySweep sweep)
{
    [Function("sweepIdempotency")]
    public Task RunAsync([TimerTrigger("0 23 * * * *")] TimerInfo timer, CancellationToken cancellation) =>
        sweep.RunAsync(cancellation).AsTask();
}
