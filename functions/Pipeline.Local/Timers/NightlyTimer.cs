using Pipeline.Runtime.Nightly;

namespace Pipeline.Local.Timers;

/// <summary>Looks at the clock for the planner, as long as the host runs.</summary>
internal sealed partial class NightlyTimer(NightlyPlanner planner, TimeProvider time, ILogger<NightlyTimer> logger)
    : BackgroundService
{
    /// <summary>The clock is looked at again so often, since it may be set while we wait.</summary>
    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromSeconds(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(Wait(await planner.PlanDueAsync(stoppingToken)), time, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                LogFailed(error);
                await Task.Delay(LookAgainAfter, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private TimeSpan Wait(DateTimeOffset? next)
    {
        var wait = next - time.GetUtcNow() ?? LookAgainAfter;
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait < LookAgainAfter ? wait : LookAgainAfter;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The nightly run could not be planned and is tried again")]
    private partial void LogFailed(Exception error);
}
