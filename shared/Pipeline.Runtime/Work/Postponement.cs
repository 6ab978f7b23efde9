namespace Pipeline.Runtime.Work;

/// <summary>
/// How long a message waits that cannot be done yet: as long again as it has waited, within bounds, so that its waits double.
/// </summary>
public static class Postponement
{
    public const int WaitSecondsMin = 5;
    public const int WaitSecondsMax = 900;

    /// <summary>After these in all it is set aside.</summary>
    public const int WaitHoursMax = 24;

    /// <param name="waited">Since it was queued.</param>
    /// <returns>Null: it has waited for as long as any message may.</returns>
    public static TimeSpan? After(TimeSpan waited) => waited >= TimeSpan.FromHours(WaitHoursMax)
        ? null
        : TimeSpan.FromSeconds(Math.Clamp(waited.TotalSeconds, WaitSecondsMin, WaitSecondsMax));
}
