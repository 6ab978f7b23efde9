using System.Diagnostics.Metrics;
using Pipeline.Runtime.Ports;
using Pipeline.Runtime.Satisfaction.Storage;

namespace Pipeline.Runtime.Analysis;

/// <summary>How often the cloud's language service failed, and why. No comment is in it.</summary>
internal static class AnalysisMetrics
{
    public const string Name = "Pipeline.Analysis";

    private static readonly Meter Meter = new(Name);

    private static readonly Counter<long> Failures = Meter.CreateCounter<long>(
        "pipeline.analysis.cloud.failures", "{call}", "Calls of the language service without a usable answer.");

    public static void Failed(FallbackReason reason) =>
        Failures.Add(1, new KeyValuePair<string, object?>("reason", FeedbackMapping.Word(reason)));
}
