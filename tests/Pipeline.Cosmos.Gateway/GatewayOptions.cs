namespace Pipeline.Cosmos.Gateway;

public sealed record GatewayOptions
{
    /// <summary>How many servers ("physical partitions") a container is spread over.</summary>
    public int RangeCount { get; init; } = 1;

    /// <summary>Every request waits before it acts and again before it answers, at random up to this.</summary>
    public int JitterMillisecondsMax { get; init; }

    /// <summary>Of the randomness.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>What decides when an item's time to live is over.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}
