using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Pipeline.Runtime.Work;

/// <summary>What became of the messages, by queue. No id of a customer is in it.</summary>
public sealed class WorkMetrics : IDisposable
{
    public static readonly ActivitySource Source = new("Pipeline.Work");

    private readonly Meter meter = new("Pipeline.Work");
    private readonly Counter<long> handled;
    private readonly Counter<long> abandoned;
    private readonly Counter<long> deadLettered;
    private readonly Counter<long> lostLeases;
    private readonly Histogram<double> age;
    private readonly Gauge<double> oldest;

    public WorkMetrics()
    {
        handled = meter.CreateCounter<long>("pipeline.work.handled", "{message}", "Messages that were done.");
        abandoned = meter.CreateCounter<long>("pipeline.work.abandoned", "{message}", "Messages that come again.");
        deadLettered = meter.CreateCounter<long>("pipeline.work.dead_lettered", "{message}", "Messages set aside.");
        lostLeases = meter.CreateCounter<long>(
            "pipeline.work.lost_leases", "{lease}", "Leases that ended before their work.");
        age = meter.CreateHistogram<double>("pipeline.work.age", "s", "A message's age when its work starts.");
        oldest = meter.CreateGauge<double>(
            "pipeline.queue.oldest", "s", "The age of the oldest message that is due; 0 of an empty queue.");
    }

    public void Started(string queue, TimeSpan waited) => age.Record(waited.TotalSeconds, Tag(queue));

    public void Oldest(string queue, TimeSpan waited) => oldest.Record(waited.TotalSeconds, Tag(queue));

    public void Handled(string queue, int messages) => handled.Add(messages, Tag(queue));

    public void Abandoned(string queue, int messages) => abandoned.Add(messages, Tag(queue));

    public void DeadLettered(string queue, int messages) => deadLettered.Add(messages, Tag(queue));

    public void LostLease(string queue) => lostLeases.Add(1, Tag(queue));

    public void Dispose() => meter.Dispose();

    private static KeyValuePair<string, object?> Tag(string queue) => new("queue", queue);
}
