using Pipeline.Domain;
using Pipeline.Runtime.Loyalty;
using Pipeline.Runtime.Loyalty.Storage;
using Pipeline.Runtime.Nightly;
using Pipeline.Runtime.Ports;
using Pipeline.Runtime.Rewards;

namespace Pipeline.Runtime.Tiers;

/// <summary>
/// Finds on a night what a customer is to be told, and writes it in one commit with the account, which then says when there
/// is something to tell next. What stands already was told already.
/// </summary>
public sealed class TellCustomer(IDocumentStore store, IProgramSource programs)
{
    /// <param name="known">The account as it was just read; null: read it.</param>
    /// <returns>The same where nothing was written; null where it has another version now.</returns>
    /// <exception cref="ContendedException">Others wrote the account at every attempt.</exception>
    internal async ValueTask<StoredAccount?> RunAsync(
        RunDocument run, CustomerId customer, StoredAccount? known, CancellationToken cancellation)
    {
        var (history, program) = (programs.Programs, programs.Current);
        if (program is { Tiers: null, Notices: null })
            return known;
        for (var attempt = 0; attempt < LedgerCoordinator.AttemptsMax; attempt++)
        {
            known ??= StoredAccount.Of(await store.ReadAsync(LedgerKinds.AccountOf(customer), cancellation));
            if (known is null)
                return null;
            var writes = await DecideAsync(run, customer, known, history, program, cancellation);
            if (writes.Count == 0)
                return known;
            known = null;
            if ((await store.CommitAsync(customer.Value, writes, cancellation)).Committed)
                return null;
        }

        throw new ContendedException(customer.Value, LedgerCoordinator.AttemptsMax);
    }

    private async ValueTask<List<Write>> DecideAsync(
        RunDocument run, CustomerId customer, StoredAccount known, ProgramHistory history, LoyaltyProgram program,
        CancellationToken cancellation)
    {
        var (document, account, profile) = known;
        var progress = await TierCounts.OfAsync(store, history, program, customer, account, cancellation);
        var found = NightNotices.Of(account, progress, program, run.Slot);
        var writes = new List<Write>();
        foreach (var notice in found.Notices)
            if (await store.ReadAsync(NoticeKinds.Of(customer, notice.Id), cancellation) is null)
                writes.Add(NoticeMapping.Write(notice, LedgerMapping.At(run.PlannedAtMs)));
        var due = await AddRewardsAsync(
            writes, run, customer, account, program, progress?.LevelAt(program.Tiers!, run.Slot), cancellation);
        var told = account with { TierMark = found.Mark, NoticeDueAt = due is null || found.DueAt < due ? found.DueAt : due };
        if (writes.Count > 0 || told.TierMark != account.TierMark || told.NoticeDueAt != account.NoticeDueAt)
            writes.Add(new Write.Replace(
                LedgerKinds.Account, LedgerKinds.AccountId, document.Version, LedgerMapping.Write(told, profile),
                told.NightDueAt));
        return writes;
    }

    /// <returns>When there is something to tell of rewards next; null: never.</returns>
    private async ValueTask<DateTimeOffset?> AddRewardsAsync(
        List<Write> writes, RunDocument run, CustomerId customer, Account account, LoyaltyProgram program, TierLevel? level,
        CancellationToken cancellation)
    {
        if (program is not { Notices.RewardReady: true, Rewards.IsEmpty: false })
            return null;
        var at = program.StartOfDay(run.Slot);
        var told = await ReadyRewards.ToldAsync(store, customer, cancellation);
        var ask = new RewardAsk(at, account.BalanceAt(at).Spendable, level?.Name, default);
        var (news, hasMore) = await ReadyRewards.NewsAsync(
            store, customer, RewardNews.Ready(account, program, level, at), told, program, ask, RewardNews.AtOnceMax,
            cancellation);
        foreach (var notice in news)
            writes.Add(NoticeMapping.Write(notice, LedgerMapping.At(run.PlannedAtMs)));
        return hasMore ? program.StartOfDay(run.Slot.AddDays(1)) : RewardNews.NextAt(account, program, level, at, told);
    }
}
