using Pipeline.Runtime.Events;

namespace Pipeline.Local.Events;

/// <summary>Takes what is committed to the sinks, as long as the host runs; without a sink it does nothing at all.</summary>
internal sealed partial class OutboxPump(
    Outbox outbox, RedeliverEvents redeliver, PublishEvents publish, TimeProvider time, ILogger<OutboxPump> logger)
    : BackgroundService
{
    private static readonly TimeSpan IdleFor = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan RedeliverEvery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan AfterFault = TimeSpan.FromSeconds(5);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => publish.HasSinks
        ? Task.WhenAll(
            LoopAsync(async token => await outbox.PublishNewAsync(token) ? TimeSpan.Zero : IdleFor, stoppingToken),
            LoopAsync(
                async token =>
                {
                    await redeliver.RunAsync(token);
                    return RedeliverEvery;
                },
                stoppingToken))
        : Task.CompletedTask;

    private async Task LoopAsync(Func<CancellationToken, Task<TimeSpan>> work, CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            TimeSpan wait;
            try
            {
                wait = await work(stopping);
            }
            catch (Exception) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                LogFailed(error);
                wait = AfterFault;
            }

            await Task.Delay(wait, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Events could not be published and are tried again")]
    private partial void LogFailed(Exception error);
}
