using Pipeline.Domain;
using Pipeline.Runtime.Ports;
using Pipeline.Runtime.Satisfaction.Storage;

namespace Pipeline.Runtime.Satisfaction;

/// <summary>Reads feedback that was analysed.</summary>
public sealed class FeedbackReader(IDocumentStore store)
{
    private readonly FeedbackClaims claims = new(store);

    /// <summary>Null until it is analysed, and counted: a report that is asked for after this has it.</summary>
    public async ValueTask<StoredFeedback?> GetAsync(FeedbackId id, CancellationToken cancellation)
    {
        if (await claims.OwnerAsync(id, cancellation) is not { } owner)
            return null;
        var document = await store.ReadAsync(new DocumentKey(owner, FeedbackKinds.Feedback, id.Value), cancellation);
        if (document is null)
            return null;
        var stored = FeedbackMapping.ReadFeedback(document);
        var mark = SatisfactionBook.MarkOf(owner, FeedbackDesk.CountOf(stored));
        return await store.ReadAsync(mark, cancellation) is null ? null : stored;
    }

    /// <summary>The customer's summary folded anew from all of their feedback: what the kept one must equal.</summary>
    public async ValueTask<CustomerSatisfaction> RebuildSummaryAsync(
        CustomerId customer, CancellationToken cancellation)
    {
        var summary = CustomerSatisfaction.New;
        string? cursor = null;
        do
        {
            var page = await store.PageAsync(
                new PartitionQuery(customer.Value, FeedbackKinds.Feedback, StoreLimits.PageDocumentsMax, cursor),
                cancellation);
            foreach (var stored in page.Documents.Select(FeedbackMapping.ReadFeedback))
                summary = summary.With(stored.Feedback, stored.Sense?.Label);
            cursor = page.Cursor;
        }
        while (cursor is not null);
        return summary;
    }

    /// <summary>Null before the first feedback.</summary>
    internal static async ValueTask<CustomerSatisfaction?> SummaryAsync(
        IDocumentStore store, CustomerId customer, CancellationToken cancellation) =>
        await store.ReadAsync(FeedbackKinds.SummaryOf(customer), cancellation) is { } document
            ? FeedbackMapping.ReadSummary(document)
            : null;
}
