using Pipeline.Domain;
using Pipeline.Runtime.Cases;
using Pipeline.Runtime.Cases.Storage;
using Pipeline.Runtime.Loyalty;
using Pipeline.Runtime.Ports;
using Pipeline.Runtime.Satisfaction;

namespace Pipeline.Runtime.Insight;

/// <summary>Opens a case for a warning, so that somebody has it to do and it is escalated as any other.</summary>
public sealed class WarningCases(IDocumentStore store, IProgramSource programs, ICaseRulesSource rules)
{
    /// <summary>Of the ids of such cases, whose feedback does not exist.</summary>
    public const string IdPrefix = "churn-warning:";

    private readonly FeedbackClaims claims = new(store);

    internal static bool IsOfWarning(CaseId id) => id.Value.StartsWith(IdPrefix, StringComparison.Ordinal);

    /// <summary>
    /// The write that opens it; null where somebody's feedback has taken its id. Its id is claimed first, as that of a
    /// feedback is: a claim whose case a crash kept from being written is found by the night that is done again.
    /// </summary>
    internal async ValueTask<(CaseId Id, Write Write)?> OpenAsync(
        CustomerId customer, DateOnly openedOn, DateTimeOffset at, IEnumerable<string> reasons,
        CancellationToken cancellation)
    {
        var id = new FeedbackId($"{IdPrefix}{openedOn:yyyy-MM-dd}:{ShortHash.Of(customer.Value)}");
        if (await claims.TakeAsync(id, customer, IdPrefix, cancellation) == ClaimResult.Other)
            return null;
        var file = CaseFile.Blank(id, customer).With(new CaseEvent.Opened(
            at, Severity.Medium, [.. reasons],
            rules.Current.DueAt(at, Severity.Medium, programs.Current.Calendar), rules.Current.Version));
        return (file.Id, CaseMapping.Write(new StoredCase(file, IsPending: false, Version: null)
        {
            Due = CaseMapping.DueOf(file, isPending: false, rules.Current),
        }));
    }
}
