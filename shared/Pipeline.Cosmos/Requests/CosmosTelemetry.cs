using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Pipeline.Cosmos.Requests;

/// <summary>
/// What every request cost, for a meter listener and for traces. The names are those of OpenTelemetry's conventions for
/// Azure Cosmos DB.
/// </summary>
internal sealed class CosmosTelemetry : IDisposable
{
    public const string Name = "Pipeline.Cosmos";
    public const string ChargeTag = "azure.cosmosdb.operation.request_charge";

    private const string OperationTag = "db.operation.name";
    private const string StatusTag = "db.response.status_code";

    private readonly ActivitySource source = new(Name);
    private readonly Meter meter = new(Name);
    private readonly string database;
    private readonly string container;
    private readonly Histogram<double> charges;
    private readonly Histogram<double> durations;
    private readonly Counter<long> throttled;

    public CosmosTelemetry(string database, string container)
    {
        (this.database, this.container) = (database, container);
        charges = meter.CreateHistogram<double>(
            "pipeline.cosmos.request.charge", "{request_unit}", "Request units of each answer, refused ones included.");
        durations = meter.CreateHistogram<double>("pipeline.cosmos.operation.duration", "s", "Operations, waits included.");
        throttled = meter.CreateCounter<long>(
            "pipeline.cosmos.throttled", "{answer}", "Answers that asked to come back later (429).");
    }

    public Activity? Start(string operation) => source.StartActivity($"cosmos {operation}", ActivityKind.Client)?
        .SetTag("db.system.name", "azure.cosmosdb")
        .SetTag("db.namespace", database)
        .SetTag("db.collection.name", container)
        .SetTag(OperationTag, operation);

    public void Answered(string operation, Outcome outcome)
    {
        charges.Record(
            outcome.Charge,
            new KeyValuePair<string, object?>(OperationTag, operation),
            new KeyValuePair<string, object?>(StatusTag, (int)outcome.Status));
        if (outcome.Verdict == Verdict.Throttled)
            throttled.Add(1, new KeyValuePair<string, object?>(OperationTag, operation));
    }

    public void Ended(Activity? activity, string operation, Outcome last, double charge, TimeSpan duration)
    {
        activity?
            .SetTag(StatusTag, (int)last.Status)
            .SetTag(ChargeTag, charge)
            .SetStatus(last.Verdict == Verdict.Answered ? ActivityStatusCode.Unset : ActivityStatusCode.Error);
        durations.Record(duration.TotalSeconds, new KeyValuePair<string, object?>(OperationTag, operation));
    }

    public void Dispose()
    {
        source.Dispose();
        meter.Dispose();
    }
}
