using Pipeline.Domain;
using Pipeline.Runtime.Cases;
using Pipeline.Runtime.Cases.Storage;
using Pipeline.Runtime.Loyalty;
using Pipeline.Runtime.Loyalty.Storage;
using Pipeline.Runtime.Ports;
using Pipeline.Runtime.Satisfaction.Storage;

namespace Pipeline.Runtime.Satisfaction;

/// <param name="Analysis">Of the comment; null without one.</param>
public sealed record AnalysedFeedback(Feedback Feedback, TextAnalysis? Analysis);

/// <param name="IsNew">False: it was recorded before, and is as it was then.</param>
public readonly record struct RecordedFeedback(StoredFeedback Stored, bool IsNew);

/// <summary>
/// Writes analysed feedback down: the feedback, its customer's summary and the case that it opens in one atomic commit;
/// then it is counted. Both may be repeated: the first is known by the feedback's id, the second by a mark.
/// </summary>
public sealed class FeedbackDesk
{
    public const int AttemptsMax = 12;

    /// <summary>A feedback and a case each, and the summary, within one commit.</summary>
    private const int FeedbackPerCommitMax = 40;
    private const int BytesSoftMax = StoreLimits.CommitBytesMax / 2;

    private readonly IDocumentStore store;
    private readonly IProgramSource programs;
    private readonly ICaseRulesSource rules;
    private readonly IStandingSource standings;
    private readonly SatisfactionBook book;

    internal FeedbackDesk(
        IDocumentStore store, IProgramSource programs, ICaseRulesSource rules, IStandingSource standings,
        SatisfactionBook book) =>
        (this.store, this.programs, this.rules, this.standings, this.book) = (store, programs, rules, standings, book);

    /// <param name="feedback">All of one owner: one customer's, or one that is anonymous.</param>
    /// <param name="opensCases">False for the past: nobody waits for an answer any more.</param>
    /// <returns>In the order of <paramref name="feedback"/>.</returns>
    public async ValueTask<IReadOnlyList<RecordedFeedback>> RecordAsync(
        IReadOnlyList<AnalysedFeedback> feedback, bool opensCases, CancellationToken cancellation)
    {
        var recorded = new List<RecordedFeedback>(feedback.Count);
        while (recorded.Count < feedback.Count)
        {
            var first = feedback[recorded.Count].Feedback;
            var owner = FeedbackKinds.OwnerOf(first.Id, first.Customer);
            var done = await CommitAsync(owner, feedback, recorded.Count, opensCases, cancellation);
            // Counted also where it was recorded before: whoever did may have ended in between.
            await book.AddAsync(owner, done.Select(static one => CountOf(one.Stored)), cancellation);
            recorded.AddRange(done);
        }

        return recorded;
    }

    internal static Counted CountOf(StoredFeedback stored) =>
        new($"feedback:{stored.Feedback.Id}", stored.Placing.Day, stored.Tally);

    /// <summary>Commits as many as one commit takes, from one on.</summary>
    private async ValueTask<List<RecordedFeedback>> CommitAsync(
        string owner, IReadOnlyList<AnalysedFeedback> feedback, int from, bool opensCases, CancellationToken cancellation)
    {
        // The first attempt assumes what is nearly always so: that none of it was recorded before.
        var looksFirst = false;
        for (var attempt = 0; attempt < AttemptsMax; attempt++)
        {
            var batch = await BatchAsync(owner, feedback[from].Feedback.Customer, cancellation);
            for (var i = from; i < feedback.Count && !batch.IsFull; i++)
                await AddAsync(batch, feedback[i], opensCases, looksFirst, cancellation);
            if (batch.Writes.Count == 0)
                return batch.Recorded;
            var result = await store.CommitAsync(owner, batch.AllWrites(), cancellation);
            if (result.Committed)
                return batch.Recorded;
            looksFirst = true;
        }

        throw new ContendedException(owner, AttemptsMax);
    }

    private async ValueTask<Batch> BatchAsync(string owner, CustomerId? customer, CancellationToken cancellation)
    {
        if (customer is not { } id)
            return new Batch(owner, null, Standing.Unknown);
        var standing = await standings.OfAsync(id, cancellation);
        return new Batch(owner, await store.ReadAsync(FeedbackKinds.SummaryOf(id), cancellation), standing)
        {
            HasSummary = true,
            Account = await store.ReadAsync(LedgerKinds.AccountOf(id), cancellation),
        };
    }

    private async ValueTask AddAsync(
        Batch batch, AnalysedFeedback analysed, bool opensCases, bool looksFirst, CancellationToken cancellation)
    {
        var feedback = analysed.Feedback;
        if (batch.Find(feedback.Id) is { } twice)
        {
            batch.Recorded.Add(new RecordedFeedback(twice, IsNew: false));
            return;
        }

        if (looksFirst && await store.ReadAsync(
            new DocumentKey(batch.Owner, FeedbackKinds.Feedback, feedback.Id.Value), cancellation) is { } known)
        {
            batch.Recorded.Add(new RecordedFeedback(FeedbackMapping.ReadFeedback(known), IsNew: false));
            return;
        }

        var program = programs.Current;
        var sense = FeedbackMapping.SenseOf(analysed.Analysis);
        var purchase = await PurchaseAsync(batch, feedback, cancellation);
        var placing = Placing.Of(feedback, batch.Standing, purchase, program.Calendar);
        var triage = opensCases ? Triage.Of(feedback, sense, batch.Standing, rules.Current) : null;
        var followed = feedback.FollowsUp is { } of ? await CaseAsync(batch, of, cancellation) : null;
        if (followed is not null)
            batch.Keep(followed, Follow(followed.File, feedback, triage, program.Calendar), rules.Current);
        else if (triage is not null)
            batch.Open(CaseDecider.Open(feedback, triage, rules.Current, program.Calendar), rules.Current);
        var opens = followed is null && triage is not null;
        batch.Add(new StoredFeedback(
            feedback, analysed.Analysis, placing,
            followed?.File.Id ?? (opens ? CaseId.Of(feedback.Id) : null), opens));
    }

    private CaseFile Follow(CaseFile file, Feedback feedback, Triage? triage, ZoneCalendar zone)
    {
        var command = new CaseCommand.AnswerFollowUp(feedback.ReceivedAt, feedback.Id, feedback.Answers, triage);
        return CaseDecider.Decide(file, command, rules.Current, zone) is CaseDecision.Accepted accepted
            ? accepted.File
            : file;
    }

    private async ValueTask<Fact.Purchased?> PurchaseAsync(
        Batch batch, Feedback feedback, CancellationToken cancellation)
    {
        if (feedback is not { Customer: { } customer, Purchase: { } purchase })
            return null;
        if (batch.Purchases.TryGetValue(purchase, out var known))
            return known;
        var document = await store.ReadAsync(
            LedgerKinds.EntryOf(customer, EntryIds.Purchase(purchase.Value)), cancellation);
        var bought = document is null ? null : LedgerMapping.ReadEntry(document).Fact as Fact.Purchased;
        batch.Purchases.Add(purchase, bought);
        return bought;
    }

    private async ValueTask<StoredCase?> CaseAsync(Batch batch, CaseId id, CancellationToken cancellation)
    {
        if (batch.Cases.TryGetValue(id, out var known))
            return known;
        var document = await store.ReadAsync(CaseKinds.KeyOf(batch.Owner, id), cancellation);
        return document is null ? null : CaseMapping.Read(document);
    }

    /// <summary>One attempt at some feedback of one owner: what was read, and what is to be written.</summary>
    private sealed class Batch(string owner, Document? summary, Standing standing)
    {
        private CustomerSatisfaction satisfaction =
            summary is null ? CustomerSatisfaction.New : FeedbackMapping.ReadSummary(summary);

        private long bytes;

        public string Owner => owner;

        public Standing Standing => standing;

        public bool HasSummary { get; init; }

        /// <summary>Null: has never bought.</summary>
        public Document? Account { get; init; }

        public Dictionary<PurchaseId, Fact.Purchased?> Purchases { get; } = [];

        /// <summary>Those that are followed up or opened here, as they will be.</summary>
        public Dictionary<CaseId, StoredCase> Cases { get; } = [];

        public List<Write> Writes { get; } = [];

        public List<RecordedFeedback> Recorded { get; } = [];

        public bool IsFull => Writes.Count >= FeedbackPerCommitMax || Recorded.Count >= FeedbackPerCommitMax
            || bytes >= BytesSoftMax;

        public StoredFeedback? Find(FeedbackId id) => Recorded.Find(one => one.Stored.Feedback.Id == id).Stored;

        public void Add(StoredFeedback stored)
        {
            var body = FeedbackMapping.Write(stored);
            bytes += body.Length;
            Writes.Add(new Write.Create(FeedbackKinds.Feedback, stored.Feedback.Id.Value, body));
            Recorded.Add(new RecordedFeedback(stored, IsNew: true));
            satisfaction = satisfaction.With(stored.Feedback, stored.Sense?.Label);
        }

        public void Open(CaseFile file, CaseRules rules) =>
            Cases[file.Id] = new StoredCase(file, IsPending: false, Version: null) { Due = CaseMapping.DueOf(file, false, rules) };

        public void Keep(StoredCase known, CaseFile file, CaseRules rules)
        {
            bytes += file.Events.Length * CaseDecider.EventBytesMax;
            Cases[file.Id] = known with { File = file, Due = CaseMapping.DueOf(file, known.IsPending, rules) };
        }

        public List<Write> AllWrites()
        {
            var writes = new List<Write>(Writes);
            foreach (var one in Cases.Values)
                writes.Add(CaseMapping.Write(one));
            if (!HasSummary)
                return writes;
            var body = FeedbackMapping.Write(satisfaction);
            writes.Add(summary is null
                ? new Write.Create(FeedbackKinds.Summary, FeedbackKinds.SummaryId, body)
                : new Write.Replace(FeedbackKinds.Summary, FeedbackKinds.SummaryId, summary.Version, body));
            if (Recorded.FindLast(static one => one.IsNew).Stored is { } newest
                && LookAt(newest.Feedback.ReceivedAt) is { } look)
                writes.Add(look);
            return writes;
        }

        /// <summary>Has the next night look at the customer; null where it will anyway.</summary>
        private Write.Replace? LookAt(DateTimeOffset at)
        {
            if (Account is null)
                return null;
            var (account, profile) = LedgerMapping.ReadAccount(Account.Body);
            if (account.HasFeedback && account.InsightDueAt <= at)
                return null;
            var looked = account with
            {
                HasFeedback = true,
                InsightDueAt = account.InsightDueAt <= at ? account.InsightDueAt : at,
            };
            return new Write.Replace(
                LedgerKinds.Account, LedgerKinds.AccountId, Account.Version, LedgerMapping.Write(looked, profile),
                looked.NightDueAt);
        }
    }
}
