using System.Text.Json.Serialization;
using Pipeline.Runtime.Loyalty;
using Pipeline.Runtime.Ports;
using Pipeline.Runtime.Satisfaction;

namespace Pipeline.Local.Commands;

/// <summary>What recounting satisfaction came to.</summary>
/// <param name="Uncounted">Stored and not counted yet.</param>
internal sealed record VerifiedSatisfaction(long Feedback, long Customers, long Days, long Uncounted)
{
    [JsonIgnore]
    public VerifyFailure? Failure { get; private init; }

    public static async Task<VerifiedSatisfaction> OfAsync(
        IDocumentStore store, IProgramSource programs, bool asJson, Terminal terminal, CancellationToken cancellation)
    {
        var audit = new SatisfactionAudit(store, programs);
        var result = await ProgressLine.RunAsync(terminal, asJson, "Recounting", line => audit.RunAsync(
            line.Counting("feedback"), cancellation).AsTask());
        return new VerifiedSatisfaction(result.Feedback, result.Customers, result.Days, result.Uncounted)
        {
            Failure = result.Failure is { } broken ? FailureOf(broken) : null,
        };
    }

    private static VerifyFailure FailureOf(SatisfactionAuditFailure broken) =>
        new(broken.Customer, broken.Invariant, EntryId: null, broken.Detail)
        {
            What = $"the satisfaction of {(broken.Customer is { } customer ? $"customer {customer}" : "all")}",
        };

    public void WriteTo(TextWriter writer) => writer.WriteLine(
        $"{(Failure is null ? "Satisfaction holds" : "Satisfaction does not hold")}: {Feedback:N0} feedback, "
        + $"{Customers:N0} summar{(Customers == 1 ? "y" : "ies")}, {Days:N0} day{(Days == 1 ? "" : "s")} recounted"
        + $"{(Uncounted == 0 ? "" : $", {Uncounted:N0} not counted yet")}.");
}
