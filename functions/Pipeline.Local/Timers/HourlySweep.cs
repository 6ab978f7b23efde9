using Pipeline.Runtime.Campaigns;
using Pipeline.Runtime.Cases;
using Pipeline.Runtime.Http.Idempotency;

namespace Pipeline.Local.Timers;

/// <summary>
/// At the start and then every hour: escalates the cases that are overdue, gives back to budgets what was drawn and not used,
/// and removes the answers that were kept for repetitions and whose time is over. One that fails does not keep the others from
/// their work.
/// </summary>
internal sealed partial class HourlySweep(
    CaseSweep cases, CampaignSweep campaigns, IdempotencySweep answers, TimeProvider time, ILogger<HourlySweep> logger)
    : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await TryAsync(async () => await cases.RunAsync(stoppingToken), stoppingToken);
            await TryAsync(async () => await campaigns.RunAsync(stoppingToken), stoppingToken);
            await TryAsync(async () => await answers.RunAsync(stoppingToken), stoppingToken);
            await TryAsync(() => Task.Delay(Every, time, stoppingToken), stoppingToken);
        }
    }

    private async Task TryAsync(Func<Task> work, CancellationToken stopping)
    {
        try
        {
            await work();
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The host stops.
        }
        catch (Exception error)
        {
            LogFailed(error);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The hourly work could not be done; it is tried again in an hour")]
    private partial void LogFailed(Exception error);
}
