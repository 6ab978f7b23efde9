using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Pipeline.Benchmarks.Load;
using Pipeline.Domain;
using Pipeline.Runtime.Loyalty.Storage;
using Pipeline.Runtime.Nightly;
using Pipeline.Runtime.Ports;
using Pipeline.Sqlite;

namespace Pipeline.Benchmarks.Hosting;

/// <summary>What a host under test is asked between measurements.</summary>
/// <param name="Commits">COMMITs with documents or messages since the start.</param>
/// <param name="WrittenBytes">Sent to the disk for this process: <c>write_bytes</c>, less what was cancelled.</param>
internal sealed record HostFigures(
    long QueueMessages,
    long Commits,
    long WrittenBytes,
    double CpuSeconds,
    long RssBytes,
    long RssMaxBytes,
    int Runs,
    long RunIndexBytes,
    long AllocatedBytes,
    double GcPauseSeconds);

/// <param name="Seconds">From the plan to the report.</param>
internal sealed record NightlyTime(
    double Seconds, long Customers, long Lots, long Failed, long Scored, long Changed);

/// <summary>Starts and stops the product's pumps, and tells its figures.</summary>
internal sealed class HostControls(IServiceProvider services)
{
    private const string PumpsTypeName = "QueuePumps";
    private const int PollMilliseconds = 5;
    private const int LooksMin = 100;
    private CancellationTokenSource watchingEnds = new();
    private Task watching = Task.CompletedTask;
    private long lastBusyTicks;

    private SqliteEngine Engine => services.GetRequiredService<SqliteEngine>();

    private IHostedService Pumps =>
        services.GetServices<IHostedService>().FirstOrDefault(static service => service.GetType().Name == PumpsTypeName)
        ?? throw new InvalidOperationException($"The product has no hosted service {PumpsTypeName}.");

    public Task StopPumpsAsync() => Pumps.StopAsync(CancellationToken.None);

    public void Map(IEndpointRouteBuilder host)
    {
        host.MapPost("/empty", static context =>
        {
            context.Response.StatusCode = StatusCodes.Status202Accepted;
            context.Response.ContentLength = 0;
            return Task.CompletedTask;
        });
        host.MapPost("/bench/pumps/start", (Func<Task>)(() => Pumps.StartAsync(CancellationToken.None)));
        host.MapPost("/bench/pumps/stop", (Func<Task>)StopPumpsAsync);
        host.MapPost("/bench/watch/start", StartWatching);
        host.MapPost("/bench/watch/stop", (Func<Task<string>>)StopWatchingAsync);
        host.MapPost("/bench/nightly", (Func<DateOnly, Task<NightlyTime>>)RunNightlyAsync);
        host.MapPost("/bench/drain", (Func<Task<string>>)DrainAsync);
        host.MapPost("/bench/flush", (Func<Task>)(() => Engine.FlushAsync()));
        host.MapGet("/bench/figures", (Func<HostFigures>)Figures);
        host.MapGet("/bench/sizes", (Func<long, int, int, bool, Task<int[]>>)SizesAsync);
    }

    /// <summary>Starts the pumps, and stops them when the queue is empty.</summary>
    /// <returns>Seconds from start to empty.</returns>
    private async Task<string> DrainAsync()
    {
        var start = Stopwatch.GetTimestamp();
        await Pumps.StartAsync(CancellationToken.None);
        await AwaitEmptyAsync();
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        await StopPumpsAsync();
        return seconds.ToString("R");
    }

    private async Task AwaitEmptyAsync()
    {
        while (Engine.Stats().QueueMessages > 0)
            await Task.Delay(PollMilliseconds);
    }

    /// <summary>Notes from now on when the queue was last seen with a message in it.</summary>
    private void StartWatching()
    {
        var stop = watchingEnds = new CancellationTokenSource();
        lastBusyTicks = Stopwatch.GetTimestamp();
        watching = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                if (Engine.Stats().QueueMessages > 0)
                    lastBusyTicks = Stopwatch.GetTimestamp();
                await Task.Delay(PollMilliseconds);
            }
        });
    }

    /// <summary>Waits until the queue is empty.</summary>
    /// <returns>When it last was not, on the machine's steady clock, which all processes share.</returns>
    private async Task<string> StopWatchingAsync()
    {
        await AwaitEmptyAsync();
        await watchingEnds.CancelAsync();
        await watching;
        return lastBusyTicks.ToString("D");
    }

    private async Task<NightlyTime> RunNightlyAsync(DateOnly slot)
    {
        var runs = services.GetRequiredService<NightlyRuns>();
        var start = Stopwatch.GetTimestamp();
        var (run, _) = await runs.PlanAsync(NightlyRuns.NightlyKind, slot, CancellationToken.None);
        // Each look reads pages of the run: the longer it takes, the rarer they become.
        while (await runs.GetAsync(run.RunId, CancellationToken.None) is not { Report: not null })
            await Task.Delay(Math.Max(PollMilliseconds, (int)(Stopwatch.GetElapsedTime(start).TotalMilliseconds / LooksMin)));
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        var report = (await runs.GetAsync(run.RunId, CancellationToken.None))!.Report!;
        return new NightlyTime(seconds, report.Customers, report.Lots, report.Failed, report.Scored, report.Changed);
    }

    private HostFigures Figures()
    {
        var stats = Engine.Stats();
        using var self = Process.GetCurrentProcess();
        return new HostFigures(
            stats.QueueMessages,
            stats.GroupCommits,
            ProcessFiles.WrittenBytes(Environment.ProcessId),
            self.TotalProcessorTime.TotalSeconds,
            ProcessFiles.StatusBytes(Environment.ProcessId, "VmRSS"),
            ProcessFiles.StatusBytes(Environment.ProcessId, "VmHWM"),
            stats.Runs,
            stats.RunIndexBytes,
            GC.GetTotalAllocatedBytes(),
            GC.GetTotalPauseDuration().TotalSeconds);
    }

    /// <summary>Of each purchase the bytes of its entry and of its customer's account as they are stored now.</summary>
    private async Task<int[]> SizesAsync(long first, int count, int customers, bool isSkewed)
    {
        var population = new Population(customers, isSkewed);
        var sizes = new int[2 * count];
        for (var i = 0; i < count; i++)
        {
            var customer = new CustomerId(Purchases.CustomerId(population.CustomerOf(first + i)));
            sizes[2 * i] = await BytesAsync(
                LedgerKinds.EntryOf(customer, EntryIds.Purchase(Purchases.PurchaseId(first + i))));
            sizes[(2 * i) + 1] = await BytesAsync(LedgerKinds.AccountOf(customer));
        }

        return sizes;
    }

    private async ValueTask<int> BytesAsync(DocumentKey key) =>
        (await Engine.Documents.ReadAsync(key, CancellationToken.None))?.Body.Length
        ?? throw new InvalidOperationException($"{key} is not stored, though it was accepted and worked.");
}
