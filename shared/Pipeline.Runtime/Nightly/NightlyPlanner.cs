using Microsoft.Extensions.Logging;
using Pipeline.Runtime.Loyalty;

namespace Pipeline.Runtime.Nightly;

/// <param name="Cron">When a night's work is planned, in the program's zone.</param>
public sealed record TimerOptions(string Cron = "0 2 * * *")
{
    /// <summary>Nights that were missed are planned at the next look; so many of the last.</summary>
    public int CatchUpSlotsMax { get; init; } = 31;
}

/// <summary>
/// Plans the nightly runs: one a planned moment, also for the moments that passed while no host looked. It only plans;
/// the queue does the work. Planning a slot again changes nothing, so the memory is written after it, and it does not
/// matter how often, or by how many hosts at once, it is called.
/// </summary>
public sealed partial class NightlyPlanner(
    NightlyRuns runs,
    TimerMemory memory,
    IProgramSource programs,
    TimerOptions options,
    TimeProvider time,
    ILogger<NightlyPlanner> logger)
{
    private const string Timer = "nightly";

    /// <summary>Plans what is due and says when the next slot is; null where there is none any more.</summary>
    public async ValueTask<DateTimeOffset?> PlanDueAsync(CancellationToken cancellation)
    {
        // The zone is asked each time: the program may have changed.
        var schedule = new CronSchedule(options.Cron, programs.Current.Calendar);
        var now = time.GetUtcNow();
        var doneThrough = await memory.ReadAsync(Timer, cancellation);
        if (doneThrough is not { } done)
        {
            // A new store has missed nothing.
            await memory.WriteAsync(Timer, now, cancellation);
            done = now;
        }

        foreach (var occurrence in schedule.Between(done, now, options.CatchUpSlotsMax))
        {
            await runs.PlanAsync(NightlyRuns.NightlyKind, occurrence.Day, cancellation);
            await memory.WriteAsync(Timer, occurrence.At, cancellation);
            LogPlanned(occurrence.Day);
        }

        return schedule.Next(now)?.At;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The nightly run of {Slot} is planned")]
    private partial void LogPlanned(DateOnly slot);
}
