namespace Pipeline.Local.Work;

/// <summary>The bounds of the queue pumps.</summary>
internal sealed record PumpOptions
{
    /// <summary>Sessions (customers) that are worked at once.</summary>
    public int SessionsInFlightMax { get; init; } = 64;

    /// <summary>Pages of nightly runs that are worked at once; each works many customers by itself.</summary>
    public int NightlyPagesInFlightMax { get; init; } = 4;

    /// <summary>Messages of one session that are worked together.</summary>
    public int MessagesPerLeaseMax { get; init; } = 40;

    /// <summary>How often the leases of work that takes long are prolonged.</summary>
    public int RenewSeconds { get; init; } = 8;

    /// <summary>The first wait while the store cannot be used; it doubles.</summary>
    public int BackoffMillisecondsMin { get; init; } = 100;

    public int BackoffMillisecondsMax { get; init; } = 5_000;

    /// <summary>How long work in flight may take to end once the host stops; then it is left to the next start.</summary>
    public int DrainSeconds { get; init; } = 10;
}
