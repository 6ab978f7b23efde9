using Microsoft.Azure.Functions.Worker;
using Pipeline.Runtime.Rewards;

namespace Pipeline.Functions.Rewards;

/// <summary>Every five minutes, ends the reservations and codes whose time is over.</summary>
public sealed class SweepRewards(RewardSweep sweep)
{
    [Function("sweepRewards")]
    public Task RunAsync([TimerTrigger("30 */5 * * * *")] TimerInfo timer, CancellationToken cancellation) =>
        sweep.RunAsync(cancellation).AsTask();
}
