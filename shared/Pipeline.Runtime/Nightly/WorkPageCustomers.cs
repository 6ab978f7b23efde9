using Microsoft.Extensions.Logging;
using Pipeline.Domain;
using Pipeline.Runtime.Insight;
using Pipeline.Runtime.Loyalty;
using Pipeline.Runtime.Ports;

namespace Pipeline.Runtime.Nightly;

/// <summary>
/// Works the customers of a page in steps: while what one step has found is on its way to the store, the next one looks.
/// </summary>
public sealed partial class WorkPageCustomers(
    IDocumentStore store, IWorkQueue queue, WorkCustomer customers, ILogger<WorkPageCustomers> logger)
{
    private const int CustomersAtOnce = 64;

    /// <summary>Enough of them to share COMMITs, few enough to hold what is found of them.</summary>
    private const int CustomersPerStep = 250;

    /// <param name="accounts">As they were just read; null where the page was planned earlier, and may be half done.</param>
    internal async ValueTask<PartialDocument> RunAsync(
        RunDocument run, string[] ids, IReadOnlyList<Document>? accounts, CancellationToken cancellation)
    {
        var night = await customers.NightAsync(run, cancellation);
        var counters = new PageCounters();
        var done = PartialDocument.Nothing;
        var keeping = Task.FromResult(PartialDocument.Nothing);
        try
        {
            for (var from = 0; from < ids.Length; from += CustomersPerStep)
            {
                var worked = await LookAsync(
                    run, night, ids[from..Math.Min(from + CustomersPerStep, ids.Length)], from, accounts, counters,
                    cancellation);
                done = done.Plus(Sum(worked)).Plus(await keeping);
                keeping = KeepAsync(run, night, worked, counters, cancellation);
            }

            return done.Plus(await keeping).With(counters);
        }
        finally
        {
            // Nothing of a page that failed is still being written when it is worked again.
            await ((Task)keeping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async ValueTask<WorkedCustomer[]> LookAsync(
        RunDocument run, InsightNight night, string[] step, int from, IReadOnlyList<Document>? accounts,
        PageCounters counters, CancellationToken cancellation)
    {
        var told = accounts is null ? null : await customers.ToldAsync(step, cancellation);
        return await AllAsync(
            run, step,
            (i, token) => customers.RunAsync(
                run, night, new CustomerId(step[i]), accounts?[from + i], told?[i], counters, token),
            cancellation);
    }

    /// <summary>Writes what was found, together: each by itself would wait for a COMMIT of its own.</summary>
    private async Task<PartialDocument> KeepAsync(
        RunDocument run, InsightNight night, WorkedCustomer[] worked, PageCounters counters, CancellationToken cancellation)
    {
        ScoredCustomer[] found = [.. worked.Where(static one => one.Scored is not null).Select(static one => one.Scored!)];
        var left = await KeepTogetherAsync(found, counters, cancellation);
        return Sum(await AllAsync(
            run, Array.ConvertAll(left, static one => one.Customer),
            async (i, token) =>
            {
                await customers.KeepAsync(night, left[i], counters, token);
                return new WorkedCustomer(PartialDocument.Nothing, null);
            },
            cancellation));
    }

    /// <returns>Those who were not written, since others wrote them meanwhile or since one of all cannot be.</returns>
    private async ValueTask<ScoredCustomer[]> KeepTogetherAsync(
        ScoredCustomer[] found, PageCounters counters, CancellationToken cancellation)
    {
        IReadOnlyList<CommitResult> results;
        try
        {
            results = await store.CommitManyAsync(
                Array.ConvertAll(found, static one => new PartitionCommit(one.Customer, one.Writes)), cancellation);
        }
        catch (Exception e) when (IsOfOneCustomer(e))
        {
            return found;
        }

        var left = new List<ScoredCustomer>();
        for (var i = 0; i < found.Length; i++)
        {
            if (results[i].Committed)
                counters.Add(found[i].Before, found[i].Now);
            else
                left.Add(found[i]);
        }

        return [.. left];
    }

    private async ValueTask<WorkedCustomer[]> AllAsync(
        RunDocument run, string[] ids, Func<int, CancellationToken, ValueTask<WorkedCustomer>> work,
        CancellationToken cancellation)
    {
        var worked = new WorkedCustomer[ids.Length];
        await Parallel.ForAsync(
            0,
            ids.Length,
            new ParallelOptions { MaxDegreeOfParallelism = CustomersAtOnce, CancellationToken = cancellation },
            async (i, token) => worked[i] = await TryAsync(run, ids[i], i, work, token));
        return worked;
    }

    /// <summary>
    /// A customer who cannot be worked does not stop the night: they get a message of their own, which ends in the dead letters
    /// with its reason where it goes on failing.
    /// </summary>
    private async ValueTask<WorkedCustomer> TryAsync(
        RunDocument run, string customer, int index, Func<int, CancellationToken, ValueTask<WorkedCustomer>> work,
        CancellationToken cancellation)
    {
        try
        {
            return await work(index, cancellation);
        }
        catch (Exception e) when (IsOfOneCustomer(e))
        {
            LogFailed(customer, run.Id, e);
            await queue.SendAsync(
                QueueNames.Nightly, new PageMessage(run.Id, 0, 0, null, customer).ToQueue(), cancellation);
            return new WorkedCustomer(new PartialDocument { Failed = 1 }, null);
        }
    }

    private static PartialDocument Sum(WorkedCustomer[] worked) =>
        worked.Where(static one => one.Done != PartialDocument.Nothing)
            .Aggregate(PartialDocument.Nothing, static (sum, one) => sum.Plus(one.Done));

    private static bool IsOfOneCustomer(Exception e) =>
        e is not (StoreUnavailableException or ContendedException or OperationCanceledException);

    [LoggerMessage(Level = LogLevel.Error, Message = "Customer {Customer} could not be worked in run {Run}")]
    private partial void LogFailed(string customer, string run, Exception exception);
}
