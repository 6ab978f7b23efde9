using Microsoft.Extensions.Configuration;

namespace Pipeline.Runtime.Http;

/// <summary>What a host may set of the HTTP surface.</summary>
public sealed record HttpOptions
{
    /// <summary>The rate limit of each API key; null: none.</summary>
    public RateLimit? KeyRateLimit { get; init; }

    /// <summary>As the settings under <c>RateLimit</c> say.</summary>
    /// <param name="requestsPerSecond">Goes before the settings' own.</param>
    public static HttpOptions From(IConfiguration settings, double? requestsPerSecond = null)
    {
        var section = settings.GetSection("RateLimit");
        var rate = requestsPerSecond ?? section.GetValue<double?>("RequestsPerSecond");
        if (rate is not > 0)
            return new HttpOptions();
        // So that a client that sends in bursts is only held to the rate in the long run.
        var burst = section.GetValue<int?>("Burst") ?? (int)Math.Clamp(Math.Ceiling(rate.Value * 2), 1, int.MaxValue);
        return new HttpOptions { KeyRateLimit = new RateLimit(rate.Value, burst) };
    }
}

/// <summary>A token bucket: a steady rate, and what may come at once.</summary>
/// <param name="RequestsPerSecond">Above 0.</param>
/// <param name="Burst">1 or more.</param>
public sealed record RateLimit(double RequestsPerSecond, int Burst);
