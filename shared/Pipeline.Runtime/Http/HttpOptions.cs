namespace Pipeline.Runtime.Http;

/// <summary>What a host may set of the HTTP surface.</summary>
public sealed record HttpOptions
{
    /// <summary>The rate limit of each API key; null: none.</summary>
    public RateLimit? KeyRateLimit { get; init; }
}

/// <summary>A token bucket: a steady rate, and what may come at once.</summary>
/// <param name="RequestsPerSecond">Above 0.</param>
/// <param name="Burst">1 or more.</param>
public sealed record RateLimit(double RequestsPerSecond, int Burst);
