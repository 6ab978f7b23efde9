using Pipeline.Domain;
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
    long Changed);

/// <summary>Reads what the nights found out.</summary>
public sealed class InsightReader(IDocumentStore store, InsightModels models, InsightReports reports)
{
    /// <summary>Null: no night has looked at the customer.</summary>
    public async ValueTask<CustomerInsightView?> CustomerAsync(CustomerId customer, CancellationToken cancellation)
    {
        var document = await store.ReadAsync(InsightKinds.InsightOf(customer.Value), cancellation);
        if (document is null)
            return null;
        var stored = InsightJson.Read(document, InsightJson.Default.InsightDocument);
        var insight = InsightMapping.Read(stored.Now);
        var model = await models.ReadAsync(stored.Model, cancellation);
        var churn = insight.Churn is not null && model is { Purchases: { Model: var purchases } }
            && await RhythmAsync(customer, stored.Slot, cancellation) is { } rhythm
                ? model.Churn.Score(rhythm, model.Population, purchases)
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
            stored.Slot, stored.Model, model, stored.Totals, stored.Changes, stored.Moves, stored.Scored, stored.Changed);
    }

    /// <summary>As the night saw it: a purchase since then explains nothing that it said.</summary>
    private async ValueTask<RhythmAt?> RhythmAsync(CustomerId customer, int today, CancellationToken cancellation)
    {
        var account = await store.ReadAsync(LedgerKinds.AccountOf(customer), cancellation);
        return account is not null && LedgerMapping.ReadAccount(account.Body).Account.Rhythm is { } rhythm
            ? RhythmAt.Of(rhythm, today)
            : null;
    }
}
