using Pipeline.Domain;
using Pipeline.Runtime.Loyalty.Storage;
using Pipeline.Runtime.Ports;
using Pipeline.Runtime.Satisfaction;

namespace Pipeline.Runtime.Loyalty;

/// <summary>Keeps what a shop knows of its customers. A profile makes a customer, as a purchase does.</summary>
public sealed class Profiles(IDocumentStore store, TimeProvider clock)
{
    /// <exception cref="ContendedException">Others wrote the account at every attempt.</exception>
    public async ValueTask<(CustomerView View, bool Created)> PutAsync(
        CustomerId customer, Profile profile, CancellationToken cancellation)
    {
        for (var attempt = 0; attempt < LedgerCoordinator.AttemptsMax; attempt++)
        {
            var document = await store.ReadAsync(LedgerKinds.AccountOf(customer), cancellation);
            var account = document is null ? Account.New : LedgerMapping.ReadAccount(document.Body).Account;
            var body = LedgerMapping.Write(account, profile);
            Write write = document is null
                ? new Write.Create(LedgerKinds.Account, LedgerKinds.AccountId, body, account.NightDueAt)
                : new Write.Replace(LedgerKinds.Account, LedgerKinds.AccountId, document.Version, body, account.NightDueAt);
            var result = await store.CommitAsync(customer.Value, [write], cancellation);
            if (!result.Committed)
                continue;
            var satisfaction = await FeedbackReader.SummaryAsync(store, customer, cancellation);
            return (
                CustomerReader.ViewOf(customer, account, profile, satisfaction, clock.GetUtcNow()), document is null);
        }

        throw new ContendedException(customer.Value, LedgerCoordinator.AttemptsMax);
    }
}
