using Microsoft.Extensions.Logging;
using Pipeline.Runtime.Loyalty;
using Pipeline.Runtime.Ports;
using Pipeline.Runtime.Rewards.Storage;

namespace Pipeline.Runtime.Rewards;

/// <summary>
/// Ends what is due: reservations that nobody came for, codes whose time is over, and what a crash left taken from stocks
/// and pools. A host runs it every few minutes; it costs what is due. One that cannot be worked does not stop the others.
/// </summary>
public sealed partial class RewardSweep
{
    private const int PageSize = 200;

    /// <summary>So many of a kind are looked at in one run; the next goes on.</summary>
    private const int DocumentsMax = 20_000;

    private readonly IDocumentStore store;
    private readonly RedemptionDesk desk;
    private readonly RewardDraws draws;
    private readonly IProgramSource programs;
    private readonly TimeProvider clock;
    private readonly ILogger<RewardSweep> logger;

    internal RewardSweep(
        IDocumentStore store, RedemptionDesk desk, RewardDraws draws, IProgramSource programs, TimeProvider clock,
        ILogger<RewardSweep> logger) =>
        (this.store, this.desk, this.draws, this.programs, this.clock, this.logger) =
        (store, desk, draws, programs, clock, logger);

    /// <returns>How many redemptions have expired.</returns>
    public async ValueTask<int> RunAsync(CancellationToken cancellation)
    {
        var expired = await RunAsync(
            RewardKinds.Redemption, async due => await desk.SweepAsync(due, cancellation), cancellation);
        foreach (var kind in (string[])[RewardKinds.Draw, RewardKinds.PoolClaim])
            await RunAsync(kind, async due =>
            {
                await draws.SweepAsync(due, programs.Programs, cancellation);
                return false;
            }, cancellation);
        return expired;
    }

    private async ValueTask<int> RunAsync(
        string kind, Func<Document, ValueTask<bool>> sweep, CancellationToken cancellation)
    {
        var done = 0;
        await foreach (var document in store.DueAsync(kind, clock.GetUtcNow(), PageSize, DocumentsMax, cancellation))
            done += await SweepAsync(document, sweep) ? 1 : 0;
        return done;
    }

    private async ValueTask<bool> SweepAsync(Document document, Func<Document, ValueTask<bool>> sweep)
    {
        try
        {
            return await sweep(document);
        }
        catch (Exception e) when (e is not (StoreUnavailableException or OperationCanceledException))
        {
            LogFailed(document.Key.Kind, document.Key.Id, e);
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Kind} {Id} could not be swept")]
    private partial void LogFailed(string kind, string id, Exception fault);
}
