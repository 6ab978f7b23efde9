using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Http;

namespace Pipeline.Runtime.Http;

/// <summary>Spans and metrics of the HTTP surface. They carry endpoint names and statuses, never who or what.</summary>
public static class HttpTelemetry
{
    /// <summary>The name of the source and of the meter, for a host to listen to.</summary>
    public const string Name = "Pipeline.Http";

    private static readonly ActivitySource Source = new(Name);

    private static readonly Meter Meter = new(Name);

    private static readonly Histogram<double> Seconds = Meter.CreateHistogram<double>(
        "pipeline.http.request.duration", "s", "Time from the gate to the answer.");

    private static readonly Counter<long> Replays = Meter.CreateCounter<long>(
        "pipeline.http.replays", "{answer}", "Answers given again for a repeated key.");

    /// <summary>A span under the server's own, or, where the server has none, under the caller's.</summary>
    internal static Activity? StartSpan(ApiEndpoint endpoint, HttpRequest request)
    {
        if (!Source.HasListeners())
            return null;
        if (Activity.Current is not null)
            return Source.StartActivity(endpoint.Name);
        _ = ActivityContext.TryParse(request.Headers.TraceParent, request.Headers.TraceState, true, out var caller);
        return Source.StartActivity(endpoint.Name, ActivityKind.Server, caller);
    }

    internal static long Start(TimeProvider clock) => Seconds.Enabled ? clock.GetTimestamp() : 0;

    internal static void Record(TimeProvider clock, long start, ApiEndpoint endpoint, int status, bool isReplayed)
    {
        if (start != 0)
        {
            Seconds.Record(
                clock.GetElapsedTime(start).TotalSeconds,
                new KeyValuePair<string, object?>("endpoint", endpoint.Name),
                new KeyValuePair<string, object?>("status", status));
        }

        if (isReplayed)
            Replays.Add(1, new KeyValuePair<string, object?>("endpoint", endpoint.Name));
    }
}
