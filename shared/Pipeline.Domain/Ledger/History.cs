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
        IReadOnlyCollection<Entry> entries, ProgramHistory programs, DateTimeOffset expiredThrough)
    {
        var folded = Fold(entries, programs, expiredThrough);
        Entry? last = null;
        foreach (var entry in entries)
            if (last is null || entry.Sequence > last.Sequence)
                last = entry;
        return folded.Account with { Entries = entries.Count, Head = last?.Id };
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
            if (entry.OccurredAt <= asOf && entry.RecordedAt <= knownAt)
                known.Add(entry);
        return Fold(known, programs, DateTimeOffset.UnixEpoch).Account.BalanceAt(asOf);
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
                refunds.Add(new RefundRecord(r.Refund, entry.OccurredAt, r.Scope, new RefundOutcome.Waiting()));
        }

        var book = new RefundBook(purchase, refunds.DrainToImmutable(), IsWhole: false);
        return bought is null ? book : book.WorkedWith(bought);
    }

    internal static Folded Fold(
        IReadOnlyCollection<Entry> entries, ProgramHistory programs, DateTimeOffset expiredThrough)
    {
        var effects = new List<Effect>(entries.Count);
        var purchases = new Dictionary<PurchaseId, Entry>();
        var refunds = new Dictionary<PurchaseId, List<Entry>>();
        foreach (var entry in entries)
        {
            switch (entry.Fact)
            {
                case Fact.Purchased bought:
                    purchases.Add(bought.Purchase, entry);
                    effects.Add(new Effect(FactOrder.Purchase(entry.OccurredAt), 0, bought.Purchase.Value, entry, null));
                    break;
                case Fact.Refunded refunded:
                    if (!refunds.TryGetValue(refunded.Purchase, out var list))
                        refunds.Add(refunded.Purchase, list = []);
                    list.Add(entry);
                    break;
                case Fact.Held or Fact.Captured or Fact.Released:
                    effects.Add(new Effect(FactOrder.Checkout(entry.OccurredAt), entry.Sequence, "", entry, null));
                    break;
                case Fact.Expired or Fact.Settled:
                    break;
                default:
                    throw new InvalidOperationException($"Unknown fact {entry.Fact.GetType().Name}.");
            }
        }

        var waiting = AddRefunds(effects, purchases, refunds);
        effects.Sort();

        var books = Books.Empty();
        var receipts = new Dictionary<HoldId, Books.Receipt>();
        foreach (var effect in effects)
            Apply(books, effect, purchases, programs, receipts);
        var lapsed = new Dictionary<LotId, long>();
        var account = books.Close(Account.New with { Waiting = waiting }, expiredThrough, lapsed);
        return new Folded(account, receipts, lapsed);
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
                    var at = RefundBook.Later(entry.OccurredAt, purchase.OccurredAt);
                    effects.Add(new Effect(FactOrder.Refund(at), 0, refund.Value, entry, applied));
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
        Dictionary<HoldId, Books.Receipt> receipts)
    {
        var at = effect.Entry.OccurredAt;
        switch (effect.Entry.Fact)
        {
            case Fact.Purchased bought:
                if (bought.Rejection is null)
                    books.Grant(
                        effect.Order, LotId.Of(bought.Purchase), bought.Points, bought.ActiveAt, bought.ExpiresAt);
                break;
            case Fact.Refunded refunded:
                var purchase = purchases[refunded.Purchase];
                Refund(books, effect.Order, refunded, effect.Applied!, RefundBook.Later(at, purchase.OccurredAt),
                    (Fact.Purchased)purchase.Fact, programs);
                break;
            case Fact.Held held:
                books.Place(effect.Order, held.Hold, held.Points, at, held.Until);
                break;
            case Fact.Captured captured:
                receipts[captured.Hold] = books.Capture(
                    effect.Order, captured.Hold, captured.Points, at, programs[captured.ProgramVersion].MayOwe());
                break;
            case Fact.Released released:
                books.Release(effect.Order, released.Hold, at);
                break;
            default:
                throw new InvalidOperationException($"{effect.Entry.Fact.GetType().Name} has no effect.");
        }
    }

    internal static void Refund(
        Books books,
        long order,
        Fact.Refunded refunded,
        RefundOutcome.Applied applied,
        DateTimeOffset at,
        Fact.Purchased bought,
        ProgramHistory programs)
    {
        var program = programs[bought.ProgramVersion];
        if (applied.Returned > 0)
            books.Return(order, refunded.Refund, bought.Redeemed!.Value.Hold, applied.Returned, at, program.GraceEnd(at));
        books.ClawBack(order, LotId.Of(bought.Purchase), applied.Points, at, program.MayOwe());
    }

    /// <param name="Lapsed">Points that closing the books dropped, all history long.</param>
    internal sealed record Folded(
        Account Account, Dictionary<HoldId, Books.Receipt> Receipts, Dictionary<LotId, long> Lapsed);

    /// <summary>A fact in its place; ties are broken by what <see cref="FactOrder"/> says.</summary>
    private readonly record struct Effect(
        long Order, long Sequence, string Id, Entry Entry, RefundOutcome.Applied? Applied) : IComparable<Effect>
    {
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
