using System.Text.Json;
using Microsoft.Extensions.Logging;
using Pipeline.Domain;
using Pipeline.Runtime.Loyalty;
using Pipeline.Runtime.Loyalty.Storage;
using Pipeline.Runtime.Nightly;
using Pipeline.Runtime.Ports;

namespace Pipeline.Runtime.Insight;

/// <summary>
/// The first half of a night that fits models: pages that only read customers and add up what models are fitted from, and
/// the fit once all are measured.
/// </summary>
public sealed partial class MeasureCustomers(
    IDocumentStore store, IProgramSource programs, InsightModels models, ILogger<MeasureCustomers> logger)
{
    public const int ScansPerPage = 10;

    /// <summary>So many standard deviations more than its share of the sample a page keeps, lest chance takes one.</summary>
    private const double SampleDeviations = 8;

    /// <summary>Tests take small pages, to have many of them.</summary>
    internal int CustomersPerScan { get; init; } = StoreLimits.PageDocumentsMax;

    /// <summary>Measures a page, unless that is done, and says where the next begins; null: it was the shard's last.</summary>
    internal async ValueTask<string?> PageAsync(
        RunDocument run, int shard, int page, string? after, CancellationToken cancellation)
    {
        var key = new DocumentKey(RunKinds.PagesOf(run.Id), InsightKinds.Measure, PageDocument.IdOf(shard, page));
        if (await store.ReadAsync(key, cancellation) is { } done)
            return InsightJson.Read(done, InsightJson.Default.MeasuredDocument).Next;

        var tally = new InsightTally(
            run.Slot.DayNumber, page == 0 ? InsightTally.SampleMax : ShareOf(run.Shards, page));
        long failed = 0;
        for (var scan = 0; scan < ScansPerPage; scan++)
        {
            var found = await store.ScanAsync(
                new ScanQuery(shard, LedgerKinds.Account, CustomersPerScan, after), cancellation);
            foreach (var document in found.Documents)
                failed += await AddAsync(tally, document, cancellation) ? 0 : 1;
            after = found.Cursor;
            if (after is null)
                break;
        }

        var share = after is null ? InsightTally.SampleMax : ShareOf(run.Shards, page);
        var measured = new MeasureDocument
        {
            Next = after,
            Tally = InsightMapping.Write(tally.PartsWith(share)),
            Failed = failed,
        };
        await store.CommitAsync(
            key.Partition,
            [new Write.Upsert(key.Kind, key.Id, JsonSerializer.SerializeToUtf8Bytes(
                measured, InsightJson.Default.MeasureDocument))],
            cancellation);
        return after;
    }

    /// <summary>
    /// How much of the sample a page can hold, once it is known to be full: a shard is as good as any other, so that there
    /// are as many full pages in each.
    /// </summary>
    internal static int ShareOf(int shards, int page)
    {
        var mean = InsightTally.SampleMax / (double)(shards * (page + 1));
        return Math.Min(InsightTally.SampleMax, (int)Math.Ceiling(mean + (SampleDeviations * (1 + Math.Sqrt(mean)))));
    }

    /// <summary>Fits the models once every shard is measured. Whoever measures last does it; the first to write counts.</summary>
    /// <returns>False: some shard is not measured yet.</returns>
    internal async ValueTask<bool> FitAsync(RunDocument run, CancellationToken cancellation)
    {
        for (var shard = 0; shard < run.Shards; shard++)
            if (await LastAsync(run, shard, cancellation) is not { Next: null })
                return false;
        if (run.Model is null || await models.ReadAsync(run.Model, cancellation) is not null)
            return true;

        var tally = new InsightTally(run.Slot.DayNumber);
        string? cursor = null;
        do
        {
            var pages = await store.PageAsync(
                new PartitionQuery(RunKinds.PagesOf(run.Id), InsightKinds.Measure, 16, cursor), cancellation);
            // Nothing else can be done until the models stand, so that all processors may read.
            var parts = pages.Documents.AsParallel().AsOrdered().Select(static document =>
                InsightMapping.Read(InsightJson.Read(document, InsightJson.Default.MeasureDocument).Tally));
            foreach (var part in parts)
                tally.Add(part);
            cursor = pages.Cursor;
        }
        while (cursor is not null);

        var model = InsightFit.Of(tally, FitRules.Default);
        await models.KeepAsync(run.Model, model, cancellation);
        LogFitted(run.Id, model.Customers, model.Churn.Rows);
        return true;
    }

    /// <summary>False: the account cannot be read; scoring will say so.</summary>
    private async ValueTask<bool> AddAsync(InsightTally tally, Document document, CancellationToken cancellation)
    {
        try
        {
            var id = document.Key.Partition;
            tally.Add(new KnownCustomer(id, LedgerMapping.ReadRhythm(document.Body) ?? History.Rebuild(
                await LedgerHistory.LoadAsync(store, new CustomerId(id), cancellation), programs.Programs,
                LedgerMapping.ReadAccount(document.Body).Account.ExpiredThrough).Rhythm!));
            return true;
        }
        catch (Exception e) when (e is not (StoreUnavailableException or OperationCanceledException))
        {
            LogFailed(document.Key.Partition, e);
            return false;
        }
    }

    private async ValueTask<MeasuredDocument?> LastAsync(RunDocument run, int shard, CancellationToken cancellation)
    {
        var pages = await store.PageAsync(
            new PartitionQuery(
                RunKinds.PagesOf(run.Id), InsightKinds.Measure, 1, Descending: true,
                IdFrom: PageDocument.IdOf(shard, 0), IdTo: PageDocument.IdOf(shard + 1, 0)),
            cancellation);
        return pages.Documents is [var last, ..]
            ? InsightJson.Read(last, InsightJson.Default.MeasuredDocument)
            : null;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Run {Run} fitted the models on {Customers} customers and {Rows} past moments")]
    private partial void LogFitted(string run, long customers, int rows);

    [LoggerMessage(Level = LogLevel.Error, Message = "Customer {Customer} could not be measured")]
    private partial void LogFailed(string customer, Exception exception);
}
