using Pipeline.Runtime.Contracts;
using Pipeline.Runtime.Http;
using Pipeline.Runtime.Insight;
using Pipeline.Runtime.Ports;

namespace Pipeline.Runtime.Events;

/// <summary>Makes events of what a night found out: each stands in the store as a signal that never changes.</summary>
internal static class InsightEvents
{
    public const string Source = "/pipeline/insight";

    public const string TypePrefix = "pipeline.churn.";
    public const string StageType = "pipeline.lifecycle.stage-changed";

    public static DateTimeOffset RecordedAt(Document signal) =>
        DateTimeOffset.FromUnixTimeMilliseconds(InsightJson.Read(signal, InsightJson.Default.SignalDocument).AtMs);

    public static CloudEvent Of(Document document)
    {
        var signal = InsightJson.Read(document, InsightJson.Default.SignalDocument);
        var customer = document.Key.Partition;
        if (signal.Stage is { } stage)
            return new CloudEvent(
                $"{customer}/{document.Key.Id}", Source, StageType, customer,
                DateTimeOffset.FromUnixTimeMilliseconds(signal.AtMs), stage.On.DayNumber, null,
                JsonAnswer.Bytes((customer, stage), WarningJson.Stage));
        var warning = signal.Warning ?? throw new InvalidDataException("A stored signal says nothing.");
        return new CloudEvent(
            $"{customer}/{document.Key.Id}", Source, TypePrefix + signal.Type, customer,
            DateTimeOffset.FromUnixTimeMilliseconds(signal.AtMs),
            (warning.ClosedOn ?? warning.OpenedOn).DayNumber, null,
            JsonAnswer.Bytes(new WarningView(customer, warning), WarningJson.Warning));
    }
}
