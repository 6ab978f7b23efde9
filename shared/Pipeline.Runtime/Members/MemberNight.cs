using Pipeline.Domain;
using Pipeline.Runtime.Loyalty;
using Pipeline.Runtime.Loyalty.Storage;
using Pipeline.Runtime.Ports;

namespace Pipeline.Runtime.Members;

/// <summary>What a night does beside expiry and scores: birthdays and referrals. It may be done again.</summary>
public sealed class MemberNight(
    IDocumentStore store, IProgramSource programs, AwardBirthdays birthdays, SettleReferrals referrals)
{
    /// <param name="account">As it was just read; null: read it, where there can be anything to do.</param>
    /// <param name="cut">The start of the night's day.</param>
    /// <param name="at">The night's stamp, the same however often it is done.</param>
    /// <returns>Whether the account has changed.</returns>
    internal async ValueTask<bool> RunAsync(
        CustomerId customer, StoredAccount? account, DateTimeOffset cut, DateTimeOffset at, CancellationToken cancellation)
    {
        // What an earlier program has left is found by the nights that bring the account with them.
        if (account is null && programs.Current.Awards is null)
            return false;
        account ??= StoredAccount.Of(await store.ReadAsync(LedgerKinds.AccountOf(customer), cancellation));
        if (account is null)
            return false;
        var changed = await birthdays.RunAsync(customer, account, cut, at, cancellation);
        return await referrals.RunAsync(customer, account, cut, at, cancellation) || changed;
    }
}
