using Pipeline.Domain;
using Pipeline.Runtime.Loyalty;
using Pipeline.Runtime.Loyalty.Storage;
using Pipeline.Runtime.Ports;
using Pipeline.Runtime.Satisfaction;
using Pipeline.Runtime.Tiers;

namespace Pipeline.Runtime.Insight;

/// <summary>How a customer stands: stage and value as the last night saw them, the level as it is.</summary>
internal sealed class InsightStandings(IDocumentStore store, IProgramSource programs, TimeProvider clock) : IStandingSource
{
    public async ValueTask<Standing> OfAsync(CustomerId customer, CancellationToken cancellation)
    {
        var tier = await TierAsync(customer, cancellation) ?? Standing.NoTier;
        var document = await store.ReadAsync(InsightKinds.InsightOf(customer.Value), cancellation);
        if (document is null)
            return Standing.Unknown with { Tier = tier };
        var insight = InsightMapping.Read(InsightJson.ReadInsight(document).Now);
        return new Standing(tier, InsightCounters.NameOf(insight.Stage), insight.IsHighValue);
    }

    /// <summary>Null: the program has no tiers, or the customer no account.</summary>
    private async ValueTask<string?> TierAsync(CustomerId customer, CancellationToken cancellation)
    {
        var program = programs.Current;
        if (program.Tiers is null
            || await store.ReadAsync(LedgerKinds.AccountOf(customer), cancellation) is not { } document)
        {
            return null;
        }

        var level = await TierCounts.LevelAsync(
            store, programs.Programs, program, customer, LedgerMapping.ReadAccount(document.Body).Account,
            program.DayOf(clock.GetUtcNow()), cancellation);
        return level?.Name;
    }
}
