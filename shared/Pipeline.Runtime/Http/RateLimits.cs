using System.Collections.Concurrent;
using System.Threading.RateLimiting;

namespace Pipeline.Runtime.Http;

/// <summary>A token bucket for each API key, where the host configured one. There are only as many as valid keys.</summary>
internal sealed class RateLimits(RateLimit? limit) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, TokenBucketRateLimiter> byKey = new(StringComparer.Ordinal);

    /// <summary>Takes a token; 0 where there was one, otherwise the seconds until there is the next.</summary>
    public int Take(string keyId)
    {
        if (limit is null)
            return 0;
        using var lease = byKey.GetOrAdd(keyId, static (_, limit) => Bucket(limit), limit).AttemptAcquire();
        if (lease.IsAcquired)
            return 0;
        var seconds = lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? Math.Ceiling(wait.TotalSeconds) : 1;
        return (int)Math.Clamp(seconds, 1, int.MaxValue);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var bucket in byKey.Values)
            await bucket.DisposeAsync();
    }

    private static TokenBucketRateLimiter Bucket(RateLimit limit)
    {
        // Whole tokens a period: a slow rate has a long period of one token, a fast one a short period of several.
        var tokens = Math.Max(1, (int)Math.Min(limit.RequestsPerSecond / 10, limit.Burst));
        return new TokenBucketRateLimiter(new TokenBucketRateLimiterOptions
        {
            TokenLimit = Math.Max(1, limit.Burst),
            TokensPerPeriod = tokens,
            ReplenishmentPeriod = TimeSpan.FromSeconds(tokens / limit.RequestsPerSecond),
            QueueLimit = 0,
            AutoReplenishment = true,
        });
    }
}
