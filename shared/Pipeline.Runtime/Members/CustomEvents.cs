using Pipeline.Domain;
using Pipeline.Runtime.Loyalty;
using Pipeline.Runtime.Loyalty.Storage;
using Pipeline.Runtime.Ports;

namespace Pipeline.Runtime.Members;

/// <summary>Something that a customer did, as the shop posts it.</summary>
/// <param name="Id">Unique for the customer, for ever.</param>
public sealed record CustomEvent(string Id, CustomerId Customer, string Type, DateTimeOffset OccurredAt);

public abstract record EventAnswer
{
    private EventAnswer()
    {
    }

    /// <param name="Points">0: the rule's limit was reached.</param>
    public sealed record Done(CustomEvent Event, long Points, bool Replayed) : EventAnswer
    {
        public string EntryId => EntryIds.Grant(CustomEvents.GrantOf(Event.Id));
    }

    public sealed record UnknownCustomer : EventAnswer;

    public sealed record UnknownType : EventAnswer;

    /// <summary>The id belongs to other content; nothing changed.</summary>
    public sealed record ContentDiffers : EventAnswer;

    public sealed record Refused(Reason Reason) : EventAnswer;
}

/// <summary>
/// Gives for what customers do beside buying. An event is kept with what it gave, in one commit with the points, so that it
/// is answered the same for ever.
/// </summary>
public sealed class CustomEvents(
    IDocumentStore store, LedgerCoordinator coordinator, IProgramSource programs, TimeProvider clock)
{
    /// <exception cref="ContendedException">Others wrote the account at every attempt.</exception>
    public ValueTask<EventAnswer> PostAsync(CustomEvent sent, CancellationToken cancellation) =>
        coordinator.WorkAsync(sent.Customer, work => WorkAsync(work, sent, cancellation), cancellation);

    internal static GrantId GrantOf(string eventId) => new($"event:{eventId}");

    private async ValueTask<EventAnswer> WorkAsync(LedgerWork work, CustomEvent sent, CancellationToken cancellation)
    {
        if (work.IsNew)
            return new EventAnswer.UnknownCustomer();
        var atMs = LedgerMapping.Ms(sent.OccurredAt);
        var known = await MemberStorage.ReadAsync(
            store, MemberKinds.EventOf(sent.Customer, sent.Id), MemberStorage.Default.EventDocument, cancellation);
        if (known is not null)
            return known.Type == sent.Type && known.OccurredAtMs == atMs
                ? new EventAnswer.Done(sent, known.Points, Replayed: true)
                : new EventAnswer.ContentDiffers();
        var program = programs.Current;
        if (program.Awards?.Events.GetValueOrDefault(sent.Type) is not { } rule)
            return new EventAnswer.UnknownType();

        var name = $"event:{sent.Type}";
        var counts = await AwardCounts.ReadAsync(
            store, sent.Customer, name, rule.Limits, program.DayOf(sent.OccurredAt), cancellation);
        var points = counts.HasRoom ? rule.Points : 0;
        if (points > 0)
        {
            if (await work.DecideAsync(Grant(sent, name, rule, program), cancellation) is Decision.Rejected rejected)
                return new EventAnswer.Refused(rejected.Reason);
            counts.Take(work);
        }

        work.Beside(new Write.Create(
            MemberKinds.Event, sent.Id,
            StoredJson.Write(
                new EventDocument { Type = sent.Type, OccurredAtMs = atMs, Points = points },
                MemberStorage.Default.EventDocument)));
        return new EventAnswer.Done(sent, points, Replayed: false);
    }

    /// <summary>An event that is dated ahead counts from now on.</summary>
    private LedgerCommand.Grant Grant(CustomEvent sent, string name, EventRule rule, LoyaltyProgram program)
    {
        var now = Instants.WholeMilliseconds(clock.GetUtcNow());
        return new LedgerCommand.Grant(
            GrantOf(sent.Id), rule.Points, sent.Id, $"Event: {sent.Type}", FactOrder.At(sent.OccurredAt, now), name, now)
        {
            Rule = new GrantRule(name, program.Version),
        };
    }
}
