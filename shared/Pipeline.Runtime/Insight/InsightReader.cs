using Pipeline.Domain;
using Pipeline.Runtime.Loyalty;
using Pipeline.Runtime.Loyalty.Storage;
using Pipeline.Runtime.Ports;

namespace Pipeline.Runtime.Insight;

/// <summary>What the last night knew of a customer.</summary>
/// <param name="AsOf">The start of this day: what came since is not seen.</param>
/// <param name="Since">The slot since which the stage holds.</param>
/// <param name="Reason">Why it does.</param>
/// <param name="Churn">Explained; null where nothing could be scored.</param>
public sealed record CustomerInsightView(
    DateOnly AsOf, CustomerInsight Insight, DateOnly Since, string Reason, string? Model, int HorizonDays,
    ChurnScore? Churn);

/// <summary>A night's report: counts over all customers, and what the night changed of them.</summary>
/// <param name="Model">What scored; null: there was none yet.</param>
public sealed record InsightReport(
    DateOnly Slot,
    string? ModelId,
    InsightModel? Model,
    IReadOnlyDictionary<string, long> Totals,
    IReadOnlyDictionary<string, long> Changes,
    IReadOnlyDictionary<string, long> Moves,
    long Scored,
    long Changed)
{
    /// <summary>Of the days before the night.</summary>
    public IReadOnlyList<Metric> Satisfaction { get; init; } = [];
}

/// <summary>Reads what the nights found out.</summary>
public sealed class InsightReader(
    IDocumentStore store, IProgramSource programs, InsightModels models, InsightReports reports, SignalReader signals)
{
    /// <summary>Null: no night has looked at the customer.</summary>
    public async ValueTask<CustomerInsightView?> CustomerAsync(CustomerId customer, CancellationToken cancellation)
    {
        var document = await store.ReadAsync(InsightKinds.InsightOf(customer.Value), cancellation);
        if (document is null)
            return null;
        var stored = InsightJson.ReadInsight(document);
        var insight = InsightMapping.Read(stored.Now);
        var model = await models.ReadAsync(stored.Model, cancellation);
        var churn = insight.Churn is not null && model is { Purchases: { Model: var purchases } }
            && await SeenAsync(customer, DateOnly.FromDayNumber(stored.Slot), cancellation) is var (rhythm, beside)
                ? model.Churn.Score(rhythm, model.Population, purchases, beside)
                : null;
        return new CustomerInsightView(
            DateOnly.FromDayNumber(stored.Slot), insight, DateOnly.FromDayNumber(stored.Since), stored.Why ?? "",
            stored.Model, model?.Churn.HorizonDays ?? 0, churn);
    }

    /// <summary>The report of a day, or the latest; null: there is none.</summary>
    public async ValueTask<InsightReport?> ReportAsync(DateOnly? day, CancellationToken cancellation)
    {
        if (await reports.ReadAsync(day, cancellation) is not { } stored)
            return null;
        var model = await models.ReadAsync(stored.Model, cancellation);
        return new InsightReport(
            stored.Slot, stored.Model, model, stored.Totals, stored.Changes, stored.Moves, stored.Scored, stored.Changed)
        {
            Satisfaction = [.. (stored.Satisfaction ?? []).Select(static row =>
                new Metric(row.Definition, row.Value, row.N, 0, row.Low, row.High))],
        };
    }

    /// <summary>As the night saw it: a purchase since then explains nothing that it said.</summary>
    private async ValueTask<(RhythmAt Rhythm, ChurnSignals Beside)?> SeenAsync(
        CustomerId customer, DateOnly slot, CancellationToken cancellation)
    {
        var document = await store.ReadAsync(LedgerKinds.AccountOf(customer), cancellation);
        if (document is null)
            return null;
        var (account, _) = LedgerMapping.ReadAccount(document.Body);
        if (account.Rhythm is not { } rhythm || RhythmAt.Of(rhythm, slot.DayNumber) is not { } known)
            return null;
        var found = await signals.ReadAsync(
            customer, account, rhythm, programs.Current.StartOfDay(slot), slot.DayNumber, cancellation);
        return (known, found.Signals.Signals);
    }
}
