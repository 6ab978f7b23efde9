using Microsoft.Azure.Functions.Worker;
using Pipeline.Runtime.Nightly;

namespace Pipeline.Functions.Nightly;

/// <summary>
/// Plans the nights that are due, and those that were missed. The schedule is when to look, in UTC; when a night is due says
/// <c>Pipeline__NightlyCron</c>, in the program's zone.
/// </summary>
public sealed class PlanNights(NightlyPlanner planner)
{
    [Function("planNights")]
    [FixedDelayRetry(3, "00:00:30")]
    public Task RunAsync([TimerTrigger("%NightlySchedule%")] TimerInfo timer, CancellationToken cancellation) =>
        planner.PlanDueAsync(cancellation).AsTask();
}
