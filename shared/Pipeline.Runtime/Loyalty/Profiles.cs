using Pipeline.Domain;
using Pipeline.Runtime.Members;
using Pipeline.Runtime.Ports;
using Pipeline.Runtime.Satisfaction;

namespace Pipeline.Runtime.Loyalty;

/// <summary>Keeps what a shop knows of its customers. A profile makes a customer, as a purchase does.</summary>
public sealed class Profiles(
    IDocumentStore store, LedgerCoordinator coordinator, Enrolment enrolment, IProgramSource programs, TimeProvider clock)
{
    /// <exception cref="ContendedException">Others wrote the account at every attempt.</exception>
    public async ValueTask<(CustomerView View, bool Created)> PutAsync(
        CustomerId customer, Profile profile, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var (account, isNew) = await coordinator.WorkAsync(
            customer,
            async work =>
            {
                await enrolment.PutAsync(work, customer, profile, Instants.WholeMilliseconds(now), cancellation);
                return (work.Account, work.IsNew);
            },
            cancellation);
        var satisfaction = await FeedbackReader.SummaryAsync(store, customer, cancellation);
        var view = CustomerReader.ViewOf(customer, account, profile, satisfaction, now) with
        {
            Tier = await CustomerReader.TierAsync(store, programs, clock, customer, account, cancellation),
        };
        return (view, isNew);
    }
}
