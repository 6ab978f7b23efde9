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
}

/// <summary>What the customers of a page changed in the counts over all customers. Safe for several threads.</summary>
internal sealed class PageCounters
{
    private readonly Lock gate = new();

    public SortedDictionary<string, long> Changes { get; } = new(StringComparer.Ordinal);

    public SortedDictionary<string, long> Moves { get; } = new(StringComparer.Ordinal);

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
            InsightCounters.Add(Changes, before, -1);
            InsightCounters.Add(Changes, now, 1);
            InsightCounters.AddMove(Moves, before, now);
            InsightCounters.AddWarning(Changes, before, now);
        }
    }
}

/// <summary>
/// Scores one customer on a night and writes what is new of it, in one commit with the account, whose next look it
/// decides. Doing it again writes nothing and counts the same.
/// </summary>
public sealed class ScoreCustomer(IDocumentStore store, IProgramSource programs)
{
    /// <param name="account">As it was just read; null: read it.</param>
    /// <exception cref="ContendedException">Others wrote the account at every attempt.</exception>
    internal async ValueTask RunAsync(
        InsightNight night, string customer, Document? account, PageCounters counters, CancellationToken cancellation)
    {
        for (var attempt = 0; attempt < LedgerCoordinator.AttemptsMax; attempt++)
        {
            account ??= await store.ReadAsync(LedgerKinds.AccountOf(new CustomerId(customer)), cancellation);
            if (account is null)
                return;
            var scored = await DecideAsync(night, account, cancellation);
            if (scored is null)
                return;
            if (scored.Writes.Count == 0
                || (await store.CommitAsync(customer, scored.Writes, cancellation)).Committed)
            {
                counters.Add(scored.Before, scored.Now);
                return;
            }

            account = null;
        }

        throw new ContendedException(customer, LedgerCoordinator.AttemptsMax);
    }

    /// <summary>That the customer can be scored: throws where not, and writes nothing.</summary>
    internal async ValueTask TryAsync(InsightNight night, string customer, CancellationToken cancellation)
    {
        var account = await store.ReadAsync(LedgerKinds.AccountOf(new CustomerId(customer)), cancellation);
        if (account is not null)
            await DecideAsync(night, account, cancellation);
    }

    /// <summary>Null: a later night has scored the customer.</summary>
    private async ValueTask<Scored?> DecideAsync(InsightNight night, Document document, CancellationToken cancellation)
    {
        var customer = document.Key.Partition;
        var (account, profile) = LedgerMapping.ReadAccount(document.Body);
        var rhythm = account.Rhythm ?? History.Rebuild(
            await LedgerHistory.LoadAsync(store, new CustomerId(customer), cancellation), programs.Programs,
            account.ExpiredThrough).Rhythm!;
        var stored = await store.ReadAsync(InsightKinds.InsightOf(customer), cancellation);
        var known = stored is null ? null : InsightJson.Read(stored, InsightJson.Default.InsightDocument);
        if (known?.Slot > night.Today)
            return null;

        var row = known is null ? null : InsightMapping.Read(known.Now);
        var isThisNights = known?.Slot == night.Today;
        var beforeRow = isThisNights ? known!.Before : known?.Now;
        var before = beforeRow is null ? null : InsightMapping.Read(beforeRow);
        var now = CustomerInsight.Of(
            new KnownCustomer(customer, rhythm), account.Flows, before?.Warning, night.Today, night.Model, night.Rules);
        var writes = new List<Write>(4);
        if (row?.Warning != now.Warning)
            await AddWarningAsync(writes, night, customer, rhythm, row?.Warning, now, cancellation);
        if (row != now)
            writes.Add(new Write.Upsert(
                InsightKinds.Insight, InsightKinds.InsightId,
                JsonSerializer.SerializeToUtf8Bytes(
                    Document(night, known, beforeRow, before, now, rhythm), InsightJson.Default.InsightDocument)));
        if (account.InsightDueAt is { } due && due <= night.Cut)
        {
            var looked = account with { InsightDueAt = NextLook(night, account, rhythm) };
            writes.Add(new Write.Replace(
                LedgerKinds.Account, LedgerKinds.AccountId, document.Version, LedgerMapping.Write(looked, profile),
                looked.NightDueAt));
        }

        return new Scored(before, now, writes);
    }

    /// <summary>A warning that is raised is written as an open one; one that ends moves to the closed ones.</summary>
    private async ValueTask AddWarningAsync(
        List<Write> writes, InsightNight night, string customer, PurchaseRhythm rhythm, WarningState? before,
        CustomerInsight now, CancellationToken cancellation)
    {
        if (now.Warning is not { } warning || night.Model is not { Purchases: { Model: var purchases } } model
            || RhythmAt.Of(rhythm, night.Today) is not { } known)
            return;
        var id = InsightMapping.ModelId(DateOnly.FromDayNumber(warning.OpenedOn));
        if (warning.IsOpen)
        {
            var raised = night.Rules.Warnings.Raise(
                warning, known, model.Churn.Score(known, model.Population, purchases), model.Population,
                now.Value?.YearMinor ?? 0, now.Points.Total);
            var document = InsightMapping.Write(raised, model.Churn.HorizonDays, night.ModelId);
            writes.Add(new Write.Upsert(InsightKinds.OpenWarning, id, InsightMapping.ToJson(document)));
            writes.Add(Signal(night, InsightKinds.WarningRaised, document));
            return;
        }

        if (before is not { IsOpen: true }
            || await store.ReadAsync(new DocumentKey(customer, InsightKinds.OpenWarning, id), cancellation) is not { } open)
            return;
        var closed = InsightJson.Read(open, InsightJson.Default.WarningDocument).Closed(
            night.Slot, InsightMapping.Kebab(warning.Outcome!.Value.ToString()));
        writes.Add(new Write.Delete(InsightKinds.OpenWarning, id));
        writes.Add(new Write.Upsert(InsightKinds.ClosedWarning, id, InsightMapping.ToJson(closed)));
        writes.Add(Signal(night, InsightKinds.WarningClosed, closed));
    }

    private static Write.Upsert Signal(InsightNight night, string type, WarningDocument warning) => new(
        InsightKinds.Signal, $"{type}:{InsightMapping.ModelId(night.Slot)}",
        JsonSerializer.SerializeToUtf8Bytes(
            new SignalDocument { Type = type, AtMs = night.PlannedAtMs, Warning = warning },
            InsightJson.Default.SignalDocument));

    private static InsightDocument Document(
        InsightNight night, InsightDocument? known, InsightRow? beforeRow, CustomerInsight? before, CustomerInsight now,
        PurchaseRhythm rhythm)
    {
        var holds = before is not null && before.Stage == now.Stage;
        return new InsightDocument
        {
            Slot = night.Today,
            Now = InsightMapping.Write(now),
            Before = beforeRow,
            Since = holds ? known!.Since : night.Today,
            Why = holds
                ? known!.Why
                : night.Rules.Lifecycle.StageOf(
                    RhythmAt.Of(rhythm, night.Today),
                    night.Model?.Population.MeanGap ?? CustomerNorms.GapBeforeAnyIsKnown).Reason,
            Model = night.ModelId,
        };
    }

    /// <summary>
    /// The start of the day on which the scores will have moved; sooner where something happened since the cut, which the
    /// next night is to see.
    /// </summary>
    private DateTimeOffset NextLook(InsightNight night, Account account, PurchaseRhythm rhythm)
    {
        var look = programs.Programs.Current.StartOfDay(
            night.Slot.AddDays(CustomerInsight.LookAgainDays(rhythm, night.Today)));
        var latest = FactOrder.InstantOf(account.LatestThrough);
        return latest >= night.Cut && latest < look ? Later(latest, night.Cut.AddMilliseconds(1)) : look;
    }

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;

    private sealed record Scored(CustomerInsight? Before, CustomerInsight Now, List<Write> Writes);
}
