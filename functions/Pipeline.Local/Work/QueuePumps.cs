using Pipeline.Runtime.Ports;
using Pipeline.Runtime.Work;

namespace Pipeline.Local.Work;

/// <summary>Keeps a pump running for every queue that has a handler, as long as the host runs.</summary>
internal sealed class QueuePumps(
    IQueueReceiver receiver,
    IEnumerable<ISessionHandler> handlers,
    PumpOptions options,
    WorkMetrics metrics,
    TimeProvider time,
    ILogger<QueuePump> logger) : BackgroundService
{
    private readonly QueuePump[] pumps =
        [.. handlers.Select(handler => new QueuePump(receiver, handler, options, metrics, time, logger))];

    public bool AreRunning => pumps.Length > 0 && Array.TrueForAll(pumps, static pump => pump.IsRunning);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(pumps.Select(pump =>
        pump.RunAsync(
            pump.Queue == QueueNames.Nightly ? options.NightlyPagesInFlightMax : options.SessionsInFlightMax,
            stoppingToken)));
}
