using Pipeline.Domain;
using Pipeline.Runtime.Cases.Storage;
using Pipeline.Runtime.Loyalty;
using Pipeline.Runtime.Ports;
using Pipeline.Runtime.Satisfaction;
using Pipeline.Runtime.Satisfaction.Storage;

namespace Pipeline.Runtime.Cases;

/// <summary>What staff ask of a case.</summary>
public abstract record CaseRequest
{
    private CaseRequest()
    {
    }

    public sealed record Assign(string Owner) : CaseRequest;

    public sealed record Note(string Text) : CaseRequest;

    public sealed record Contact(string Channel) : CaseRequest;

    public sealed record Resolve(string Resolution) : CaseRequest;

    public sealed record Reopen(string Reason) : CaseRequest;

    public sealed record Goodwill(long Points, string Reason) : CaseRequest;
}

public abstract record CaseAnswer
{
    private CaseAnswer()
    {
    }

    /// <param name="Replayed">The request was done before.</param>
    public sealed record Done(CaseFile File, bool Replayed) : CaseAnswer;

    public sealed record Unknown : CaseAnswer;

    public sealed record Refused(CaseProblem Problem) : CaseAnswer;

    /// <summary>The ledger refused the points.</summary>
    public sealed record PointsRefused(Reason Reason) : CaseAnswer;

    /// <summary>So many points take a second pair of eyes.</summary>
    /// <param name="Max">The most that one key may give.</param>
    public sealed record AboveLimit(long Max) : CaseAnswer;
}

/// <summary>
/// Lets staff work a case: load, decide, commit. What follows from an event elsewhere (a survey link, the measured times)
/// is done after the commit and before the answer; a case says that it is pending until it is done, and the sweep does
/// what a crash left.
/// </summary>
public sealed class CaseDesk
{
    public const int AttemptsMax = 12;

    private readonly IDocumentStore store;
    private readonly LedgerCoordinator ledger;
    private readonly SurveyLinks links;
    private readonly SatisfactionBook book;
    private readonly IProgramSource programs;
    private readonly ICaseRulesSource rules;
    private readonly TimeProvider clock;
    private readonly FeedbackClaims claims;

    internal CaseDesk(
        IDocumentStore store, LedgerCoordinator ledger, SurveyLinks links, SatisfactionBook book,
        IProgramSource programs, ICaseRulesSource rules, TimeProvider clock)
    {
        (this.store, this.ledger, this.links, this.book) = (store, ledger, links, book);
        (this.programs, this.rules, this.clock) = (programs, rules, clock);
        claims = new FeedbackClaims(store);
    }

    /// <param name="by">The name of the caller's API key.</param>
    /// <param name="key">Identifies the request: its repetition changes nothing.</param>
    public async ValueTask<CaseAnswer> AskAsync(
        CaseId id, CaseRequest request, string by, string key, CancellationToken cancellation)
    {
        if (await OwnerAsync(id, cancellation) is not { } owner)
            return new CaseAnswer.Unknown();
        var command = CommandOf(id, request, by, key);
        for (var attempt = 0; attempt < AttemptsMax; attempt++)
        {
            if (await ReadAsync(owner, id, cancellation) is not { } stored)
                return new CaseAnswer.Unknown();
            switch (CaseDecider.Decide(stored.File, command, rules.Current, programs.Current.Calendar))
            {
                case CaseDecision.Refused refused:
                    return new CaseAnswer.Refused(refused.Problem);
                case CaseDecision.Repeated:
                    await SettleAsync(owner, stored, cancellation);
                    return new CaseAnswer.Done(stored.File, Replayed: true);
                case CaseDecision.Accepted when LimitOf(command) is { } max:
                    return new CaseAnswer.AboveLimit(max);
                case CaseDecision.Accepted accepted:
                    if (await TakeAsync(owner, stored, command, accepted, cancellation) is { } answer)
                        return answer;
                    break;
            }
        }

        throw new ContendedException(owner, AttemptsMax);
    }

    /// <summary>Null where there is no such case.</summary>
    public async ValueTask<CaseFile?> GetAsync(CaseId id, CancellationToken cancellation) =>
        await OwnerAsync(id, cancellation) is { } owner ? (await ReadAsync(owner, id, cancellation))?.File : null;

    /// <summary>What the timer does with a case that is due: what a crash left, and an escalation.</summary>
    internal async ValueTask<bool> SweepAsync(Document due, CancellationToken cancellation)
    {
        var (owner, stored) = (due.Key.Partition, CaseMapping.Read(due));
        await SettleAsync(owner, stored, cancellation);
        if (stored.IsPending)
            return false; // the version has changed; the next sweep goes on
        var command = new CaseCommand.Escalate(Instants.WholeMilliseconds(clock.GetUtcNow()));
        return CaseDecider.Decide(stored.File, command, rules.Current, programs.Current.Calendar)
                is CaseDecision.Accepted { Events.Length: > 0 } accepted
            && await WriteAsync(owner, Decided(stored, accepted), cancellation) is not null;
    }

    /// <summary>Null where another wrote the case since it was read.</summary>
    private async ValueTask<CaseAnswer?> TakeAsync(
        string owner, StoredCase stored, CaseCommand command, CaseDecision.Accepted accepted,
        CancellationToken cancellation)
    {
        var decided = Decided(stored, accepted);
        if (command is CaseCommand.GiveGoodwill goodwill)
        {
            // In one commit with the event: no points without it, and it without points neither.
            var given = await ledger.DecideAsync(
                stored.File.Customer!.Value, GrantOf(stored.File, goodwill), _ => [WriteOf(decided)], cancellation);
            if (given is Decision.Rejected rejected)
                return new CaseAnswer.PointsRefused(rejected.Reason);
            if (given is Decision.Accepted)
                return new CaseAnswer.Done(accepted.File, Replayed: false);
            if (given is null)
                return null;
        }

        if (await WriteAsync(owner, decided, cancellation) is not { } committed)
            return null;
        await SettleAsync(owner, committed, cancellation);
        return new CaseAnswer.Done(accepted.File, Replayed: false);
    }

    /// <summary>
    /// What one key may adjust by hand it may give as goodwill, and no more: else a case would be a way around the second key.
    /// Null where the command keeps to it, or the program says nothing of adjustments.
    /// </summary>
    private long? LimitOf(CaseCommand command) =>
        command is CaseCommand.GiveGoodwill goodwill && programs.Current.Adjustments is { } limits
        && Math.Min(limits.FourEyesAbove, limits.Max) is var max && goodwill.Points > max
            ? max
            : null;

    private static StoredCase Decided(StoredCase stored, CaseDecision.Accepted accepted) => stored with
    {
        File = accepted.File,
        IsPending = stored.IsPending
            || accepted.File.FirstAnswerAt != stored.File.FirstAnswerAt
            || accepted.Events.Any(static happened => happened is CaseEvent.Resolved),
    };

    /// <summary>Null where another wrote the case since it was read.</summary>
    private async ValueTask<StoredCase?> WriteAsync(string owner, StoredCase stored, CancellationToken cancellation)
    {
        var result = await store.CommitAsync(owner, [WriteOf(stored)], cancellation);
        return result.Committed ? stored with { Version = result.Results[0].Version } : null;
    }

    private Write WriteOf(StoredCase stored) =>
        CaseMapping.Write(stored with { Due = CaseMapping.DueOf(stored.File, stored.IsPending, rules.Current) });

    /// <summary>Does what follows from the events of a pending case; each part may be done again.</summary>
    private async ValueTask SettleAsync(string owner, StoredCase stored, CancellationToken cancellation)
    {
        if (!stored.IsPending)
            return;
        var file = stored.File;
        var purchase = await PurchaseAsync(owner, file.Id, cancellation);
        foreach (var resolved in file.Events.OfType<CaseEvent.Resolved>())
            if (resolved.FollowUp is { } planned)
                await links.MakeAsync(planned, file, purchase, resolved.At, cancellation);
        await book.AddAsync(owner, CaseTimes.Of(file, programs.Current), cancellation);
        // Where another wrote it meanwhile, it stays pending, and the sweep finds that there is nothing left to do.
        await WriteAsync(owner, stored with { IsPending = false }, cancellation);
    }

    /// <summary>What the case is about, so that the follow-up's answer counts with the same products.</summary>
    private async ValueTask<PurchaseId?> PurchaseAsync(string owner, CaseId id, CancellationToken cancellation) =>
        await store.ReadAsync(new DocumentKey(owner, FeedbackKinds.Feedback, id.Value), cancellation) is { } document
            ? FeedbackMapping.ReadFeedback(document).Feedback.Purchase
            : null; // a warning opened it

    private static LedgerCommand.Grant GrantOf(CaseFile file, CaseCommand.GiveGoodwill goodwill) => new(
        goodwill.Grant, goodwill.Points, file.Id.Value, $"Goodwill: {goodwill.Reason}", goodwill.At, $"{goodwill.Points}");

    private CaseCommand CommandOf(CaseId id, CaseRequest request, string by, string key)
    {
        var at = Instants.WholeMilliseconds(clock.GetUtcNow());
        return request switch
        {
            CaseRequest.Assign r => new CaseCommand.Assign(at, by, key, r.Owner),
            CaseRequest.Note r => new CaseCommand.Note(at, by, key, r.Text),
            CaseRequest.Contact r => new CaseCommand.Contact(at, by, key, r.Channel),
            CaseRequest.Resolve r => new CaseCommand.Resolve(
                at, by, key, r.Resolution,
                rules.Current.FollowUpDays is > 0 and var days ? links.Plan(id, key, at, days) : null),
            CaseRequest.Reopen r => new CaseCommand.Reopen(at, by, key, r.Reason),
            CaseRequest.Goodwill r => new CaseCommand.GiveGoodwill(
                at, by, key, r.Points, r.Reason, new GrantId($"goodwill:{ShortHash.Of($"{id}\n{key}")}")),
            _ => throw new InvalidOperationException($"Unknown request {request.GetType().Name}."),
        };
    }

    private ValueTask<string?> OwnerAsync(CaseId id, CancellationToken cancellation) =>
        claims.OwnerAsync(new FeedbackId(id.Value), cancellation);

    private async ValueTask<StoredCase?> ReadAsync(string owner, CaseId id, CancellationToken cancellation) =>
        await store.ReadAsync(CaseKinds.KeyOf(owner, id), cancellation) is { } document
            ? CaseMapping.Read(document)
            : null;
}
