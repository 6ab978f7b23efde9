using Pipeline.Domain;
using Pipeline.Runtime.Loyalty;
using Pipeline.Runtime.Loyalty.Storage;
using Pipeline.Runtime.Ports;

namespace Pipeline.Runtime.Insight;

public abstract record EndedWarning
{
    private EndedWarning()
    {
    }

    /// <param name="Replayed">It had ended so before.</param>
    public sealed record Done(WarningView Warning, bool Replayed) : EndedWarning;

    public sealed record Unknown : EndedWarning;

    /// <summary>It had ended otherwise.</summary>
    public sealed record EndedOtherwise : EndedWarning;
}

/// <summary>Lets staff end a warning; the next night counts it, and raises none until the cool-down is over.</summary>
public sealed class WarningDesk(IDocumentStore store, IProgramSource programs, TimeProvider clock)
{
    /// <param name="openedOn">Which warning of the customer.</param>
    /// <exception cref="ContendedException">Others wrote the customer's account at every attempt.</exception>
    public async ValueTask<EndedWarning> EndAsync(
        CustomerId customer, DateOnly openedOn, WarningOutcome outcome, CancellationToken cancellation)
    {
        var (id, word) = (InsightMapping.ModelId(openedOn), InsightMapping.Kebab(outcome.ToString()));
        for (var attempt = 0; attempt < LedgerCoordinator.AttemptsMax; attempt++)
        {
            var open = await store.ReadAsync(new DocumentKey(customer.Value, InsightKinds.OpenWarning, id), cancellation);
            if (open is null)
                return await EndedBeforeAsync(customer, id, word, cancellation);
            var insight = await store.ReadAsync(InsightKinds.InsightOf(customer.Value), cancellation);
            var account = await store.ReadAsync(LedgerKinds.AccountOf(customer), cancellation);
            if (insight is null || account is null)
                throw LedgerMapping.Corrupt("warning without an account");
            var now = Instants.WholeMilliseconds(clock.GetUtcNow());
            var closed = InsightJson.Read(open, InsightJson.Default.WarningDocument)
                .Closed(programs.Current.DayOf(now), word);
            var done = await store.CommitAsync(
                customer.Value, WritesOf(id, open, closed, insight, account, openedOn, now), cancellation);
            if (done.Committed)
                return new EndedWarning.Done(new WarningView(customer.Value, closed), Replayed: false);
        }

        throw new ContendedException(customer.Value, LedgerCoordinator.AttemptsMax);
    }

    private static Write[] WritesOf(
        string id, Document open, WarningDocument closed, Document insight, Document account, DateOnly openedOn,
        DateTimeOffset now)
    {
        var known = InsightJson.ReadInsight(insight).With(new EndedRow(openedOn.DayNumber, closed.Outcome!));
        var (kept, profile) = LedgerMapping.ReadAccount(account.Body);
        var due = kept with { InsightDueAt = kept.InsightDueAt is { } look && look < now ? look : now };
        return
        [
            new Write.Delete(InsightKinds.OpenWarning, id, open.Version),
            new Write.Upsert(InsightKinds.ClosedWarning, id, InsightMapping.ToJson(closed)),
            InsightMapping.Signal(closed.ClosedOn!.Value, InsightMapping.Told(
                InsightKinds.WarningClosed, now.ToUnixTimeMilliseconds(), closed)),
            new Write.Replace(
                InsightKinds.Insight, InsightKinds.InsightId, insight.Version, InsightMapping.ToJson(known)),
            new Write.Replace(
                LedgerKinds.Account, LedgerKinds.AccountId, account.Version, LedgerMapping.Write(due, profile),
                due.NightDueAt),
        ];
    }

    private async ValueTask<EndedWarning> EndedBeforeAsync(
        CustomerId customer, string id, string outcome, CancellationToken cancellation)
    {
        var closed = await store.ReadAsync(
            new DocumentKey(customer.Value, InsightKinds.ClosedWarning, id), cancellation);
        if (closed is null)
            return new EndedWarning.Unknown();
        var warning = InsightJson.Read(closed, InsightJson.Default.WarningDocument);
        return warning.Outcome == outcome
            ? new EndedWarning.Done(new WarningView(customer.Value, warning), Replayed: true)
            : new EndedWarning.EndedOtherwise();
    }
}
