using Pipeline.Domain;
using Pipeline.Runtime.Loyalty;
using Pipeline.Runtime.Ports;

namespace Pipeline.Runtime.Campaigns;

/// <summary>What a budget has given and has left.</summary>
/// <param name="Purchases">That drew any of it.</param>
public readonly record struct BudgetState(long Budget, long Issued, long Left, long Purchases);

/// <summary>
/// A campaign's budget in sixteen parts, without a lock: a customer draws on the part of their hash, and where that is short on
/// the others, all in one commit of one partition. So no race, no crash and no repetition gives more than there is.
/// </summary>
/// <remarks>
/// A draw is made before the purchase is committed, is kept under the purchase's key, and only grows until then: who works the
/// purchase again after a crash finds it. Points that the ledger did not use go back once its entry says so
/// (<see cref="CampaignSweep"/>).
/// </remarks>
internal sealed class CampaignBudget(IDocumentStore store, string campaign, long budget, int programVersion)
{
    /// <summary>Near its end all writers meet on the parts that have something left; one of them wins each round.</summary>
    private const int AttemptsMax = 256;

    private static readonly TimeSpan SettledWithin = TimeSpan.FromHours(1);

    private readonly string partition = CampaignKinds.PartitionOf(campaign);

    /// <summary>Draws up to so many points for a purchase, or finds what was drawn for it before.</summary>
    /// <param name="recordedAt">Of the purchase; some time later the draw is compared with the ledger.</param>
    /// <exception cref="ContendedException">Others wrote at every attempt.</exception>
    public async ValueTask<long> DrawAsync(
        CustomerId customer, PurchaseId purchase, long wanted, DateTimeOffset recordedAt, CancellationToken cancellation)
    {
        var key = CampaignKinds.DrawOf(campaign, customer, purchase);
        var first = CampaignKinds.PartOf(customer);
        Document? known = null;
        for (var attempt = 0; attempt < AttemptsMax; attempt++)
        {
            var before = known is null ? null : DrawDocument.Read(known);
            if (before is not null && before.Wanted >= wanted)
                return Math.Min(before.Granted, wanted);
            var more = wanted - (before?.Granted ?? 0);
            if (await PartsForAsync(first, more, cancellation) is not { } parts)
                continue;
            var taken = parts.Take(first, more, isFirst: before is not { Granted: > 0 });
            if (taken == 0)
            {
                // Nothing is left: all that there can be is what the purchase drew before.
                if (before is not null || await store.ReadAsync(key, cancellation) is not { } drawn)
                    return before?.Granted ?? 0;
                known = drawn;
                continue;
            }

            var draw = new DrawDocument
            {
                Customer = customer.Value,
                Purchase = purchase.Value,
                Wanted = wanted,
                Granted = wanted - more + taken,
            };
            var due = recordedAt + SettledWithin;
            Write kept = known is null
                ? new Write.Create(key.Kind, key.Id, draw.Write(), due)
                : new Write.Replace(key.Kind, key.Id, known.Version, draw.Write(), due);
            var result = await store.CommitAsync(partition, [kept, .. parts.Writes()], cancellation);
            if (result.Committed)
                return draw.Granted;
            if (known is not null || result.Results[0].Status == WriteStatus.Conflict)
                known = await store.ReadAsync(key, cancellation);
        }

        throw new ContendedException(partition, AttemptsMax);
    }

    /// <summary>How many of so many points a draw would be given now.</summary>
    public async ValueTask<long> PeekAsync(long wanted, CancellationToken cancellation) =>
        Math.Min(wanted, (await StateAsync(cancellation)).Left);

    public async ValueTask<BudgetState> StateAsync(CancellationToken cancellation)
    {
        var parts = await BudgetParts.LoadAsync(store, campaign, cancellation);
        // Parts that the next draw will spread anew, or make, have left what they will then have.
        var left = !parts.IsEmpty && parts.IsOf(budget, programVersion) ? parts.Left : Math.Max(0, budget - parts.Drawn);
        return new BudgetState(budget, parts.Drawn, left, parts.Purchases);
    }

    /// <summary>The part alone where it has enough, else all; null: look again, others have written.</summary>
    private async ValueTask<BudgetParts?> PartsForAsync(int first, long more, CancellationToken cancellation)
    {
        var own = await store.ReadAsync(CampaignKinds.AllowanceOf(campaign, first), cancellation);
        var parts = BudgetParts.Of(own);
        if (!parts.IsEmpty && parts.IsOf(budget, programVersion) && parts.Left >= more)
            return parts;
        parts = await BudgetParts.LoadAsync(store, campaign, cancellation);
        if (!parts.IsEmpty && parts.IsOf(budget, programVersion))
            return parts;
        await store.CommitAsync(partition, parts.Spread(budget, programVersion), cancellation);
        return null;
    }
}
