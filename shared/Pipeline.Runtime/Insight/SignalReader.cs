using Pipeline.Domain;
using Pipeline.Runtime.Cases.Storage;
using Pipeline.Runtime.Loyalty;
using Pipeline.Runtime.Ports;
using Pipeline.Runtime.Satisfaction.Storage;

namespace Pipeline.Runtime.Insight;

/// <summary>Reads what feedback says of a customer: the summary of the answers, and the cases that are open.</summary>
public sealed class SignalReader(IDocumentStore store, IProgramSource programs)
{
    private const int CasesMax = 100;

    /// <summary>For a customer of whom the account says that there is no feedback: nothing is read.</summary>
    internal static FoundSignals WithoutFeedback(Account account, PurchaseRhythm rhythm, DateTimeOffset cut, int today) =>
        new(CustomerSignals.Of(account, rhythm, null, [], cut, today), HasFeedback: false);

    internal async ValueTask<FoundSignals> ReadAsync(
        CustomerId customer, Account account, PurchaseRhythm rhythm, DateTimeOffset cut, int today,
        CancellationToken cancellation)
    {
        var summary = await store.ReadAsync(FeedbackKinds.SummaryOf(customer), cancellation);
        var cases = await store.PageAsync(new PartitionQuery(customer.Value, CaseKinds.Case, CasesMax), cancellation);
        var opened = new List<int>();
        foreach (var document in cases.Documents)
            if (CaseMapping.Read(document).File is { Status: not CaseStatus.Resolved } file && file.OpenedAt < cut
                && !WarningCases.IsOfWarning(file.Id))
                opened.Add(programs.Current.DayOf(file.OpenedAt).DayNumber);
        opened.Sort();
        return new FoundSignals(
            CustomerSignals.Of(
                account, rhythm, summary is null ? null : FeedbackMapping.ReadSummary(summary), opened, cut, today),
            HasFeedback: summary is not null || cases.Documents.Count > 0);
    }
}

/// <param name="HasFeedback">Whether there is any, so that the next look reads it too.</param>
internal readonly record struct FoundSignals(CustomerSignals Signals, bool HasFeedback);
