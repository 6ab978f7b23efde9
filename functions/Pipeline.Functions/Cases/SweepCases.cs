using Microsoft.Azure.Functions.Worker;
using Pipeline.Runtime.Cases;

namespace Pipeline.Functions.Cases;

/// <summary>Every hour, escalates the cases that are overdue.</summary>
public sealed class SweepCases(CaseSweep sweep)
{
    [Function("sweepCases")]
    public Task RunAsync([TimerTrigger("0 11 * * * *")] TimerInfo timer, CancellationToken cancellation) =>
        sweep.RunAsync(cancellation).AsTask();
}
