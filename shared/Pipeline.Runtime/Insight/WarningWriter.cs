using Pipeline.Domain;
using Pipeline.Runtime.Ports;

namespace Pipeline.Runtime.Insight;

/// <summary>
/// What a night writes of a warning: one that is raised is kept as an open one, with a case for a customer of high value;
/// one that ends moves to the closed ones. Either is told outside.
/// </summary>
public sealed class WarningWriter(IDocumentStore store, WarningCases cases)
{
    /// <param name="before">As it is stored.</param>
    internal async ValueTask AddAsync(
        List<Write> writes, InsightNight night, string customer, PurchaseRhythm rhythm, WarningState? before,
        CustomerInsight now, CustomerSignals signals, CancellationToken cancellation)
    {
        if (now.Warning is not { } warning)
            return;
        if (warning.IsOpen)
            await AddRaisedAsync(writes, night, customer, rhythm, warning, now, signals, cancellation);
        else if (before is { IsOpen: true })
            await AddClosedAsync(writes, night, customer, warning, cancellation);
    }

    private async ValueTask AddRaisedAsync(
        List<Write> writes, InsightNight night, string customer, PurchaseRhythm rhythm, WarningState warning,
        CustomerInsight now, CustomerSignals signals, CancellationToken cancellation)
    {
        if (night.Model is not { Purchases: { Model: var purchases } } model
            || RhythmAt.Of(rhythm, night.Today) is not { } known)
            return;
        var raised = night.Rules.Warnings.Raise(
            warning, known, model.Churn.Score(known, model.Population, purchases, signals.Signals), model.Population,
            now.Value?.YearMinor ?? 0, now.Points.Total, signals.Evidence);
        CaseId? opened = null;
        if (now.IsHighValue && raised.Action != ChurnAction.None
            && await cases.OpenAsync(
                new CustomerId(customer), night.Slot, DateTimeOffset.FromUnixTimeMilliseconds(night.PlannedAtMs),
                ReasonsOf(raised), cancellation) is var (id, write))
        {
            opened = id;
            writes.Add(write);
        }

        var document = InsightMapping.Write(raised, model.Churn.HorizonDays, night.ModelId, opened?.Value);
        writes.Add(new Write.Upsert(
            InsightKinds.OpenWarning, InsightMapping.ModelId(night.Slot), InsightMapping.ToJson(document)));
        writes.Add(InsightMapping.Signal(night.Slot, InsightMapping.Told(
            InsightKinds.WarningRaised, night.PlannedAtMs, document)));
    }

    /// <summary>Nothing where staff ended it: then it is among the closed ones already.</summary>
    private async ValueTask AddClosedAsync(
        List<Write> writes, InsightNight night, string customer, WarningState warning, CancellationToken cancellation)
    {
        var id = InsightMapping.ModelId(DateOnly.FromDayNumber(warning.OpenedOn));
        if (await store.ReadAsync(new DocumentKey(customer, InsightKinds.OpenWarning, id), cancellation) is not { } open)
            return;
        var closed = InsightJson.Read(open, InsightJson.Default.WarningDocument).Closed(
            night.Slot, InsightMapping.Kebab(warning.Outcome!.Value.ToString()));
        // At its version: staff may be ending it at this moment.
        writes.Add(new Write.Delete(InsightKinds.OpenWarning, id, open.Version));
        writes.Add(new Write.Upsert(InsightKinds.ClosedWarning, id, InsightMapping.ToJson(closed)));
        writes.Add(InsightMapping.Signal(night.Slot, InsightMapping.Told(
            InsightKinds.WarningClosed, night.PlannedAtMs, closed)));
    }

    private static IEnumerable<string> ReasonsOf(ChurnWarning warning) =>
    [
        "A customer of high value seems to leave.",
        $"Cause: {InsightMapping.Kebab(warning.Cause.ToString())}; recommended: {InsightMapping.Kebab(warning.Action.ToString())}.",
    ];
}
