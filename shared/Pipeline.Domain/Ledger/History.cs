using System.Collections.Immutable;

namespace Pipeline.Domain;

/// <summary>
/// The ledger folded from its entries alone. It is the definition of an account: the quick way of a decision must end
/// in the same, whatever the order in which messages arrived; <c>verify</c> and the tests hold it to that.
/// </summary>
public static class History
{
    /// <param name="entries">All entries of one customer, in any order.</param>
    /// <param name="expiredThrough">Up to where expiries are written down (<see cref="Account.ExpiredThrough"/>).</param>
    public static Account Rebuild(
        IReadOnlyCollection<Entry> entries, ProgramHistory programs, DateTimeOffset expiredThrough) =>
        RebuildCounting(entries, programs, expiredThrough, programs.InEffectAt(DateTimeOffset.MaxValue).Tiers?.Shape);

    /// <param name="tiers">What is counted for tiers, which may be what an earlier program wanted; null: nothing.</param>
    public static Account RebuildCounting(
        IReadOnlyCollection<Entry> entries, ProgramHistory programs, DateTimeOffset expiredThrough, TierShape? tiers)
    {
        var folded = Fold(entries, programs, expiredThrough, tiers);
        Entry? last = null;
        foreach (var entry in entries)
            if (last is null || entry.Sequence > last.Sequence)
                last = entry;
        return folded.Account with { Entries = entries.Count, Head = last?.Id, Flows = FlowsOf(entries) };
    }

    /// <summary>The rhythm as it was before an instant: of what had happened by then, whenever it was recorded.</summary>
    public static PurchaseRhythm RhythmBefore(
        IReadOnlyCollection<Entry> entries, ProgramHistory programs, DateTimeOffset instant)
    {
        var known = new List<Entry>(entries.Count);
        foreach (var entry in entries)
            if (FactOrder.InstantOf(entry) < instant)
                known.Add(entry);
        return Fold(known, programs, DateTimeOffset.UnixEpoch, tiers: null).Account.Rhythm!;
    }

    /// <summary>What counts towards the levels of a program, folded from the entries.</summary>
    public static TierProgress TiersOf(IReadOnlyCollection<Entry> entries, ProgramHistory programs, TierShape shape) =>
        Fold(entries, programs, DateTimeOffset.UnixEpoch, shape).Account.Tiers!;

    internal static PointFlows FlowsOf(IEnumerable<Entry> entries)
    {
        var flows = default(PointFlows);
        foreach (var entry in entries)
            flows = flows.Plus(entry);
        return flows;
    }

    /// <summary>
    /// The balance at <paramref name="asOf"/> as it was known at <paramref name="knownAt"/>: only what had happened by
    /// the one and had been recorded by the other counts.
    /// </summary>
    public static Balance BalanceAt(
        IReadOnlyCollection<Entry> entries, ProgramHistory programs, DateTimeOffset asOf, DateTimeOffset knownAt)
    {
        var known = new List<Entry>(entries.Count);
        foreach (var entry in entries)
            if (FactOrder.InstantOf(entry) <= asOf && entry.RecordedAt <= knownAt)
                known.Add(entry);
        return Fold(known, programs, expiredThrough: asOf, tiers: null).Account.BalanceAt(asOf);
    }

    /// <summary>The refunds of one purchase, worked out from the entries.</summary>
    internal static RefundBook RefundsOf(PurchaseId purchase, IEnumerable<Entry> entries)
    {
        Entry? bought = null;
        var refunds = ImmutableArray.CreateBuilder<RefundRecord>();
        foreach (var entry in entries)
        {
            if (entry.Fact is Fact.Purchased p && p.Purchase == purchase)
                bought = entry;
            else if (entry.Fact is Fact.Refunded r && r.Purchase == purchase)
                refunds.Add(RefundRecord.Of(entry));
        }

        return new RefundBook(purchase, refunds.DrainToImmutable(), IsWhole: false).WorkedWith(bought);
    }

    /// <param name="tiers">What is counted for tiers; null: nothing.</param>
    internal static Folded Fold(
        IReadOnlyCollection<Entry> entries, ProgramHistory programs, DateTimeOffset expiredThrough, TierShape? tiers)
    {
        var effects = new List<Effect>(entries.Count);
        var purchases = new Dictionary<PurchaseId, Entry>();
        var refunds = new Dictionary<PurchaseId, List<Entry>>();
        var captures = new List<Entry>();
        var heldAt = new Dictionary<HoldId, DateTimeOffset>();
        foreach (var entry in entries)
        {
            var at = FactOrder.InstantOf(entry);
            switch (entry.Fact)
            {
                case Fact.Purchased bought:
                    purchases.Add(bought.Purchase, entry);
                    effects.Add(new Effect(at, FactOrder.Purchase(at), 0, bought.Purchase.Value, entry, null));
                    break;
                case Fact.Refunded refunded:
                    if (!refunds.TryGetValue(refunded.Purchase, out var list))
                        refunds.Add(refunded.Purchase, list = []);
                    list.Add(entry);
                    break;
                case Fact.Held held:
                    heldAt.Add(held.Hold, at);
                    effects.Add(new Effect(at, FactOrder.Checkout(at), entry.Sequence, "", entry, null));
                    break;
                case Fact.Released or Fact.Deducted:
                    effects.Add(new Effect(at, FactOrder.Checkout(at), entry.Sequence, "", entry, null));
                    break;
                case Fact.Restored restored:
                    effects.Add(new Effect(at, FactOrder.Refund(at), 0, restored.Hold.Value, entry, null));
                    break;
                case Fact.Granted granted:
                    effects.Add(new Effect(
                        at, FactOrder.Purchase(at), 0, LotId.Of(granted.Grant).Value, entry, null));
                    break;
                case Fact.Captured:
                    captures.Add(entry);
                    break;
                case Fact.Expired or Fact.Settled:
                    break;
                default:
                    throw new InvalidOperationException($"Unknown fact {entry.Fact.GetType().Name}.");
            }
        }

        AddCaptures(effects, captures, heldAt);
        var waiting = AddRefunds(effects, purchases, refunds);
        effects.Sort();

        var books = Books.Empty(tiers);
        var receipts = new Dictionary<HoldId, Books.Receipt>();
        var reserved = new Dictionary<HoldId, long>();
        foreach (var effect in effects)
            Apply(books, effect, purchases, programs, receipts, reserved);
        var lapsed = new Dictionary<LotId, long>();
        var account = books.Close(Account.New with { Waiting = waiting }, expiredThrough, lapsed);
        return new Folded(account, receipts, reserved, lapsed);
    }

    /// <summary>
    /// A hold is captured once: when it was asked for, or with the first purchase that names it, whichever counts
    /// first. So it does not matter which of them arrived first.
    /// </summary>
    private static void AddCaptures(
        List<Effect> effects, List<Entry> captures, Dictionary<HoldId, DateTimeOffset> heldAt)
    {
        if (captures.Count == 0)
            return;
        var naming = new Dictionary<HoldId, Effect>();
        foreach (var effect in effects)
        {
            if (effect.Entry.Fact is not Fact.Purchased { Redeemed: { } redeemed } bought)
                continue;
            var at = heldAt.TryGetValue(redeemed.Hold, out var held) ? RefundBook.Later(effect.At, held) : effect.At;
            var named = new Effect(
                at, FactOrder.PurchaseCapture(at), 0, bought.Purchase.Value, effect.Entry, null);
            if (!naming.TryGetValue(redeemed.Hold, out var first) || named.CompareTo(first) < 0)
                naming[redeemed.Hold] = named;
        }

        foreach (var entry in captures)
        {
            var captured = (Fact.Captured)entry.Fact;
            var at = entry.OccurredAt;
            var asked = captured.Purchase is { } purchase
                ? new Effect(at, FactOrder.PurchaseCapture(at), 0, purchase.Value, entry, null)
                : new Effect(at, FactOrder.Checkout(at), entry.Sequence, "", entry, null);
            effects.Add(naming.TryGetValue(captured.Hold, out var named) && named.CompareTo(asked) < 0
                ? named with { Entry = entry }
                : asked);
        }
    }

    private static ImmutableArray<WaitingRefund> AddRefunds(
        List<Effect> effects, Dictionary<PurchaseId, Entry> purchases, Dictionary<PurchaseId, List<Entry>> refunds)
    {
        var waiting = ImmutableArray<WaitingRefund>.Empty;
        foreach (var (id, list) in refunds)
        {
            if (!purchases.TryGetValue(id, out var purchase))
            {
                foreach (var entry in list)
                    waiting = waiting.Add(new WaitingRefund(((Fact.Refunded)entry.Fact).Refund, id));
                continue;
            }

            var book = RefundsOf(id, [purchase, .. list]);
            foreach (var entry in list)
            {
                var refund = ((Fact.Refunded)entry.Fact).Refund;
                if (book.Find(refund)!.Outcome is RefundOutcome.Applied applied)
                {
                    var at = RefundBook.Later(FactOrder.InstantOf(entry), FactOrder.InstantOf(purchase));
                    effects.Add(new Effect(at, FactOrder.Refund(at), 0, refund.Value, entry, applied)
                    {
                        Share = ReturnedShare.Of(book, refund, (Fact.Purchased)purchase.Fact),
                    });
                }
            }
        }

        return Ordered(waiting);
    }

    internal static ImmutableArray<WaitingRefund> Ordered(ImmutableArray<WaitingRefund> waiting) =>
        waiting.Sort((a, b) => string.CompareOrdinal(a.Refund.Value, b.Refund.Value));

    private static void Apply(
        Books books,
        Effect effect,
        Dictionary<PurchaseId, Entry> purchases,
        ProgramHistory programs,
        Dictionary<HoldId, Books.Receipt> receipts,
        Dictionary<HoldId, long> reserved)
    {
        var at = effect.At;
        switch (effect.Entry.Fact)
        {
            case Fact.Purchased bought:
                if (bought.Rejection is null)
                    Purchase(books, effect.Order, bought, at, programs);
                break;
            case Fact.Granted granted:
                books.Grant(
                    effect.Order, LotId.Of(granted.Grant), granted.Points, granted.ActiveAt, granted.ExpiresAt);
                break;
            case Fact.Deducted deducted:
                Deduct(books, effect.Order, deducted, at, programs);
                break;
            case Fact.Refunded refunded:
                var purchase = purchases[refunded.Purchase];
                Refund(books, effect.Order, refunded, effect.Applied!, effect.Share, at, purchase, programs);
                break;
            case Fact.Held held:
                reserved[held.Hold] = books.Place(effect.Order, held.Hold, held.Points, at, held.Until);
                break;
            case Fact.Captured captured:
                receipts[captured.Hold] = Capture(books, effect.Order, captured, at, programs);
                break;
            case Fact.Released released:
                books.Release(effect.Order, released.Hold, at);
                break;
            case Fact.Restored restored:
                Restore(books, effect.Order, restored, at, programs);
                break;
            default:
                throw new InvalidOperationException($"{effect.Entry.Fact.GetType().Name} has no effect.");
        }
    }

    internal static void Purchase(
        Books books, long order, Fact.Purchased bought, DateTimeOffset at, ProgramHistory programs)
    {
        books.Bought(bought, programs[bought.ProgramVersion].DayOf(at));
        books.Grant(order, LotId.Of(bought.Purchase), bought.Points, bought.ActiveAt, bought.ExpiresAt);
    }

    internal static Books.Receipt Capture(
        Books books, long order, Fact.Captured captured, DateTimeOffset at, ProgramHistory programs)
    {
        var program = programs[captured.ProgramVersion];
        books.Redeemed(program.DayOf(at));
        return books.Capture(order, captured.Hold, captured.Points, at, program.MayOwe());
    }

    internal static void Deduct(
        Books books, long order, Fact.Deducted deducted, DateTimeOffset at, ProgramHistory programs) =>
        books.Deduct(order, deducted.Points, at, programs[deducted.ProgramVersion].MayOwe());

    internal static void Refund(
        Books books,
        long order,
        Fact.Refunded refunded,
        RefundOutcome.Applied applied,
        ReturnedShare share,
        DateTimeOffset at,
        Entry purchase,
        ProgramHistory programs)
    {
        var bought = (Fact.Purchased)purchase.Fact;
        var program = programs[bought.ProgramVersion];
        books.Returned(
            bought, program.DayOf(FactOrder.InstantOf(purchase)), share, program.DayOf(at));
        if (applied.Returned > 0)
            books.Return(
                order, refunded.Refund.Value, bought.Redeemed!.Value.Hold, applied.Returned, at,
                new Books.ReturnLives(program.GraceEnd(at), program.ExpiresAt(at)));
        books.ClawBack(order, LotId.Of(bought.Purchase), applied.Points, at, program.MayOwe());
    }

    internal static void Restore(
        Books books, long order, Fact.Restored restored, DateTimeOffset at, ProgramHistory programs)
    {
        var program = programs[restored.ProgramVersion];
        books.Return(
            order, LotId.OriginOf(restored.Hold), restored.Hold, restored.Points, at,
            new Books.ReturnLives(program.GraceEnd(at), program.ExpiresAt(at)));
    }

    /// <param name="Reserved">How many points each hold reserved when it was placed.</param>
    /// <param name="Lapsed">Points that closing the books dropped, all history long.</param>
    internal sealed record Folded(
        Account Account,
        Dictionary<HoldId, Books.Receipt> Receipts,
        Dictionary<HoldId, long> Reserved,
        Dictionary<LotId, long> Lapsed);

    /// <summary>A fact in its place; ties are broken by what <see cref="FactOrder"/> says.</summary>
    private readonly record struct Effect(
        DateTimeOffset At, long Order, long Sequence, string Id, Entry Entry, RefundOutcome.Applied? Applied)
        : IComparable<Effect>
    {
        /// <summary>Of a refund: what it returned, as tiers count it.</summary>
        public ReturnedShare Share { get; init; }

        public int CompareTo(Effect other)
        {
            var byOrder = Order.CompareTo(other.Order);
            if (byOrder != 0)
                return byOrder;
            var bySequence = Sequence.CompareTo(other.Sequence);
            return bySequence != 0 ? bySequence : string.CompareOrdinal(Id, other.Id);
        }
    }
}

internal static class PolicyExtensions
{
    public static bool MayOwe(this LoyaltyProgram program) => program.Refund.Policy == RefundPolicy.AllowDeficit;

    /// <summary>Until when points come back whose lot has expired; null where they do not.</summary>
    public static DateTimeOffset? GraceEnd(this LoyaltyProgram program, DateTimeOffset at) =>
        program.Refund.ReinstateDays == 0
            ? null
            : program.StartOfDay(program.DayOf(at).AddDays(program.Refund.ReinstateDays + 1));
}
