using Pipeline.Runtime.Rewards;

namespace Pipeline.Local.Timers;

/// <summary>Every minute, ends the reservations and codes whose time is over.</summary>
internal sealed partial class RewardTimer(
    RewardSweep sweep, TimeProvider time, ILogger<RewardTimer> logger) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await sweep.RunAsync(stoppingToken);
                await Task.Delay(Every, time, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                // The host stops.
            }
            catch (Exception error)
            {
                LogFailed(error);
                await Task.Delay(Every, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Rewards could not be swept; it is tried again in a minute")]
    private partial void LogFailed(Exception error);
}
