using NCrontab;
using Pipeline.Domain;

namespace Pipeline.Runtime.Nightly;

/// <summary>
/// A cron expression in a zone's wall time. A wall time that the zone skips runs at the instant of the jump, which is
/// the next valid one; a wall time that occurs twice runs once, at the first.
/// </summary>
public sealed class CronSchedule
{
    /// <summary>No zone sets its clock back farther, nor forth but for a skipped day.</summary>
    private static readonly TimeSpan ClockChangeMax = TimeSpan.FromHours(26);

    private readonly CrontabSchedule cron;
    private readonly ZoneCalendar zone;

    /// <exception cref="FormatException">The expression has not five fields of cron's form.</exception>
    public CronSchedule(string expression, ZoneCalendar zone)
    {
        cron = CrontabSchedule.TryParse(expression)
            ?? throw new FormatException($"'{expression}' is not a cron expression of five fields, as \"0 2 * * *\".");
        this.zone = zone;
    }

    /// <summary>The first planned moment after an instant; null where there is none any more.</summary>
    public Occurrence? Next(DateTimeOffset after)
    {
        var local = zone.LocalOf(after);
        var from = local - DateTime.MinValue > ClockChangeMax ? local - ClockChangeMax : DateTime.MinValue;
        foreach (var wall in cron.GetNextOccurrences(from, DateTime.MaxValue))
            if (InstantOf(wall) is not { } at)
                return null;
            else if (at > after)
                return new Occurrence(at, DateOnly.FromDateTime(wall));
        return null;
    }

    /// <summary>The planned moments after one instant and up to another: the last of them, oldest first.</summary>
    public IReadOnlyList<Occurrence> Between(DateTimeOffset after, DateTimeOffset through, int lastMax)
    {
        var found = new Queue<Occurrence>(lastMax);
        for (var next = Next(after); next is { } occurrence && occurrence.At <= through; next = Next(occurrence.At))
        {
            if (found.Count == lastMax)
                found.Dequeue();
            found.Enqueue(occurrence);
        }

        return [.. found];
    }

    private DateTimeOffset? InstantOf(DateTime wall)
    {
        if (zone.InstantOf(wall) is not { } at || zone.LocalOf(at) <= wall)
            return zone.InstantOf(wall);
        // Skipped: the jump is the first instant whose wall time is not before the skipped one.
        var (before, after) = (at - ClockChangeMax, at);
        while (after - before > TimeSpan.FromMilliseconds(1))
        {
            var middle = before + ((after - before) / 2);
            if (zone.LocalOf(middle) < wall)
                before = middle;
            else
                after = middle;
        }

        return DateTimeOffset.FromUnixTimeMilliseconds(after.ToUnixTimeMilliseconds());
    }
}

/// <param name="Day">The day in the schedule's zone.</param>
public readonly record struct Occurrence(DateTimeOffset At, DateOnly Day);
