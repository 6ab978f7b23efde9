using Pipeline.Domain;
using Pipeline.Runtime.Loyalty.Storage;
using Pipeline.Runtime.Ports;

namespace Pipeline.Runtime.Loyalty;

/// <summary>Holds, captures and releases: decided and durable before they are answered.</summary>
public sealed class Checkout(IDocumentStore store, LedgerCoordinator coordinator, TimeProvider clock)
{
    public async ValueTask<CheckoutAnswer> HoldAsync(
        CustomerId customer, HoldId id, long points, int seconds, CancellationToken cancellation)
    {
        var command = new LedgerCommand.PlaceHold(id, points, seconds, Now, Fingerprints.OfHold(points, seconds));
        return await coordinator.DecideAsync(customer, command, cancellation) switch
        {
            Decision.Accepted done => Held(done.Entries[0], replayed: false),
            Decision.Repeated done => Held(done.Entry, replayed: true),
            Decision.Mismatched => new CheckoutAnswer.ContentDiffers(),
            Decision.Rejected no => await RefusedAsync(customer, no.Reason, cancellation),
            var other => throw Unexpected(other),
        };
    }

    public async ValueTask<CheckoutAnswer> CaptureAsync(
        CustomerId customer, HoldId id, CancellationToken cancellation) =>
        await coordinator.DecideAsync(customer, new LedgerCommand.Capture(id, Now), cancellation) switch
        {
            Decision.Accepted done => Captured(done.Entries[0], replayed: false),
            Decision.Repeated done => Captured(done.Entry, replayed: true),
            Decision.Rejected no => await RefusedAsync(customer, no.Reason, cancellation),
            var other => throw Unexpected(other),
        };

    public async ValueTask<CheckoutAnswer> ReleaseAsync(
        CustomerId customer, HoldId id, CancellationToken cancellation) =>
        await coordinator.DecideAsync(customer, new LedgerCommand.Release(id, Now), cancellation) switch
        {
            Decision.Accepted => new CheckoutAnswer.Released(Replayed: false),
            Decision.Repeated => new CheckoutAnswer.Released(Replayed: true),
            Decision.Rejected no => await RefusedAsync(customer, no.Reason, cancellation),
            var other => throw Unexpected(other),
        };

    private DateTimeOffset Now => Instants.WholeMilliseconds(clock.GetUtcNow());

    /// <summary>An unknown customer has no points and no hold, so every refusal asks first whether it is one.</summary>
    private async ValueTask<CheckoutAnswer> RefusedAsync(
        CustomerId customer, Reason reason, CancellationToken cancellation) =>
        await store.ReadAsync(LedgerKinds.AccountOf(customer), cancellation) is null
            ? new CheckoutAnswer.UnknownCustomer()
            : new CheckoutAnswer.Refused(reason);

    private static CheckoutAnswer.Held Held(Entry entry, bool replayed)
    {
        var held = (Fact.Held)entry.Fact;
        return new CheckoutAnswer.Held(held.Points, held.Until, replayed);
    }

    private static CheckoutAnswer.Captured Captured(Entry entry, bool replayed)
    {
        var captured = (Fact.Captured)entry.Fact;
        return new CheckoutAnswer.Captured(captured.Points, captured.Burned, replayed);
    }

    private static InvalidOperationException Unexpected(Decision decision) =>
        new($"A checkout command was decided as {decision.GetType().Name}.");
}

/// <summary>Instants as the ledger keeps them.</summary>
internal static class Instants
{
    public static DateTimeOffset WholeMilliseconds(DateTimeOffset at) =>
        DateTimeOffset.FromUnixTimeMilliseconds(at.ToUnixTimeMilliseconds());
}
