using Microsoft.Azure.Functions.Worker;
using Pipeline.Runtime.Campaigns;

namespace Pipeline.Functions.Campaigns;

/// <summary>Every hour, gives back to budgets what was drawn and not used.</summary>
public sealed class SweepCampaigns(CampaignSweep sweep)
{
    [Function("sweepCampaigns")]
    public Task RunAsync([TimerTrigger("0 23 * * * *")] TimerInfo timer, CancellationToken cancellation) =>
        sweep.RunAsync(cancellation).AsTask();
}
