using Microsoft.Extensions.Logging;
using Pipeline.Domain;
using Pipeline.Runtime.Loyalty.Storage;
using Pipeline.Runtime.Ports;

namespace Pipeline.Runtime.Campaigns;

/// <summary>
/// Compares draws on budgets with the ledger and ends them: what a crash left drawn and unused goes back. A host runs it now
/// and then; it costs what is due.
/// </summary>
public sealed partial class CampaignSweep(IDocumentStore store, TimeProvider clock, ILogger<CampaignSweep> logger)
{
    private const int PageSize = 200;

    /// <summary>So many are looked at in one run; the next goes on.</summary>
    private const int DrawsMax = 20_000;

    /// <summary>
    /// A purchase whose draw is due may be being worked at this moment. No worker takes a day for it; after that the purchase is
    /// a dead letter, and draws again when it is replayed.
    /// </summary>
    private static readonly TimeSpan LateFor = TimeSpan.FromDays(1);

    /// <returns>How many draws were ended.</returns>
    public async ValueTask<int> RunAsync(CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var ended = 0;
        await foreach (var document in store.DueAsync(CampaignKinds.Draw, now, PageSize, DrawsMax, cancellation))
            ended += await SweepAsync(document, now, cancellation) ? 1 : 0;
        return ended;
    }

    private async ValueTask<bool> SweepAsync(Document document, DateTimeOffset now, CancellationToken cancellation)
    {
        try
        {
            var draw = DrawDocument.Read(document);
            var entry = await store.ReadAsync(
                LedgerKinds.EntryOf(new CustomerId(draw.Customer), EntryIds.Purchase(draw.Purchase)), cancellation);
            if (entry is not null && LedgerMapping.ReadEntry(entry).Fact is Fact.Purchased bought)
            {
                var used = DrawSettlement.UsedBy(bought, CampaignKinds.CampaignOf(document.Key.Partition));
                return await DrawSettlement.TryEndAsync(store, document, used, cancellation);
            }

            if (draw.IsLate)
                return await DrawSettlement.TryEndAsync(store, document, used: 0, cancellation);
            draw.IsLate = true;
            await store.CommitAsync(
                document.Key.Partition,
                [new Write.Replace(document.Key.Kind, document.Key.Id, document.Version, draw.Write(), now + LateFor)],
                cancellation);
            return false;
        }
        catch (Exception e) when (e is not (StoreUnavailableException or OperationCanceledException))
        {
            LogFailed(document.Key.Partition, e);
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A draw of {Campaign} could not be compared with the ledger")]
    private partial void LogFailed(string campaign, Exception fault);
}
