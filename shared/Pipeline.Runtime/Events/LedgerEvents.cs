using System.Globalization;
using System.Text.Json;
using Pipeline.Runtime.Contracts;
using Pipeline.Runtime.Http;
using Pipeline.Runtime.Insight;
using Pipeline.Runtime.Loyalty.Storage;
using Pipeline.Runtime.Ports;
using Pipeline.Runtime.Rewards.Storage;
using Pipeline.Runtime.Tiers;

namespace Pipeline.Runtime.Events;

/// <summary>Makes events of ledger entries, which are the outbox, of what nights found out, and of notices.</summary>
public static class LedgerEvents
{
    public const string Source = "/pipeline/ledger";

    /// <summary>Followed by what the ledger calls the entry: <c>earn</c>, <c>refund</c>, <c>hold</c> …</summary>
    public const string TypePrefix = "pipeline.ledger.";

    public const string ContentType = "application/cloudevents+json; charset=utf-8";

    public static bool IsEvent(DocumentKey key) =>
        key.Kind is LedgerKinds.Entry or InsightKinds.Signal or NoticeKinds.Notice or RewardKinds.Event;

    public static DateTimeOffset RecordedAt(Document document) => document.Key.Kind switch
    {
        InsightKinds.Signal => InsightEvents.RecordedAt(document),
        NoticeKinds.Notice => NoticeMapping.RecordedAt(document),
        RewardKinds.Event => RewardEvents.RecordedAt(document),
        _ => LedgerMapping.ReadEntry(document).RecordedAt,
    };

    public static CloudEvent Of(Document document)
    {
        if (document.Key.Kind == InsightKinds.Signal)
            return InsightEvents.Of(document);
        if (document.Key.Kind == NoticeKinds.Notice)
            return NoticeEvents.Of(document);
        if (document.Key.Kind == RewardKinds.Event)
            return RewardEvents.Of(document);
        var (entry, traceParent) = LedgerMapping.ReadTracedEntry(document);
        var customer = document.Key.Partition;
        return new CloudEvent(
            $"{customer}/{entry.Id}",
            Source,
            TypePrefix + entry.Type,
            customer,
            entry.RecordedAt,
            entry.Sequence,
            traceParent,
            JsonAnswer.Bytes(entry, CustomerJson.Entry));
    }

    /// <summary>The structured form of CloudEvents: the envelope and the data in one JSON object.</summary>
    public static byte[] ToJson(CloudEvent cloudEvent) => JsonAnswer.Bytes(cloudEvent, Write);

    private static void Write(Utf8JsonWriter json, CloudEvent cloudEvent)
    {
        json.WriteStartObject();
        json.WriteString("specversion", "1.0");
        json.WriteString("id", cloudEvent.Id);
        json.WriteString("source", cloudEvent.Source);
        json.WriteString("type", cloudEvent.Type);
        json.WriteString("subject", cloudEvent.Subject);
        json.WriteInstant("time", cloudEvent.Time);
        // The extension wants a string that sorts.
        json.WriteString("sequence", cloudEvent.Sequence.ToString("D10", CultureInfo.InvariantCulture));
        if (cloudEvent.TraceParent is { } trace)
            json.WriteString("traceparent", trace);
        json.WriteString("datacontenttype", "application/json");
        json.WritePropertyName("data");
        json.WriteRawValue(cloudEvent.Data.Span, skipInputValidation: true);
        json.WriteEndObject();
    }
}
