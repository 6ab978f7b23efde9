using System.Text.Json;
using Pipeline.Domain;
using Pipeline.Runtime.Loyalty;
using Pipeline.Runtime.Loyalty.Storage;
using Pipeline.Runtime.Ports;

namespace Pipeline.Runtime.Insight;

/// <summary>A night's scoring: the slot, what it scores with, and what it adds up.</summary>
/// <param name="Cut">The start of the slot's day: later facts are left to the next night.</param>
/// <param name="PlannedAtMs">The run's stamp, the same however often a page is done.</param>
internal sealed record InsightNight(
    DateOnly Slot, DateTimeOffset Cut, long PlannedAtMs, string? ModelId, InsightModel? Model, InsightRules Rules)
{
    public int Today => Slot.DayNumber;

    public double Gap => Model?.Population.MeanGap ?? CustomerNorms.GapBeforeAnyIsKnown;
}

/// <summary>What the customers of a page changed in the counts over all customers. Safe for several threads.</summary>
internal sealed class PageCounters
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, long> changes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> moves = new(StringComparer.Ordinal);

    public SortedDictionary<string, long> Changes => new(changes, StringComparer.Ordinal);

    public SortedDictionary<string, long> Moves => new(moves, StringComparer.Ordinal);

    public long Scored { get; private set; }

    public long Changed { get; private set; }

    public void Add(CustomerInsight? before, CustomerInsight now)
    {
        lock (gate)
        {
            Scored++;
            if (before == now)
                return;
            Changed++;
            InsightCounters.Add(changes, before, -1);
            InsightCounters.Add(changes, now, 1);
            InsightCounters.AddMove(moves, before, now);
            InsightCounters.AddWarning(changes, before, now);
        }
    }
}

/// <summary>What a night says of a customer, and what of it is to be written.</summary>
internal sealed record ScoredCustomer(string Customer, CustomerInsight? Before, CustomerInsight Now, List<Write> Writes);

/// <summary>
/// Scores one customer on a night and writes what is new of it, in one commit with the account, whose next look it
/// decides. Doing it again writes nothing and counts the same.
/// </summary>
public sealed class ScoreCustomer(
    IDocumentStore store, IProgramSource programs, SignalReader signals, WarningWriter warnings)
{
    /// <summary>What nights before have said of customers, in their order.</summary>
    internal ValueTask<IReadOnlyList<Document?>> ToldAsync(
        IReadOnlyList<string> customers, CancellationToken cancellation) =>
        store.ReadManyAsync([.. customers.Select(InsightKinds.InsightOf)], cancellation);

    /// <param name="account">As it was just read; null: read it, and what was told.</param>
    /// <param name="told">As it was read after the account; null: there is none.</param>
    /// <returns>What is to be kept; null where nothing is, and the customer was counted.</returns>
    internal async ValueTask<ScoredCustomer?> LookAsync(
        InsightNight night, string customer, StoredAccount? account, Document? told, PageCounters counters,
        CancellationToken cancellation)
    {
        // What staff say is written into both: read in another order, the one could be from before it and the other from after.
        var decided = account is null
            ? await DecideAsync(night, customer, cancellation)
            : await DecideAsync(night, customer, account, told, cancellation);
        if (decided is not { } scored)
            return null;
        if (scored.Writes.Count > 0)
            return scored;
        counters.Add(scored.Before, scored.Now);
        return null;
    }

    /// <summary>Writes it; where others wrote the account meanwhile, what is decided anew.</summary>
    /// <exception cref="ContendedException">Others wrote the account at every attempt.</exception>
    internal async ValueTask KeepAsync(
        InsightNight night, ScoredCustomer scored, PageCounters counters, CancellationToken cancellation)
    {
        for (var attempt = 0; attempt < LedgerCoordinator.AttemptsMax; attempt++)
        {
            if (scored.Writes.Count == 0
                || (await store.CommitAsync(scored.Customer, scored.Writes, cancellation)).Committed)
            {
                counters.Add(scored.Before, scored.Now);
                return;
            }

            if (await DecideAsync(night, scored.Customer, cancellation) is not { } anew)
                return;
            scored = anew;
        }

        throw new ContendedException(scored.Customer, LedgerCoordinator.AttemptsMax);
    }

    /// <summary>That the customer can be scored: throws where not, and writes nothing.</summary>
    internal async ValueTask TryAsync(InsightNight night, string customer, CancellationToken cancellation) =>
        await DecideAsync(night, customer, cancellation);

    private async ValueTask<StoredAccount?> AccountAsync(string customer, CancellationToken cancellation) =>
        StoredAccount.Of(await store.ReadAsync(LedgerKinds.AccountOf(new CustomerId(customer)), cancellation));

    private async ValueTask<ScoredCustomer?> DecideAsync(
        InsightNight night, string customer, CancellationToken cancellation) =>
        await DecideAsync(
            night, customer, await AccountAsync(customer, cancellation),
            await store.ReadAsync(InsightKinds.InsightOf(customer), cancellation), cancellation);

    /// <summary>Null: there is no such customer, or a later night has scored them.</summary>
    private async ValueTask<ScoredCustomer?> DecideAsync(
        InsightNight night, string customer, StoredAccount? stored, Document? told, CancellationToken cancellation)
    {
        if (stored is not var (document, account, profile))
            return null;
        var known = told is null ? null : InsightJson.ReadInsight(told, night.Today);
        if (known?.Slot > night.Today)
            return null;
        var rhythm = account.Rhythm ?? History.Rebuild(
            await LedgerHistory.LoadAsync(store, new CustomerId(customer), cancellation), programs.Programs,
            account.ExpiredThrough).Rhythm!;
        // At the first look nothing tells yet whether there is any: it may be older than the account.
        var beside = account.HasFeedback || known is null
            ? await signals.ReadAsync(new CustomerId(customer), account, rhythm, night.Cut, night.Today, cancellation)
            : SignalReader.WithoutFeedback(account, rhythm, night.Cut, night.Today);

        var row = known is null ? null : InsightMapping.Read(known.Now);
        var beforeRow = known?.Slot == night.Today ? known.Before : known?.Now;
        var before = beforeRow is null ? null : beforeRow == known!.Now ? row : InsightMapping.Read(beforeRow);
        var now = CustomerInsight.Of(
            new KnownCustomer(customer, rhythm), account.Flows, before?.Warning, night.Today, night.Model, night.Rules,
            beside.Signals.Signals, InsightMapping.EndedOf(known, before?.Warning)).Unless(before);
        var writes = new List<Write>();
        if (row?.Warning != now.Warning)
            await warnings.AddAsync(writes, night, customer, rhythm, row?.Warning, now, beside.Signals, cancellation);
        if (row != now)
            AddInsight(writes, night, told, known, beforeRow, before, now, rhythm);
        var hasFeedback = account.HasFeedback || beside.HasFeedback;
        if (account.InsightDueAt is { } due && due <= night.Cut)
        {
            var looked = account with
            {
                InsightDueAt = NextLook(night, account, rhythm, now.Warning, beside.Signals.Signals.OpenCases > 0),
                HasFeedback = hasFeedback,
            };
            writes.Add(new Write.Replace(
                LedgerKinds.Account, LedgerKinds.AccountId, document.Version, LedgerMapping.Write(looked, profile),
                looked.NightDueAt));
        }

        return new ScoredCustomer(customer, before, now, writes);
    }

    /// <summary>The insight, and the event where the stage is another.</summary>
    private static void AddInsight(
        List<Write> writes, InsightNight night, Document? told, InsightDocument? known, InsightRow? beforeRow,
        CustomerInsight? before, CustomerInsight now, PurchaseRhythm rhythm)
    {
        var holds = before is not null && before.Stage == now.Stage;
        var why = holds ? known!.Why : night.Rules.Lifecycle.Explain(RhythmAt.Of(rhythm, night.Today), night.Gap).Reason;
        var document = new InsightDocument
        {
            Slot = night.Today,
            Now = InsightMapping.Write(now),
            Before = beforeRow,
            Since = holds ? known!.Since : night.Today,
            Why = why,
            Model = night.ModelId,
            Ended = known?.Ended,
        };
        var body = JsonSerializer.SerializeToUtf8Bytes(document, InsightJson.Default.InsightDocument);
        // At its version: staff may be ending the warning at this moment, which must not be written over.
        writes.Add(told is null
            ? new Write.Create(InsightKinds.Insight, InsightKinds.InsightId, body)
            : new Write.Replace(InsightKinds.Insight, InsightKinds.InsightId, told.Version, body));
        if (before is not null && !holds)
            writes.Add(InsightMapping.Signal(night.Slot, new SignalDocument
            {
                Type = InsightKinds.StageChanged,
                AtMs = night.PlannedAtMs,
                Stage = new StageChange(
                    night.Slot, InsightCounters.NameOf(before.Stage), InsightCounters.NameOf(now.Stage), why ?? ""),
            }));
    }

    /// <summary>
    /// The start of the day on which silence will have moved the customer; sooner where something happened since the cut,
    /// which the next night is to see.
    /// </summary>
    private DateTimeOffset? NextLook(
        InsightNight night, Account account, PurchaseRhythm rhythm, WarningState? warning, bool hasOpenCase)
    {
        var days = CustomerInsight.LookAgainDays(
            rhythm, night.Today, warning, hasOpenCase, night.Model?.Churn.HorizonDays ?? FitRules.Default.HorizonDays,
            night.Rules.Lifecycle, night.Gap);
        var look = days is { } more ? programs.Current.StartOfDay(night.Slot.AddDays(more)) : (DateTimeOffset?)null;
        var latest = FactOrder.InstantOf(account.LatestThrough);
        return latest >= night.Cut && !(look <= latest) ? Later(latest, night.Cut.AddMilliseconds(1)) : look;
    }

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;
}
