using System.Collections.Immutable;
using Pipeline.Domain;
using Pipeline.Runtime.Ports;

namespace Pipeline.Runtime.Campaigns;

/// <summary>What the purchases of one call drew on budgets, over all attempts to commit them.</summary>
internal sealed class BudgetDraws(IDocumentStore store, CustomerId customer)
{
    private readonly Dictionary<(PurchaseId Purchase, string Campaign), (long Wanted, long Granted)> drawn = [];

    public async ValueTask<ImmutableDictionary<string, long>> DrawAsync(
        LedgerCommand.Purchase purchase,
        ImmutableArray<WantedPoints> wanted,
        int programVersion,
        CancellationToken cancellation)
    {
        var granted = ImmutableDictionary.CreateBuilder<string, long>(StringComparer.Ordinal);
        foreach (var one in wanted)
        {
            var key = (purchase.Id, one.Campaign);
            if (!drawn.TryGetValue(key, out var known) || known.Wanted < one.Points)
            {
                var budget = new CampaignBudget(store, one.Campaign, one.Budget, programVersion);
                known = (one.Points, await budget.DrawAsync(
                    customer, purchase.Id, one.Points, purchase.RecordedAt, cancellation));
                drawn[key] = known;
            }

            granted[one.Campaign] = Math.Min(known.Granted, one.Points);
        }

        return granted.ToImmutable();
    }

    /// <summary>
    /// Gives back what the ledger did not use after all, as where another attempt found a cap reached. What cannot be given back
    /// now is left to the sweep.
    /// </summary>
    public async ValueTask SettleAsync(IEnumerable<Decision> decisions, CancellationToken cancellation)
    {
        if (drawn.Count == 0)
            return;
        try
        {
            foreach (var bought in decisions.SelectMany(Purchases))
                foreach (var (key, (_, granted)) in drawn)
                    if (key.Purchase == bought.Purchase && granted > DrawSettlement.UsedBy(bought, key.Campaign))
                        await DrawSettlement.SettleAsync(
                            store, CampaignKinds.DrawOf(key.Campaign, customer, key.Purchase), bought, cancellation);
        }
        catch (StoreUnavailableException)
        {
        }
    }

    private static IEnumerable<Fact.Purchased> Purchases(Decision decision) => decision switch
    {
        Decision.Accepted accepted => accepted.Entries.Select(static entry => entry.Fact).OfType<Fact.Purchased>(),
        Decision.Repeated { Entry.Fact: Fact.Purchased bought } => [bought],
        Decision.Mismatched { Entry.Fact: Fact.Purchased bought } => [bought],
        _ => [],
    };
}
