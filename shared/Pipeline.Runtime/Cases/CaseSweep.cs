using Microsoft.Extensions.Logging;
using Pipeline.Runtime.Cases.Storage;
using Pipeline.Runtime.Ports;

namespace Pipeline.Runtime.Cases;

/// <summary>
/// Escalates the cases that are overdue, and does what a crash left undone. A host runs it now and then; it costs what is
/// due. A case that cannot be worked does not stop the others.
/// </summary>
public sealed partial class CaseSweep(
    IDocumentStore store, CaseDesk desk, TimeProvider clock, ILogger<CaseSweep> logger)
{
    private const int PageSize = 200;

    /// <summary>So many are looked at in one run; the next goes on.</summary>
    private const int CasesMax = 20_000;

    /// <returns>How many were escalated.</returns>
    public async ValueTask<int> RunAsync(CancellationToken cancellation)
    {
        var escalated = 0;
        await foreach (var document in store.DueAsync(CaseKinds.Case, clock.GetUtcNow(), PageSize, CasesMax, cancellation))
            escalated += await SweepAsync(document, cancellation) ? 1 : 0;
        return escalated;
    }

    private async ValueTask<bool> SweepAsync(Document document, CancellationToken cancellation)
    {
        try
        {
            return await desk.SweepAsync(document, cancellation);
        }
        catch (Exception e) when (e is not (StoreUnavailableException or OperationCanceledException))
        {
            LogFailed(document.Key.Id, e);
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Case {Case} could not be swept")]
    private partial void LogFailed(string @case, Exception fault);
}
