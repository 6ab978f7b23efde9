using System.Collections.Immutable;

namespace Pipeline.Domain;

public static partial class Ledger
{
    private static Entry Draft(
        Account account, string id, LedgerCommand command, string reference, string reason, Fact fact) =>
        new(id, account.Entries + 1, account.Head, 0, command.At, command.RecordedAt, reference, reason, [], fact,
            command.Fingerprint);

    private static Entry ExpiryDraft(Account account, DateTimeOffset at, DateTimeOffset recordedAt) =>
        new(EntryIds.Expiry(at, account.Entries + 1), account.Entries + 1, account.Head, 0, at, recordedAt, "", "", [],
            new Fact.Expired(at), "");

    /// <summary>
    /// Books one fact: in place where nothing known comes after it, else by folding the whole history with it.
    /// </summary>
    private static Decision Book(
        LedgerView view,
        Entry draft,
        ProgramHistory programs,
        bool inPlace,
        Action<Books> apply,
        Action<History.Folded>? folded = null)
    {
        var account = view.Account;
        var lapsed = new Dictionary<LotId, long>();
        if (inPlace)
        {
            var books = Books.Open(account);
            apply(books);
            var closed = books.Close(account, account.ExpiredThrough, lapsed);
            return Accept(account, closed, draft, lapsed);
        }

        if (view.History is not { } history)
            return NeedHistory;
        var before = History.Fold(history, programs, account.ExpiredThrough, account.Tiers?.Shape);
        var all = History.Fold(history.Add(draft), programs, account.ExpiredThrough, account.Tiers?.Shape);
        folded?.Invoke(all);
        return Accept(account, all.Account, draft, LapsedBy(before.Lapsed, all.Lapsed));
    }

    /// <summary>
    /// What lapses with this change and not long ago. Where less has lapsed than was written down, the entry's own
    /// difference says so.
    /// </summary>
    private static Dictionary<LotId, long> LapsedBy(Dictionary<LotId, long> before, Dictionary<LotId, long> after)
    {
        var more = new Dictionary<LotId, long>();
        foreach (var (lot, points) in after)
            if (points > before.GetValueOrDefault(lot))
                more.Add(lot, points - before.GetValueOrDefault(lot));
        return more;
    }

    private static string? KeyOf(LedgerCommand command) => command switch
    {
        LedgerCommand.Purchase purchase => EntryIds.Purchase(purchase.Id.Value),
        LedgerCommand.Refund refund => EntryIds.Refund(refund.Id.Value),
        LedgerCommand.PlaceHold hold => EntryIds.Hold(hold.Id),
        LedgerCommand.Capture capture => EntryIds.Capture(capture.Id),
        LedgerCommand.Release release => EntryIds.Release(release.Id),
        LedgerCommand.Restore restore => EntryIds.Restoration(restore.Id),
        LedgerCommand.Grant grant => EntryIds.Grant(grant.Id),
        LedgerCommand.Deduct deduct => EntryIds.Deduction(deduct.Id),
        _ => null,
    };

    private static Entry? Find(ImmutableArray<Entry> history, string id)
    {
        foreach (var entry in history)
            if (entry.Id == id)
                return entry;
        return null;
    }

    private static Decision Known(Entry existing, string fingerprint) => existing.Fingerprint == fingerprint
        ? new Decision.Repeated(existing)
        : new Decision.Mismatched(existing);

    /// <summary>Posts the entry, and behind it one for what expired with it.</summary>
    private static Decision.Accepted Accept(
        Account account, Account closed, Entry draft, Dictionary<LotId, long> lapsed)
    {
        if (lapsed.Count == 0)
        {
            var (posted, only) = Post(account, closed, draft);
            return new Decision.Accepted(posted, [only]);
        }

        var lapsedAt = closed.ExpiredThrough;
        var beforeLapse = closed with { Lots = WithLapsed(closed.Lots, lapsed, lapsedAt) };
        var (after, entry) = Post(account, beforeLapse, draft);
        var (final, expiry) = Post(after, closed, ExpiryDraft(after, lapsedAt, draft.RecordedAt));
        return new Decision.Accepted(final, [entry, expiry with { Reason = $"{-expiry.Points} points expired" }]);
    }

    private static ImmutableArray<Lot> WithLapsed(
        ImmutableArray<Lot> lots, Dictionary<LotId, long> lapsed, DateTimeOffset at)
    {
        var with = lots.ToBuilder();
        foreach (var (id, points) in lapsed)
        {
            var i = 0;
            while (i < with.Count && with[i].Id != id)
                i++;
            if (i < with.Count)
                with[i] = with[i] with { Points = with[i].Points + points };
            else
                with.Add(new Lot(id, points, at, at));
        }

        return with.DrainToImmutable();
    }

    /// <summary>Gives the entry the difference that it makes, and its place at the ledger's end.</summary>
    private static (Account Account, Entry Entry) Post(Account before, Account after, Entry draft)
    {
        var changes = ImmutableArray.CreateBuilder<LotPoints>(2);
        long sum = 0;
        // Both are in burn order, and most lots stay as they are: only what lies between them is compared one by one.
        var (same, sameAtEnd) = Unchanged(before.Lots.AsSpan(), after.Lots.AsSpan());
        var was = before.Lots.AsSpan()[same..^sameAtEnd];
        var now = after.Lots.AsSpan()[same..^sameAtEnd];
        foreach (var lot in now)
            Add(lot.Id, lot.Points - PointsOf(was, lot.Id));
        foreach (var lot in was)
            if (!Contains(now, lot.Id))
                Add(lot.Id, -lot.Points);

        var entry = draft with
        {
            Sequence = before.Entries + 1,
            Previous = before.Head,
            Points = sum - (after.Deficit - before.Deficit),
            Lots = changes.DrainToImmutable(),
        };
        var posted = after with
        {
            Entries = entry.Sequence,
            Head = entry.Id,
            Flows = before.Flows.Plus(entry),
            Chain = before.Chain,
            HasFeedback = before.HasFeedback,
            TierMark = before.TierMark,
            NoticeDueAt = before.NoticeDueAt,
            InsightDueAt = before.InsightDueAt is { } due && due <= FactOrder.InstantOf(entry)
                ? due
                : FactOrder.InstantOf(entry),
        };
        return (posted, entry);

        void Add(LotId lot, long change)
        {
            if (change == 0)
                return;
            changes.Add(new LotPoints(lot, change));
            sum += change;
        }
    }

    /// <summary>How many lots at the start, and how many at the end, are as they were.</summary>
    private static (int AtStart, int AtEnd) Unchanged(ReadOnlySpan<Lot> before, ReadOnlySpan<Lot> after)
    {
        var most = Math.Min(before.Length, after.Length);
        var start = 0;
        while (start < most && before[start].Equals(after[start]))
            start++;
        var end = 0;
        while (end < most - start && before[^(end + 1)].Equals(after[^(end + 1)]))
            end++;
        return (start, end);
    }

    private static long PointsOf(ReadOnlySpan<Lot> lots, LotId id)
    {
        foreach (var lot in lots)
            if (lot.Id == id)
                return lot.Points;
        return 0;
    }

    private static bool Contains(ReadOnlySpan<Lot> lots, LotId id)
    {
        foreach (var lot in lots)
            if (lot.Id == id)
                return true;
        return false;
    }
}
