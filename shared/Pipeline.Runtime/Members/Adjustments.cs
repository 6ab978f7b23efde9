using Pipeline.Domain;
using Pipeline.Runtime.Loyalty;
using Pipeline.Runtime.Loyalty.Storage;
using Pipeline.Runtime.Ports;

namespace Pipeline.Runtime.Members;

public enum AdjustmentStatus
{
    Pending,
    Applied,
    Rejected,
}

/// <summary>A change of points by hand.</summary>
public sealed record AdjustmentView
{
    internal AdjustmentView(CustomerId customer, AdjustmentId id, AdjustmentDocument stored) =>
        (Customer, Id, Stored) = (customer, id, stored);

    public CustomerId Customer { get; }

    public AdjustmentId Id { get; }

    internal AdjustmentDocument Stored { get; }
}

public abstract record AdjustmentAnswer
{
    private AdjustmentAnswer()
    {
    }

    /// <param name="Adjustment">As it was after the request; that of a repetition as it was then.</param>
    public sealed record Done(AdjustmentView Adjustment, bool Replayed) : AdjustmentAnswer;

    public sealed record UnknownCustomer : AdjustmentAnswer;

    public sealed record Unknown : AdjustmentAnswer;

    /// <summary>The id belongs to other content; nothing changed.</summary>
    public sealed record ContentDiffers : AdjustmentAnswer;

    public sealed record AboveLimit(long Max) : AdjustmentAnswer;

    /// <summary>Who asked for it cannot decide it.</summary>
    public sealed record SameApprover : AdjustmentAnswer;

    /// <summary>Another has decided it, or otherwise.</summary>
    public sealed record Decided(AdjustmentStatus Status) : AdjustmentAnswer;

    public sealed record Refused(Reason Reason) : AdjustmentAnswer;
}

/// <summary>
/// Changes points by hand, with a reason and the names of the keys. Above the program's limit two keys of different names
/// are needed. The points move in the commit that says so.
/// </summary>
public sealed class Adjustments(
    IDocumentStore store, LedgerCoordinator coordinator, IProgramSource programs, TimeProvider clock)
{
    private const string RuleName = "adjustment";

    /// <param name="points">Above zero to give, below it to take.</param>
    /// <param name="by">The name of the caller's key.</param>
    /// <exception cref="ContendedException">Others wrote the account at every attempt.</exception>
    public ValueTask<AdjustmentAnswer> AskAsync(
        CustomerId customer, AdjustmentId id, long points, string reason, string by, CancellationToken cancellation) =>
        coordinator.WorkAsync(
            customer, work => AskAsync(work, customer, id, points, reason, by, cancellation), cancellation);

    /// <exception cref="ContendedException">Others wrote the account at every attempt.</exception>
    public ValueTask<AdjustmentAnswer> DecideAsync(
        CustomerId customer, AdjustmentId id, bool approves, string by, CancellationToken cancellation) =>
        coordinator.WorkAsync(customer, work => DecideAsync(work, customer, id, approves, by, cancellation), cancellation);

    /// <summary>Null where there is none.</summary>
    public async ValueTask<AdjustmentView?> GetAsync(
        CustomerId customer, AdjustmentId id, CancellationToken cancellation) =>
        await MemberStorage.ReadAsync(
            store, MemberKinds.AdjustmentOf(customer, id), MemberStorage.Default.AdjustmentDocument, cancellation)
            is { } stored ? new AdjustmentView(customer, id, stored) : null;

    private async ValueTask<AdjustmentAnswer> AskAsync(
        LedgerWork work, CustomerId customer, AdjustmentId id, long points, string reason, string by,
        CancellationToken cancellation)
    {
        if (work.IsNew)
            return new AdjustmentAnswer.UnknownCustomer();
        if (await GetAsync(customer, id, cancellation) is { Stored: var known })
            return known.Points == points && known.Reason == reason
                ? new AdjustmentAnswer.Done(new AdjustmentView(customer, id, AsAsked(known)), Replayed: true)
                : new AdjustmentAnswer.ContentDiffers();
        var rules = programs.Current.Adjustments ?? AdjustmentRules.Default;
        if (Math.Abs(points) > rules.Max)
            return new AdjustmentAnswer.AboveLimit(rules.Max);

        var asked = new AdjustmentDocument
        {
            Points = points,
            Reason = reason,
            By = by,
            AskedAtMs = LedgerMapping.Ms(Now),
            IsFourEyes = Math.Abs(points) > rules.FourEyesAbove,
        };
        if (!asked.IsFourEyes)
        {
            asked.Status = AdjustmentStatus.Applied;
            if (await MoveAsync(work, id, asked, cancellation) is { } reasonNot)
                return new AdjustmentAnswer.Refused(reasonNot);
        }

        // What is pending is due, so that the store finds it among all customers.
        work.Beside(new Write.Create(
            MemberKinds.Adjustment, id.Value, StoredJson.Write(asked, MemberStorage.Default.AdjustmentDocument),
            asked.IsFourEyes ? LedgerMapping.At(asked.AskedAtMs) : null));
        return new AdjustmentAnswer.Done(new AdjustmentView(customer, id, asked), Replayed: false);
    }

    private async ValueTask<AdjustmentAnswer> DecideAsync(
        LedgerWork work, CustomerId customer, AdjustmentId id, bool approves, string by, CancellationToken cancellation)
    {
        if (await store.ReadAsync(MemberKinds.AdjustmentOf(customer, id), cancellation) is not { } document)
            return new AdjustmentAnswer.Unknown();
        var stored = MemberStorage.Read(document, MemberStorage.Default.AdjustmentDocument);
        var status = approves ? AdjustmentStatus.Applied : AdjustmentStatus.Rejected;
        if (stored.Status != AdjustmentStatus.Pending)
            return stored.Status == status && stored.DecidedBy == by
                ? new AdjustmentAnswer.Done(new AdjustmentView(customer, id, stored), Replayed: true)
                : new AdjustmentAnswer.Decided(stored.Status);
        if (IsOneHolder(stored.By, by))
            return new AdjustmentAnswer.SameApprover();
        if (approves && await MoveAsync(work, id, stored, cancellation) is { } reasonNot)
            return new AdjustmentAnswer.Refused(reasonNot);
        (stored.Status, stored.DecidedBy, stored.DecidedAtMs) = (status, by, LedgerMapping.Ms(Now));
        work.Beside(new Write.Replace(
            MemberKinds.Adjustment, id.Value, document.Version,
            StoredJson.Write(stored, MemberStorage.Default.AdjustmentDocument)));
        return new AdjustmentAnswer.Done(new AdjustmentView(customer, id, stored), Replayed: false);
    }

    /// <summary>Nobody gives two people names that differ in capitals alone, and somebody alone could give both to themselves.</summary>
    private static bool IsOneHolder(string one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);

    /// <summary>Why the ledger refuses it, or null.</summary>
    private async ValueTask<Reason?> MoveAsync(
        LedgerWork work, AdjustmentId id, AdjustmentDocument asked, CancellationToken cancellation)
    {
        var (points, why, print) = (asked.Points, $"Adjustment: {asked.Reason}", $"{asked.Points}");
        LedgerCommand command = points > 0
            ? new LedgerCommand.Grant(new GrantId($"adjust:{id}"), points, id.Value, why, Now, print)
            {
                Rule = new GrantRule(RuleName, programs.Current.Version),
            }
            : new LedgerCommand.Deduct(id, -points, why, Now, print);
        return await work.DecideAsync(command, cancellation) is Decision.Rejected rejected ? rejected.Reason : null;
    }

    /// <summary>The first answer again, whatever has become of it since.</summary>
    private static AdjustmentDocument AsAsked(AdjustmentDocument stored) => new()
    {
        Points = stored.Points,
        Reason = stored.Reason,
        By = stored.By,
        AskedAtMs = stored.AskedAtMs,
        IsFourEyes = stored.IsFourEyes,
        Status = stored.IsFourEyes ? AdjustmentStatus.Pending : AdjustmentStatus.Applied,
    };

    private DateTimeOffset Now => Instants.WholeMilliseconds(clock.GetUtcNow());
}
