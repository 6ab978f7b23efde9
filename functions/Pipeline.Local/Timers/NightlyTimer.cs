using Pipeline.Runtime.Loyalty;
using Pipeline.Runtime.Nightly;

namespace Pipeline.Local.Timers;

/// <param name="Cron">When a night's work is planned, in the program's zone.</param>
internal sealed record TimerOptions(string Cron = "0 2 * * *")
{
    /// <summary>Nights that were missed are planned at the next start; so many of the last.</summary>
    public int CatchUpSlotsMax { get; init; } = 31;
}

/// <summary>
/// Plans the nightly runs: one a planned moment, also for the moments that passed while the host was down. It only plans;
/// the queue does the work. Planning a slot again changes nothing, so the memory is written after it.
/// </summary>
internal sealed partial class NightlyTimer(
    NightlyRuns runs,
    TimerMemory memory,
    IProgramSource programs,
    TimerOptions options,
    TimeProvider time,
    ILogger<NightlyTimer> logger) : BackgroundService
{
    public const string Name = "nightly";

    /// <summary>The clock is looked at again so often, since it may be set while we wait.</summary>
    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromSeconds(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var wait = await PlanDueAsync(stoppingToken);
                await Task.Delay(wait < LookAgainAfter ? wait : LookAgainAfter, time, stoppingToken);
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

    /// <summary>Plans what is due and says how long nothing more is.</summary>
    internal async ValueTask<TimeSpan> PlanDueAsync(CancellationToken cancellation)
    {
        // The zone is asked each time: the program may have changed.
        var schedule = new CronSchedule(options.Cron, programs.Programs.Current.Calendar);
        var now = time.GetUtcNow();
        var doneThrough = await memory.ReadAsync(Name, cancellation);
        if (doneThrough is not { } done)
        {
            // A new folder has missed nothing.
            await memory.WriteAsync(Name, now, cancellation);
            done = now;
        }

        foreach (var occurrence in schedule.Between(done, now, options.CatchUpSlotsMax))
        {
            await runs.PlanAsync(NightlyRuns.NightlyKind, occurrence.Day, cancellation);
            await memory.WriteAsync(Name, occurrence.At, cancellation);
            LogPlanned(occurrence.Day);
        }

        var wait = schedule.Next(now) is { } next ? next.At - now : LookAgainAfter;
        return wait > TimeSpan.Zero ? wait : TimeSpan.Zero;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The nightly run of {Slot} is planned")]
    private partial void LogPlanned(DateOnly slot);

    [LoggerMessage(Level = LogLevel.Error, Message = "The nightly run could not be planned and is tried again")]
    private partial void LogFailed(Exception error);
}
