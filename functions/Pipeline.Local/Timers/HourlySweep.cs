using Pipeline.Runtime.Cases;
using Pipeline.Runtime.Http.Idempotency;

namespace Pipeline.Local.Timers;

/// <summary>
/// Every hour: escalates the cases that are overdue, and removes the answers that were kept for repetitions and whose time
/// is over.
/// </summary>
internal sealed partial class HourlySweep(
    CaseSweep cases, IdempotencySweep answers, TimeProvider time, ILogger<HourlySweep> logger) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(Every, time, stoppingToken);
                await cases.RunAsync(stoppingToken);
                await answers.RunAsync(stoppingToken);
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

    [LoggerMessage(Level = LogLevel.Error, Message = "The hourly work could not be done; it is tried again in an hour")]
    private partial void LogFailed(Exception error);
}
