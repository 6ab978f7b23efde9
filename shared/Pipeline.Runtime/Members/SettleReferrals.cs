using Pipeline.Domain;
using Pipeline.Runtime.Loyalty;
using Pipeline.Runtime.Loyalty.Storage;
using Pipeline.Runtime.Ports;

namespace Pipeline.Runtime.Members;

/// <summary>
/// Rewards or refuses a customer's own referral, on the nights that look at the customer. The two sides lie in two
/// partitions: first it is written down that both are rewarded, then the referrer is, then the referee. Each step is known
/// by what it wrote, so that a night which breaks off in between is gone on with.
/// </summary>
public sealed class SettleReferrals(IDocumentStore store, LedgerCoordinator coordinator, IProgramSource programs)
{
    internal const string CountId = "referral";

    private const string ReferrerRule = "referral-referrer";
    private const string RefereeRule = "referral-referee";

    /// <param name="now">The start of the night's day.</param>
    /// <param name="at">The night's stamp, the same however often it is done.</param>
    /// <returns>Whether the account has changed.</returns>
    internal async ValueTask<bool> RunAsync(
        CustomerId referee, StoredAccount account, DateTimeOffset now, DateTimeOffset at, CancellationToken cancellation)
    {
        if (account.Account.ReferralDueAt is null)
            return false;
        var (referral, changed) = await coordinator.WorkAsync(
            referee, work => DecideAsync(work, referee, now, at, cancellation), cancellation);
        if (referral is not { Status: ReferralStatus.Rewarding })
            return changed;
        var isRewarded = await coordinator.WorkAsync(
            referral.Referrer, work => RewardReferrerAsync(work, referral, at, cancellation), cancellation);
        await coordinator.WorkAsync(
            referee, work => FinishAsync(work, referee, isRewarded, at, cancellation), cancellation);
        return true;
    }

    private async ValueTask<(Referral? Referral, bool Changed)> DecideAsync(
        LedgerWork work, CustomerId referee, DateTimeOffset now, DateTimeOffset at, CancellationToken cancellation)
    {
        var document = await store.ReadAsync(MemberKinds.ReferralOf(referee), cancellation)
            ?? throw LedgerMapping.Corrupt("referral that is due");
        var referral = Read(document, referee);
        if (referral.Status != ReferralStatus.Pending)
            return (referral, false);
        var program = programs.Programs[referral.ProgramVersion];
        var first = await ReferralFacts.FirstPurchaseAsync(store, referee, cancellation);
        var step = ReferralDecider.Decide(program.Awards!.Referral!, program.Calendar, referral.At, first, now);
        // Two referrals that cross each other were both taken where they came at once: it is looked at again.
        if (step is ReferralStep.Reward
            && await ReferralFacts.TieAsync(store, referral.Referrer, referee, cancellation) is { } tie)
            step = new ReferralStep.Refuse(tie);
        switch (step)
        {
            case ReferralStep.Wait wait when wait.Until == work.Account.ReferralDueAt:
                return (referral, false);
            case ReferralStep.Wait wait:
                work.Change(account => account with { ReferralDueAt = wait.Until });
                return (referral, true);
            case ReferralStep.Refuse refuse:
                return (End(work, document, Refused(referral, refuse.Why, at)), true);
            default:
                referral = referral with { Status = ReferralStatus.Rewarding };
                Keep(work, document, referral);
                return (referral, true);
        }
    }

    /// <returns>False: the referrer has had as many as the program gives.</returns>
    private async ValueTask<bool> RewardReferrerAsync(
        LedgerWork work, Referral referral, DateTimeOffset at, CancellationToken cancellation)
    {
        var rule = RuleOf(referral);
        var brought = await MemberStorage.ReadAsync(
            store, MemberKinds.BroughtOf(referral.Referrer, referral.Referee), MemberStorage.Default.BroughtDocument,
            cancellation) ?? throw LedgerMapping.Corrupt("referral's other side");
        if (brought.IsRewarded)
            return true;
        var given = await AwardCounts.GivenAsync(store, referral.Referrer, CountId, cancellation);
        if (given >= rule.MaxPerReferrer)
            return false;
        if (rule.ReferrerPoints > 0)
            await work.DecideAsync(
                Grant($"referral:{referral.Referee}", rule.ReferrerPoints, referral.Referee.Value,
                    "Thank you for bringing a customer", ReferrerRule, referral, at),
                cancellation);
        brought.IsRewarded = true;
        work.Beside(new Write.Upsert(
            MemberKinds.Brought, referral.Referee.Value,
            StoredJson.Write(brought, MemberStorage.Default.BroughtDocument)));
        work.Beside(new Write.Upsert(
            MemberKinds.Count, CountId,
            StoredJson.Write(new CountDocument { Given = given + 1 }, MemberStorage.Default.CountDocument)));
        return true;
    }

    private async ValueTask<bool> FinishAsync(
        LedgerWork work, CustomerId referee, bool isRewarded, DateTimeOffset at, CancellationToken cancellation)
    {
        var document = (await store.ReadAsync(MemberKinds.ReferralOf(referee), cancellation))!;
        var referral = Read(document, referee);
        if (referral.Status != ReferralStatus.Rewarding)
            return false;
        if (!isRewarded)
        {
            End(work, document, Refused(referral, ReferralRefusal.ReferrerLimit, at));
            return true;
        }

        if (RuleOf(referral).RefereePoints is > 0 and var points)
            await work.DecideAsync(
                Grant("referred", points, referral.Referrer.Value, "Welcome: you were referred", RefereeRule, referral, at),
                cancellation);
        End(work, document, referral with { Status = ReferralStatus.Rewarded, DecidedAt = at });
        return true;
    }

    private ReferralRule RuleOf(Referral referral) => programs.Programs[referral.ProgramVersion].Awards!.Referral!;

    private static LedgerCommand.Grant Grant(
        string id, long points, string reference, string reason, string rule, Referral referral, DateTimeOffset at) =>
        new(new GrantId(id), points, reference, reason, at, rule)
        {
            Rule = new GrantRule(rule, referral.ProgramVersion),
        };

    private static Referral Refused(Referral referral, ReferralRefusal why, DateTimeOffset at) =>
        referral with { Status = ReferralStatus.Refused, Refusal = why, DecidedAt = at };

    private static Referral End(LedgerWork work, Document document, Referral referral)
    {
        Keep(work, document, referral);
        work.Change(account => account with { ReferralDueAt = null });
        return referral;
    }

    private static void Keep(LedgerWork work, Document document, Referral referral) =>
        work.Beside(new Write.Replace(
            MemberKinds.Referral, MemberKinds.ReferralId, document.Version,
            StoredJson.Write(ReferralDocument.Of(referral), MemberStorage.Default.ReferralDocument)));

    private static Referral Read(Document document, CustomerId referee) =>
        MemberStorage.Read(document, MemberStorage.Default.ReferralDocument).ToReferral(referee);
}
