using System.Text.Json;
using Microsoft.Extensions.Logging;
using Pipeline.Domain;
using Pipeline.Runtime.Insight;
using Pipeline.Runtime.Loyalty;
using Pipeline.Runtime.Loyalty.Storage;
using Pipeline.Runtime.Members;
using Pipeline.Runtime.Ports;
using Pipeline.Runtime.Tiers;
using Pipeline.Runtime.Work;

namespace Pipeline.Runtime.Nightly;

/// <summary>
/// Works one page of a nightly run: plan the page, expire and score its customers, write the partial, send the next page;
/// the last page of all adds the partials up. A night that fits models measures all customers first, in pages of their own.
/// Every step may be repeated.
/// </summary>
public sealed partial class WorkNightlyPage(
    IDocumentStore store,
    IWorkQueue queue,
    LedgerCoordinator coordinator,
    MeasureCustomers measure,
    InsightModels models,
    ScoreCustomer score,
    MemberNight members,
    TellCustomer tell,
    InsightReports reports,
    InsightOptions insight,
    TimeProvider clock,
    ILogger<WorkNightlyPage> logger) : ISessionHandler
{
    public const int CustomersPerPage = StoreLimits.PageDocumentsMax;
    private const int CustomersAtOnce = 64;

    /// <summary>Around every <see cref="EntryIds.Expiry"/>.</summary>
    private const string ExpiryIdsFrom = "expiry:";
    private const string ExpiryIdsTo = "expiry;";

    private static readonly PartialDocument Nothing = new();

    public string Queue => QueueNames.Nightly;

    /// <summary>Tests take small pages, to have many of them.</summary>
    internal int PageSize { get; init; } = CustomersPerPage;

    public async ValueTask<IReadOnlyList<Settlement>> HandleAsync(
        string session, IReadOnlyList<DeliveredMessage> messages, CancellationToken cancellation)
    {
        var settlements = new List<Settlement>(messages.Count);
        foreach (var message in messages)
            settlements.Add(await WorkAsync(message, cancellation));
        return settlements;
    }

    private async ValueTask<Settlement> WorkAsync(DeliveredMessage message, CancellationToken cancellation)
    {
        PageMessage? page;
        try
        {
            page = JsonSerializer.Deserialize(message.Message.Body.Span, RunJson.Default.PageMessage);
        }
        catch (JsonException e)
        {
            return new Settlement.DeadLetter(message.Sequence, "malformed", e.Message);
        }

        if (page is not { RunId: not null, Shard: >= 0, Page: >= 0 }
            || (page.Customer is { } named && !IdForm.IsValid(named)))
        {
            return new Settlement.DeadLetter(message.Sequence, "malformed", "The body names no page of a run.");
        }

        var document = await store.ReadAsync(
            new DocumentKey(RunKinds.Partition, RunKinds.Run, page.RunId), cancellation);
        if (document is null)
            return new Settlement.DeadLetter(message.Sequence, "unknown-run", "No run document has this id.");
        var run = RunJson.ReadRun(document);
        if (page.Customer is { } customer)
            await TryAgainAsync(run, new CustomerId(customer), cancellation);
        else if (run.Report is null && page.Measures)
            await MeasureAsync(run, page, cancellation);
        else if (run.Report is null)
            await WorkAsync(run, document.Version, page, cancellation);
        return new Settlement.Complete(message.Sequence);
    }

    private async ValueTask MeasureAsync(RunDocument run, PageMessage message, CancellationToken cancellation)
    {
        var next = await measure.PageAsync(run, message.Shard, message.Page, message.After, cancellation);
        if (next is not null)
            await queue.SendAsync(
                QueueNames.Nightly, (message with { Page = message.Page + 1, After = next }).ToQueue(), cancellation);
        else if (await measure.FitAsync(run, cancellation))
            for (var shard = 0; shard < run.Shards; shard++)
                await queue.SendAsync(QueueNames.Nightly, PageMessage.First(run, shard).ToQueue(), cancellation);
    }

    /// <summary>
    /// What is lapsed is written down. The scores are only tried, so that a customer who cannot be scored ends in the dead
    /// letters: the night may be over, and the next one counts them.
    /// </summary>
    private async ValueTask TryAgainAsync(RunDocument run, CustomerId customer, CancellationToken cancellation)
    {
        await members.RunAsync(customer, null, At(run.CutMs), At(run.PlannedAtMs), cancellation);
        await ExpireCustomerAsync(run, customer, account: null, cancellation);
        await tell.RunAsync(run, customer, known: null, cancellation);
        if (insight.IsOn)
            await score.TryAsync(await NightAsync(run, cancellation), customer.Value, cancellation);
    }

    private async ValueTask<InsightNight> NightAsync(RunDocument run, CancellationToken cancellation) => new(
        run.Slot, DateTimeOffset.FromUnixTimeMilliseconds(run.CutMs), run.PlannedAtMs, run.Model,
        await models.ReadAsync(run.Model, cancellation), InsightRules.Default);

    private async ValueTask WorkAsync(
        RunDocument run, string version, PageMessage message, CancellationToken cancellation)
    {
        var (page, accounts) = await PlanAsync(run, message, cancellation);
        if (!page.IsWorked)
        {
            page = page.Worked(await WorkAsync(run, page.Customers, accounts, cancellation));
            await store.CommitAsync(
                RunKinds.PagesOf(run.Id),
                [new Write.Upsert(RunKinds.Page, PageDocument.IdOf(message.Shard, message.Page), RunJson.Write(page))],
                cancellation);
        }

        if (page.Next is { } next)
            await queue.SendAsync(
                QueueNames.Nightly,
                (message with { Page = message.Page + 1, After = next }).ToQueue(),
                cancellation);
        else
            await ReduceAsync(run, version, cancellation);
    }

    /// <summary>The page, and, where it is planned only now, the accounts as they were just read.</summary>
    private async ValueTask<(PageDocument Page, IReadOnlyList<Document>? Accounts)> PlanAsync(
        RunDocument run, PageMessage message, CancellationToken cancellation)
    {
        var id = PageDocument.IdOf(message.Shard, message.Page);
        var key = new DocumentKey(RunKinds.PagesOf(run.Id), RunKinds.Page, id);
        if (await store.ReadAsync(key, cancellation) is { } planned)
            return (RunJson.ReadPage(planned), null);

        var due = await store.ScanAsync(
            new ScanQuery(message.Shard, LedgerKinds.Account, PageSize, message.After,
                run.Fits ? null : DateTimeOffset.FromUnixTimeMilliseconds(run.CutMs)),
            cancellation);
        var page = new PageDocument
        {
            Customers = [.. due.Documents.Select(document => document.Key.Partition)],
            Next = due.Cursor,
        };
        var created = await store.CommitAsync(
            key.Partition, [new Write.Create(RunKinds.Page, id, RunJson.Write(page))], cancellation);
        if (created.Committed)
            return (page, due.Documents);
        var other = await store.ReadAsync(key, cancellation)
            ?? throw new InvalidDataException($"Page {id} of {run.Id} is neither free nor there.");
        return (RunJson.ReadPage(other), null);
    }

    private async ValueTask<PartialDocument> WorkAsync(
        RunDocument run, string[] customers, IReadOnlyList<Document>? accounts, CancellationToken cancellation)
    {
        var night = await NightAsync(run, cancellation);
        var counters = new PageCounters();
        var partials = new PartialDocument[customers.Length];
        await Parallel.ForAsync(
            0,
            customers.Length,
            new ParallelOptions { MaxDegreeOfParallelism = CustomersAtOnce, CancellationToken = cancellation },
            async (i, token) =>
                partials[i] = await WorkAsync(
                    run, night, new CustomerId(customers[i]), accounts?[i], counters, token));
        return partials.Aggregate(new PartialDocument(), (sum, partial) => sum.Plus(partial)).With(counters);
    }

    /// <summary>
    /// Writes down what has lapsed, and scores. A customer who cannot be worked does not stop the night: they get a message of their
    /// own, which ends in the dead letters with its reason where it goes on failing.
    /// </summary>
    /// <param name="document">The account as just read; null where the page was planned earlier, and may be half done.</param>
    private async ValueTask<PartialDocument> WorkAsync(
        RunDocument run, InsightNight night, CustomerId customer, Document? document, PageCounters counters,
        CancellationToken cancellation)
    {
        try
        {
            var partial = Nothing;
            var account = StoredAccount.Of(document);
            if (await members.RunAsync(customer, account, night.Cut, At(run.PlannedAtMs), cancellation))
                (document, account) = (null, null); // it has changed
            if (account is null || account.Account.DueAt <= night.Cut)
            {
                var written = await ExpireCustomerAsync(run, customer, document, cancellation);
                // Read back unless all of it was written just now, so that a page that is done again counts the same.
                partial = account is not null && written is not null ? PartialOf(written.Entries)
                    : await WrittenAsync(run, customer, cancellation);
                if (partial.Lots > 0)
                    account = null; // it has changed
            }

            account = await tell.RunAsync(run, customer, account, cancellation);
            if (insight.IsOn)
                await score.RunAsync(night, customer.Value, account, counters, cancellation);
            return partial;
        }
        catch (Exception e) when (e is not (StoreUnavailableException or ContendedException or OperationCanceledException))
        {
            LogFailed(customer.Value, run.Id, e);
            await queue.SendAsync(
                QueueNames.Nightly, new PageMessage(run.Id, 0, 0, null, customer.Value).ToQueue(), cancellation);
            return new PartialDocument { Failed = 1 };
        }
    }

    /// <summary>What was written, where one command wrote all of it; else null.</summary>
    private async ValueTask<Decision.Accepted?> ExpireCustomerAsync(
        RunDocument run, CustomerId customer, Document? account, CancellationToken cancellation)
    {
        var command = new LedgerCommand.Expire(
            DateTimeOffset.FromUnixTimeMilliseconds(run.CutMs),
            DateTimeOffset.FromUnixTimeMilliseconds(run.PlannedAtMs));
        var first = await coordinator.DecideAsync(customer, command, account, cancellation) as Decision.Accepted;
        if (first is null || IsAll(first))
            return first;
        while (await coordinator.DecideAsync(customer, command, cancellation) is Decision.Accepted next && !IsAll(next))
            continue;
        return null;
    }

    private static DateTimeOffset At(long ms) => DateTimeOffset.FromUnixTimeMilliseconds(ms);

    private static bool IsAll(Decision.Accepted accepted) => accepted.Entries.Length < Ledger.ExpiriesPerCommandMax;

    /// <summary>
    /// What this run wrote for the customer: its stamp tells. All expiries are looked through, since a purchase that was
    /// recorded before the run may stand behind them: it waited in its queue.
    /// </summary>
    private async ValueTask<PartialDocument> WrittenAsync(
        RunDocument run, CustomerId customer, CancellationToken cancellation)
    {
        var written = new List<Entry>();
        string? cursor = null;
        do
        {
            var expiries = await store.PageAsync(
                new PartitionQuery(
                    customer.Value, LedgerKinds.Entry, StoreLimits.PageDocumentsMax, cursor,
                    IdFrom: ExpiryIdsFrom, IdTo: ExpiryIdsTo),
                cancellation);
            foreach (var document in expiries.Documents)
            {
                var entry = LedgerMapping.ReadEntry(document);
                if (entry.RecordedAt.ToUnixTimeMilliseconds() == run.PlannedAtMs)
                    written.Add(entry);
            }

            cursor = expiries.Cursor;
        }
        while (cursor is not null);

        return PartialOf(written);
    }

    private static PartialDocument PartialOf(IReadOnlyCollection<Entry> written) => new()
    {
        Customers = written.Count > 0 ? 1 : 0,
        ExpiredPoints = -written.Sum(entry => (decimal)entry.Points),
        Lots = written.Sum(entry => entry.Lots.Length),
    };

    /// <summary>
    /// Adds the partials up once every shard's last page is worked. Whoever comes last does it; of several that come last
    /// together, the first to write.
    /// </summary>
    private async ValueTask ReduceAsync(RunDocument run, string version, CancellationToken cancellation)
    {
        for (var shard = 0; shard < run.Shards; shard++)
            if (await NightlyRuns.LastPageAsync(store, run.Id, shard, cancellation) is not { IsWorked: true, Next: null })
                return;

        var total = new PartialDocument();
        string? cursor = null;
        do
        {
            var pages = await store.PageAsync(
                new PartitionQuery(
                    RunKinds.PagesOf(run.Id), RunKinds.Page, StoreLimits.PageDocumentsMax, cursor),
                cancellation);
            foreach (var document in pages.Documents)
                total = total.Plus(RunJson.ReadPage(document).Partial ?? new PartialDocument());
            cursor = pages.Cursor;
        }
        while (cursor is not null);

        if (insight.IsOn)
            await reports.ApplyAsync(run, total, cancellation);
        var done = await store.CommitAsync(
            RunKinds.Partition,
            [new Write.Replace(RunKinds.Run, run.Id, version, RunJson.Write(run.Finished(clock.GetUtcNow(), total)))],
            cancellation);
        if (done.Committed)
            LogDone(run.Id, total.Customers, total.ExpiredPoints);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Customer {Customer} could not be worked in run {Run}")]
    private partial void LogFailed(string customer, string run, Exception exception);

    [LoggerMessage(Level = LogLevel.Information, Message = "Run {Run} is done: {Customers} customers, {Points} points expired")]
    private partial void LogDone(string run, long customers, decimal points);
}
