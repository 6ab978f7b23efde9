using Microsoft.Extensions.Logging;
using Pipeline.Runtime.Insight;
using Pipeline.Runtime.Ports;

namespace Pipeline.Runtime.Nightly;

/// <summary>Ends a run: what its pages did is added up and written into it.</summary>
public sealed partial class FinishRun(
    IDocumentStore store, InsightReports reports, InsightOptions insight, TimeProvider clock, ILogger<FinishRun> logger)
{
    /// <summary>
    /// Adds the partials up once every shard's last page is worked. Whoever comes last does it; of several that come last
    /// together, the first to write.
    /// </summary>
    internal async ValueTask RunAsync(RunDocument run, string version, CancellationToken cancellation)
    {
        for (var shard = 0; shard < run.Shards; shard++)
            if (await NightlyRuns.LastPageAsync(store, run.Id, shard, cancellation) is not { IsWorked: true, Next: null })
                return;

        var total = new PartialDocument();
        string? cursor = null;
        do
        {
            var pages = await store.PageAsync(
                new PartitionQuery(
                    RunKinds.PagesOf(run.Id), RunKinds.Page, StoreLimits.PageDocumentsMax, cursor),
                cancellation);
            foreach (var document in pages.Documents)
                total = total.Plus(RunJson.ReadPage(document).Partial ?? new PartialDocument());
            cursor = pages.Cursor;
        }
        while (cursor is not null);

        if (insight.IsOn)
            await reports.ApplyAsync(run, total, cancellation);
        var done = await store.CommitAsync(
            RunKinds.Partition,
            [new Write.Replace(RunKinds.Run, run.Id, version, RunJson.Write(run.Finished(clock.GetUtcNow(), total)))],
            cancellation);
        if (done.Committed)
            LogDone(run.Id, total.Customers, total.ExpiredPoints);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Run {Run} is done: {Customers} customers, {Points} points expired")]
    private partial void LogDone(string run, long customers, decimal points);
}
