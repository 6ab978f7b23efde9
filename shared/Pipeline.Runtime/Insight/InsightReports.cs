using System.Text.Json;
using Pipeline.Domain;
using Pipeline.Runtime.Loyalty;
using Pipeline.Runtime.Nightly;
using Pipeline.Runtime.Ports;
using Pipeline.Runtime.Satisfaction;

namespace Pipeline.Runtime.Insight;

/// <summary>Keeps the counts over all customers, and what each night reported of them.</summary>
public sealed class InsightReports(IDocumentStore store, SatisfactionReports satisfaction)
{
    private static readonly DocumentKey Totals = new(
        InsightKinds.Partition, InsightKinds.Totals, InsightKinds.TotalsId);

    /// <summary>
    /// Applies what a night changed to the counts and writes its report, both in one commit, so that a night is applied once
    /// however often it is asked.
    /// </summary>
    internal async ValueTask ApplyAsync(RunDocument run, PartialDocument total, CancellationToken cancellation)
    {
        var id = InsightMapping.ModelId(run.Slot);
        for (var attempt = 0; attempt < LedgerCoordinator.AttemptsMax; attempt++)
        {
            if (await store.ReadAsync(KeyOf(id), cancellation) is not null)
                return;
            var before = await store.ReadAsync(Totals, cancellation);
            var counters = before is null
                ? new SortedDictionary<string, long>(StringComparer.Ordinal)
                : new(InsightJson.Read(before, InsightJson.Default.TotalsDocument).Counters, StringComparer.Ordinal);
            Domain.InsightCounters.Add(counters, total.Changes ?? []);
            var body = JsonSerializer.SerializeToUtf8Bytes(
                new TotalsDocument { Counters = counters }, InsightJson.Default.TotalsDocument);
            var report = JsonSerializer.SerializeToUtf8Bytes(
                new ReportDocument
                {
                    Slot = run.Slot,
                    Model = run.Model,
                    Totals = counters,
                    Changes = total.Changes ?? [],
                    Moves = total.Moves ?? [],
                    Satisfaction = await SatisfactionAsync(run.Slot, cancellation),
                    Scored = total.Scored,
                    Changed = total.Changed,
                },
                InsightJson.Default.ReportDocument);
            var done = await store.CommitAsync(
                InsightKinds.Partition,
                [
                    new Write.Create(InsightKinds.Report, id, report),
                    before is null
                        ? new Write.Create(InsightKinds.Totals, InsightKinds.TotalsId, body)
                        : new Write.Replace(InsightKinds.Totals, InsightKinds.TotalsId, before.Version, body),
                ],
                cancellation);
            if (done.Committed)
                return;
        }

        throw new ContendedException(InsightKinds.Partition, LedgerCoordinator.AttemptsMax);
    }

    /// <summary>The report of a day, or the latest; null: there is none.</summary>
    internal async ValueTask<ReportDocument?> ReadAsync(DateOnly? day, CancellationToken cancellation)
    {
        Document? found;
        if (day is { } slot)
        {
            found = await store.ReadAsync(KeyOf(InsightMapping.ModelId(slot)), cancellation);
        }
        else
        {
            var page = await store.PageAsync(
                new PartitionQuery(InsightKinds.Partition, InsightKinds.Report, 1, Descending: true), cancellation);
            found = page.Documents is [var latest, ..] ? latest : null;
        }

        return found is null ? null : InsightJson.Read(found, InsightJson.Default.ReportDocument);
    }

    /// <summary>Of the days that end with the one before the night, so that what is answered meanwhile changes nothing.</summary>
    private async ValueTask<SatisfactionRow[]> SatisfactionAsync(DateOnly slot, CancellationToken cancellation)
    {
        var last = slot.AddDays(-1);
        var dated = await satisfaction.ReadAsync(
            last.AddDays(1 - SatisfactionReports.DaysDefault), last, ReportBy.Nothing, cancellation);
        return
        [
            .. dated.Report.Groups
                .SelectMany(static group => (Metric[])[group.Nps, group.Csat, group.Ces, group.Sentiment])
                .Select(static metric => new SatisfactionRow(metric.Definition, metric.Value, metric.N, metric.Low, metric.High)),
        ];
    }

    private static DocumentKey KeyOf(string id) => new(InsightKinds.Partition, InsightKinds.Report, id);
}
