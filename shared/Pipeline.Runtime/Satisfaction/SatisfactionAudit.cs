using System.Runtime.CompilerServices;
using Pipeline.Domain;
using Pipeline.Runtime.Cases;
using Pipeline.Runtime.Cases.Storage;
using Pipeline.Runtime.Loyalty;
using Pipeline.Runtime.Ports;
using Pipeline.Runtime.Satisfaction.Storage;

namespace Pipeline.Runtime.Satisfaction;

/// <param name="Feedback">Counted anew.</param>
/// <param name="Customers">Whose summary equals the fold of their feedback.</param>
/// <param name="Days">Whose tallies equal what is stored of them.</param>
/// <param name="Uncounted">Stored and not counted yet: what a crash left, until its message comes again.</param>
public sealed record SatisfactionAuditResult(
    long Feedback, long Customers, long Days, long Uncounted, SatisfactionAuditFailure? Failure);

/// <summary>The first summary or tally that is not what the stored feedback says.</summary>
/// <param name="Customer">Null: it is a tally.</param>
/// <param name="Invariant"><c>readable</c>, <c>summary</c>, <c>tally</c> or <c>cases</c>.</param>
public sealed record SatisfactionAuditFailure(string? Customer, string Invariant, string Detail);

/// <summary>
/// Recounts what is kept of satisfaction from the feedback, the links and the cases that are stored: every customer's
/// summary and every day's tally. The store has to stand still meanwhile, as one opened for reading does. Memory grows with
/// the tallies of all days, not with the feedback.
/// </summary>
public sealed class SatisfactionAudit(IDocumentStore store, IProgramSource programs)
{
    private const int PageSize = 500;

    private readonly FeedbackReader reader = new(store);

    /// <param name="progress">Told how much feedback was counted so far.</param>
    public async ValueTask<SatisfactionAuditResult> RunAsync(IProgress<long>? progress, CancellationToken cancellation)
    {
        var recount = new SatisfactionRecount();
        long customers = 0;
        await foreach (var document in ScanAsync(FeedbackKinds.Summary, cancellation))
        {
            if (await BrokenSummaryAsync(document, cancellation) is { } failure)
                return Result(failure);
            customers++;
        }

        string? known = null;
        await foreach (var document in ScanAsync(FeedbackKinds.Feedback, cancellation))
        {
            var (failure, owner) = await CountAsync(document, known, recount, cancellation);
            if (failure is not null)
                return Result(failure);
            known = owner;
            if (recount.Feedback % PageSize == 0)
                progress?.Report(recount.Feedback);
        }

        await foreach (var document in ScanAsync(CaseKinds.Case, cancellation))
            if (await CountCaseAsync(document, recount, cancellation) is { } failure)
                return Result(failure);
        await foreach (var document in ScanAsync(SurveyLinks.Kind, cancellation))
            if (Readable(document, () => recount.AddLink(SurveyLinks.Read(document))) is { } failure)
                return Result(failure);
        await foreach (var document in ScanAsync(SatisfactionBook.TallyKind, cancellation))
            if (Readable(document, () => recount.Take(document)) is { } failure)
                return Result(failure);
        return Result(recount.FirstBroken());

        SatisfactionAuditResult Result(SatisfactionAuditFailure? failure) =>
            new(recount.Feedback, customers, failure is null ? recount.Days : 0, recount.Uncounted, failure);
    }

    private async ValueTask<SatisfactionAuditFailure?> BrokenSummaryAsync(Document document, CancellationToken cancellation)
    {
        var customer = document.Key.Partition;
        try
        {
            var kept = FeedbackMapping.ReadSummary(document);
            var rebuilt = await reader.RebuildSummaryAsync(new CustomerId(customer), cancellation);
            return kept == rebuilt ? null : new SatisfactionAuditFailure(customer, "summary", Difference(kept, rebuilt));
        }
        catch (Exception e) when (e is not (StoreUnavailableException or OperationCanceledException))
        {
            return new SatisfactionAuditFailure(customer, "readable", e.Message);
        }
    }

    private static string Difference(CustomerSatisfaction kept, CustomerSatisfaction rebuilt) =>
        kept.Responses != rebuilt.Responses
            ? $"the summary tells of {kept.Responses} responses, {rebuilt.Responses} are stored"
            : $"folding the {kept.Responses} stored feedback does not end in the summary";

    /// <param name="known">The owner whose summary is known to be there.</param>
    /// <returns>What is broken, and the owner.</returns>
    private async ValueTask<(SatisfactionAuditFailure? Failure, string Owner)> CountAsync(
        Document document, string? known, SatisfactionRecount recount, CancellationToken cancellation)
    {
        var owner = document.Key.Partition;
        StoredFeedback? stored = null;
        if (Readable(document, () => stored = FeedbackMapping.ReadFeedback(document)) is { } unreadable)
            return (unreadable, owner);
        if (stored!.Feedback.Customer is { } customer && owner != known
            && await store.ReadAsync(FeedbackKinds.SummaryOf(customer), cancellation) is null)
            return (new SatisfactionAuditFailure(owner, "summary", "there is feedback and no summary"), owner);
        recount.Add(stored, await IsCountedAsync(owner, FeedbackDesk.CountOf(stored), cancellation));
        return (null, owner);
    }

    private async ValueTask<SatisfactionAuditFailure?> CountCaseAsync(
        Document document, SatisfactionRecount recount, CancellationToken cancellation)
    {
        CaseFile? file = null;
        if (Readable(document, () => file = CaseMapping.Read(document).File) is { } unreadable)
            return unreadable;
        foreach (var times in CaseTimes.Of(file!, programs.Current))
            if (await IsCountedAsync(document.Key.Partition, times, cancellation))
                recount.AddTimes(times);
        return null;
    }

    private async ValueTask<bool> IsCountedAsync(string owner, Counted counted, CancellationToken cancellation) =>
        await store.ReadAsync(SatisfactionBook.MarkOf(owner, counted), cancellation) is not null;

    private static SatisfactionAuditFailure? Readable(Document document, Action read)
    {
        try
        {
            read();
            return null;
        }
        catch (Exception e) when (e is not (StoreUnavailableException or OperationCanceledException))
        {
            var (partition, kind, id) = document.Key;
            return new SatisfactionAuditFailure(
                partition.StartsWith('~') ? null : partition, "readable", $"{kind} {id} of {partition}: {e.Message}");
        }
    }

    private async IAsyncEnumerable<Document> ScanAsync(
        string kind, [EnumeratorCancellation] CancellationToken cancellation)
    {
        for (var shard = 0; shard < store.ShardCount; shard++)
        {
            string? cursor = null;
            do
            {
                var page = await store.ScanAsync(new ScanQuery(shard, kind, PageSize, cursor), cancellation);
                foreach (var document in page.Documents)
                    yield return document;
                cursor = page.Cursor;
            }
            while (cursor is not null);
        }
    }
}
