using Pipeline.Domain;
using Pipeline.Runtime.Loyalty;
using Pipeline.Runtime.Loyalty.Storage;
using Pipeline.Runtime.Ports;

namespace Pipeline.Runtime.Members;

public abstract record CodeAnswer
{
    private CodeAnswer()
    {
    }

    public sealed record Done(string Code, bool Replayed) : CodeAnswer;

    public sealed record UnknownCustomer : CodeAnswer;

    /// <summary>The program has no referrals.</summary>
    public sealed record NoRule : CodeAnswer;
}

public abstract record ReferralAnswer
{
    private ReferralAnswer()
    {
    }

    public sealed record Done(Referral Referral, bool Replayed) : ReferralAnswer;

    /// <summary>Of the referee.</summary>
    public sealed record UnknownCustomer : ReferralAnswer;

    /// <summary>The program has no referrals.</summary>
    public sealed record NoRule : ReferralAnswer;

    public sealed record UnknownCode : ReferralAnswer;

    /// <summary>The referee has another referrer.</summary>
    public sealed record ReferredBefore : ReferralAnswer;

    /// <summary>The referee has bought before.</summary>
    public sealed record BoughtBefore : ReferralAnswer;

    public sealed record Refused(ReferralRefusal Why) : ReferralAnswer;
}

/// <summary>
/// Gives out codes and takes referrals. A referral lies with the referee, who has one for ever; nights reward or refuse it
/// (<see cref="SettleReferrals"/>).
/// </summary>
public sealed class Referrals(
    IDocumentStore store, LedgerCoordinator coordinator, IProgramSource programs, TimeProvider clock)
{
    /// <summary>Two codes of the shortest length meet once in a thousand million.</summary>
    private const int CodesMax = 100;

    /// <summary>The customer's code, which stays the same.</summary>
    public async ValueTask<CodeAnswer> CodeAsync(CustomerId customer, CancellationToken cancellation)
    {
        if (await CodeOfAsync(customer, cancellation) is { } known)
            return new CodeAnswer.Done(known, Replayed: true);
        if (programs.Current.Awards?.Referral is not { } rule)
            return new CodeAnswer.NoRule();
        if (await store.ReadAsync(LedgerKinds.AccountOf(customer), cancellation) is null)
            return new CodeAnswer.UnknownCustomer();
        var code = await ClaimAsync(customer, rule.CodeLength, cancellation);
        var made = await store.CommitAsync(
            customer.Value, [new Write.Create(MemberKinds.Code, MemberKinds.CodeId, Body(code, customer))], cancellation);
        return made.Committed
            ? new CodeAnswer.Done(code, Replayed: false)
            : new CodeAnswer.Done((await CodeOfAsync(customer, cancellation))!, Replayed: true);
    }

    /// <summary>Null: the customer has none.</summary>
    public async ValueTask<string?> CodeOfAsync(CustomerId customer, CancellationToken cancellation) =>
        (await MemberStorage.ReadAsync(
            store, MemberKinds.CodeOf(customer), MemberStorage.Default.CodeDocument, cancellation))?.Code;

    /// <param name="typed">The code as the referee wrote it.</param>
    /// <exception cref="ContendedException">Others wrote the account at every attempt.</exception>
    public async ValueTask<ReferralAnswer> ReferAsync(CustomerId referee, string typed, CancellationToken cancellation)
    {
        var program = programs.Current;
        if (program.Awards?.Referral is not { } rule)
            return new ReferralAnswer.NoRule();
        if (await store.ReadAsync(LedgerKinds.AccountOf(referee), cancellation) is null)
            return new ReferralAnswer.UnknownCustomer();
        if (ReferralCodes.Read(typed) is not { } code || await OwnerAsync(code, cancellation) is not { } referrer)
            return new ReferralAnswer.UnknownCode();
        if (await FindAsync(referee, cancellation) is { } before)
            return Before(before, referrer);
        if (await RefusalAsync(referrer, referee, rule, cancellation) is { } why)
            return new ReferralAnswer.Refused(why);

        var referral = new Referral(
            referee, referrer, code, Instants.WholeMilliseconds(clock.GetUtcNow()), program.Version);
        // First at the referrer's, where it counts for nothing until the referee's own document says the same.
        var brought = StoredJson.Write(
            new BroughtDocument { AtMs = LedgerMapping.Ms(referral.At) }, MemberStorage.Default.BroughtDocument);
        await store.CommitAsync(
            referrer.Value, [new Write.Create(MemberKinds.Brought, referee.Value, brought)], cancellation);
        return await coordinator.WorkAsync(
            referee, work => WorkAsync(work, referral, rule, program.Calendar, cancellation), cancellation);
    }

    /// <summary>The referral of which the customer is the referee; null where there is none.</summary>
    public async ValueTask<Referral?> FindAsync(CustomerId referee, CancellationToken cancellation) =>
        (await MemberStorage.ReadAsync(
            store, MemberKinds.ReferralOf(referee), MemberStorage.Default.ReferralDocument, cancellation))
            ?.ToReferral(referee);

    /// <summary>The referrals by a customer, by the referee's id, with a cursor to go on from.</summary>
    /// <exception cref="InvalidCursorException">The cursor is not one that was given out.</exception>
    public async ValueTask<(IReadOnlyList<Referral> Referrals, string? Cursor)> ListAsync(
        CustomerId referrer, int limit, string? cursor, CancellationToken cancellation)
    {
        var page = await store.ListAsync(
            new PartitionQuery(referrer.Value, MemberKinds.Brought, limit, cursor), cancellation);
        var referrals = new List<Referral>(page.Documents.Count);
        foreach (var document in page.Documents)
            if (await FindAsync(new CustomerId(document.Key.Id), cancellation) is { } found && found.Referrer == referrer)
                referrals.Add(found);
        return (referrals, page.Cursor);
    }

    private async ValueTask<ReferralAnswer> WorkAsync(
        LedgerWork work, Referral referral, ReferralRule rule, ZoneCalendar zone, CancellationToken cancellation)
    {
        if (await FindAsync(referral.Referee, cancellation) is { } before)
            return Before(before, referral.Referrer);
        if (await ReferralFacts.HasBoughtAsync(store, referral.Referee, cancellation))
            return new ReferralAnswer.BoughtBefore();
        var end = ReferralDecider.BuyBefore(rule, zone, referral.At);
        work.Change(account => account with { ReferralDueAt = end });
        work.Beside(new Write.Create(
            MemberKinds.Referral, MemberKinds.ReferralId,
            StoredJson.Write(ReferralDocument.Of(referral), MemberStorage.Default.ReferralDocument)));
        return new ReferralAnswer.Done(referral, Replayed: false);
    }

    private static ReferralAnswer Before(Referral before, CustomerId referrer) => before.Referrer == referrer
        ? new ReferralAnswer.Done(before, Replayed: true)
        : new ReferralAnswer.ReferredBefore();

    private async ValueTask<ReferralRefusal?> RefusalAsync(
        CustomerId referrer, CustomerId referee, ReferralRule rule, CancellationToken cancellation) =>
        await ReferralFacts.TieAsync(store, referrer, referee, cancellation)
        ?? (rule.MaxPerReferrer is { } max
            && await AwardCounts.GivenAsync(store, referrer, SettleReferrals.CountId, cancellation) >= max
                ? ReferralRefusal.ReferrerLimit
                : null);

    private async ValueTask<CustomerId?> OwnerAsync(string code, CancellationToken cancellation) =>
        await MemberStorage.ReadAsync(
            store, MemberKinds.ClaimOf(code), MemberStorage.Default.CodeDocument, cancellation) is { } claim
            ? new CustomerId(claim.Customer)
            : null;

    /// <summary>Takes the first of the customer's codes that nobody else has.</summary>
    private async ValueTask<string> ClaimAsync(CustomerId customer, int length, CancellationToken cancellation)
    {
        for (var attempt = 0; attempt < CodesMax; attempt++)
        {
            var code = ReferralCodes.Of(customer, attempt, length);
            var claim = new Write.Create(MemberKinds.Code, MemberKinds.CodeId, Body(code, customer));
            if ((await store.CommitAsync(MemberKinds.ClaimOf(code).Partition, [claim], cancellation)).Committed
                || await OwnerAsync(code, cancellation) == customer)
                return code;
        }

        throw new InvalidOperationException($"{CodesMax} codes in a row are taken.");
    }

    private static byte[] Body(string code, CustomerId customer) => StoredJson.Write(
        new CodeDocument { Code = code, Customer = customer.Value }, MemberStorage.Default.CodeDocument);
}
