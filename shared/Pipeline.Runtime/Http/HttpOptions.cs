using Microsoft.Extensions.Configuration;

namespace Pipeline.Runtime.Http;

/// <summary>What a host may set of the HTTP surface.</summary>
public sealed record HttpOptions
{
    /// <summary>The rate limit of each API key; null: none.</summary>
    public RateLimit? KeyRateLimit { get; init; }

    /// <summary>The rate limit of each address that sends feedback without a key. There is always one.</summary>
    public RateLimit PublicRateLimit { get; init; } = new(1, 20);

    /// <summary>
    /// Whether the address is the last that <c>X-Forwarded-For</c> names: only behind a proxy that sets it, and not where
    /// a client could.
    /// </summary>
    public bool TrustsForwardedFor { get; init; }

    /// <summary>
    /// Where a survey link leads: the token follows it. Null: the page that this service has itself, at the address that
    /// the link was asked for at.
    /// </summary>
    public string? SurveyUrl { get; init; }

    /// <summary>
    /// As the settings <c>RateLimit</c>, <c>PublicRateLimit</c>, <c>TrustForwardedFor</c> and <c>SurveyUrl</c> say.
    /// </summary>
    /// <param name="requestsPerSecond">Goes before the settings' own.</param>
    public static HttpOptions From(
        IConfiguration settings, double? requestsPerSecond = null, string? surveyUrl = null)
    {
        var defaults = new HttpOptions();
        return defaults with
        {
            KeyRateLimit = LimitFrom(settings.GetSection("RateLimit"), requestsPerSecond),
            PublicRateLimit = LimitFrom(settings.GetSection("PublicRateLimit"), null) ?? defaults.PublicRateLimit,
            TrustsForwardedFor = settings.GetValue<bool>("TrustForwardedFor"),
            // The infrastructure sets what nobody chose to nothing.
            SurveyUrl = surveyUrl ?? (settings["SurveyUrl"] is { Length: > 0 } url ? url : null),
        };
    }

    private static RateLimit? LimitFrom(IConfigurationSection section, double? requestsPerSecond)
    {
        var rate = requestsPerSecond ?? section.GetValue<double?>("RequestsPerSecond");
        if (rate is not > 0)
            return null;
        // So that a client that sends in bursts is only held to the rate in the long run.
        return new RateLimit(
            rate.Value,
            section.GetValue<int?>("Burst") is { } burst and > 0
                ? burst
                : (int)Math.Clamp(Math.Ceiling(rate.Value * 2), 1, int.MaxValue));
    }
}

/// <summary>A token bucket: a steady rate, and what may come at once.</summary>
/// <param name="RequestsPerSecond">Above 0.</param>
/// <param name="Burst">1 or more.</param>
public sealed record RateLimit(double RequestsPerSecond, int Burst);
