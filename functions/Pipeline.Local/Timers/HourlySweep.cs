using Pipeline.Runtime.Http.Idempotency;

namespace Pipeline.Local.Timers;

/// <summary>Every hour, removes the answers that were kept for repetitions and whose time is over.</summary>
internal sealed partial class HourlySweep(
    IdempotencySweep sweep, TimeProvider time, ILogger<HourlySweep> logger) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(Every, time, stoppingToken);
                await sweep.RunAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                LogFailed(error);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Kept answers could not be removed; it is tried again in an hour")]
    private partial void LogFailed(Exception error);
}
