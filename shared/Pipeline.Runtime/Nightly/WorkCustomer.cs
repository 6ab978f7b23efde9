using Pipeline.Domain;
using Pipeline.Runtime.Insight;
using Pipeline.Runtime.Loyalty.Storage;
using Pipeline.Runtime.Members;
using Pipeline.Runtime.Ports;
using Pipeline.Runtime.Tiers;

namespace Pipeline.Runtime.Nightly;

/// <param name="Scored">Null where nothing of it is new.</param>
internal readonly record struct WorkedCustomer(PartialDocument Done, ScoredCustomer? Scored);

/// <summary>What a night does for one customer: gives what is due, writes down what has lapsed, tells, and scores.</summary>
public sealed class WorkCustomer(
    MemberNight members, ExpireCustomer expire, TellCustomer tell, ScoreCustomer score, InsightModels models,
    InsightOptions insight)
{
    internal async ValueTask<InsightNight> NightAsync(RunDocument run, CancellationToken cancellation) => new(
        run.Slot, run.Cut, run.PlannedAtMs, run.Model, await models.ReadAsync(run.Model, cancellation), InsightRules.Default);

    /// <summary>What nights before have said of customers, in their order; null: nothing is to be said.</summary>
    internal async ValueTask<IReadOnlyList<Document?>?> ToldAsync(
        IReadOnlyList<string> customers, CancellationToken cancellation) =>
        insight.IsOn ? await score.ToldAsync(customers, cancellation) : null;

    /// <param name="document">The account as just read; null where the page was planned earlier, and may be half done.</param>
    /// <param name="told">What nights before have said, read after the account; null: nothing.</param>
    /// <returns>What was done, and what was found and is to be kept.</returns>
    internal async ValueTask<WorkedCustomer> RunAsync(
        RunDocument run, InsightNight night, CustomerId customer, Document? document, Document? told,
        PageCounters counters, CancellationToken cancellation)
    {
        var partial = PartialDocument.Nothing;
        var account = StoredAccount.Of(document);
        if (await members.RunAsync(customer, account, run.Cut, run.PlannedAt, cancellation))
            account = null; // it has changed
        if (account is null || account.Account.DueAt <= run.Cut)
        {
            var written = await expire.RunAsync(run, customer, account, cancellation);
            // Read back unless all of it was written just now, so that a page that is done again counts the same.
            partial = account is not null && written is not null ? ExpireCustomer.PartialOf(written.Entries)
                : await expire.WrittenAsync(run, customer, cancellation);
            if (partial.Lots > 0)
                account = null; // it has changed
        }

        account = await tell.RunAsync(run, customer, account, cancellation);
        if (!ReferenceEquals(account?.Document, document))
            account = null; // it is newer than what was told
        var scored = insight.IsOn
            ? await score.LookAsync(night, customer.Value, account, told, counters, cancellation)
            : null;
        return new WorkedCustomer(partial, scored);
    }

    internal ValueTask KeepAsync(
        InsightNight night, ScoredCustomer scored, PageCounters counters, CancellationToken cancellation) =>
        score.KeepAsync(night, scored, counters, cancellation);

    /// <summary>
    /// Once more for a customer whom the page could not work. The scores are only tried, so that one who cannot be scored ends
    /// in the dead letters: the night may be over, and the next one counts them.
    /// </summary>
    internal async ValueTask TryAgainAsync(RunDocument run, CustomerId customer, CancellationToken cancellation)
    {
        await members.RunAsync(customer, null, run.Cut, run.PlannedAt, cancellation);
        await expire.RunAsync(run, customer, account: null, cancellation);
        await tell.RunAsync(run, customer, known: null, cancellation);
        if (insight.IsOn)
            await score.TryAsync(await NightAsync(run, cancellation), customer.Value, cancellation);
    }
}
