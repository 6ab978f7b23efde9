using System.Text.Json;
using Pipeline.Domain;
using Pipeline.Runtime.Insight;
using Pipeline.Runtime.Loyalty.Storage;
using Pipeline.Runtime.Ports;
using Pipeline.Runtime.Work;

namespace Pipeline.Runtime.Nightly;

/// <summary>
/// Works one page of a nightly run: plan the page, work its customers, write the partial, send the next page; the last page
/// of all finishes the run. A night that fits models measures all customers first, in pages of their own.
/// Every step may be repeated.
/// </summary>
public sealed class WorkNightlyPage(
    IDocumentStore store,
    IWorkQueue queue,
    MeasureCustomers measure,
    WorkPageCustomers work,
    WorkCustomer customers,
    FinishRun finish) : ISessionHandler
{
    public const int CustomersPerPage = StoreLimits.PageDocumentsMax;

    public string Queue => QueueNames.Nightly;

    /// <summary>Tests take small pages, to have many of them.</summary>
    internal int PageSize { get; init; } = CustomersPerPage;

    public async ValueTask<IReadOnlyList<Settlement>> HandleAsync(
        string session, IReadOnlyList<DeliveredMessage> messages, CancellationToken cancellation)
    {
        var settlements = new List<Settlement>(messages.Count);
        foreach (var message in messages)
            settlements.Add(await SettleAsync(message, cancellation));
        return settlements;
    }

    private async ValueTask<Settlement> SettleAsync(DeliveredMessage message, CancellationToken cancellation)
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
            await customers.TryAgainAsync(run, new CustomerId(customer), cancellation);
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

    private async ValueTask WorkAsync(
        RunDocument run, string version, PageMessage message, CancellationToken cancellation)
    {
        var (page, accounts) = await PlanAsync(run, message, cancellation);
        if (!page.IsWorked)
        {
            page = page.Worked(await work.RunAsync(run, page.Customers, accounts, cancellation));
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
            await finish.RunAsync(run, version, cancellation);
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
            new ScanQuery(message.Shard, LedgerKinds.Account, PageSize, message.After, run.Fits ? null : run.Cut), cancellation);
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
}
