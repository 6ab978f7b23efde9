using System.Collections.Immutable;

namespace Pipeline.Domain;

/// <summary>A lot as its owner sees it at an instant.</summary>
/// <param name="Points">All of its points that count at the instant, with those held.</param>
public sealed record LotBalance(Lot Lot, long Points, long Held, bool IsPending);

/// <summary>
/// A fold over time: nothing has to run for a lot to become active, to expire, or for a hold to end.
/// The lots' points add up to <c>Spendable + Pending + Held</c>.
/// </summary>
public sealed record Balance(
    long Spendable, long Pending, long Held, long Deficit, ImmutableArray<LotBalance> Lots)
{
    public static readonly Balance Zero = new(0, 0, 0, 0, []);

    /// <summary>What all ledger entries, with the expiries due, add up to.</summary>
    public long Total => Spendable + Pending + Held - Deficit;

    public static Balance Of(Account account, DateTimeOffset instant)
    {
        long spendable = 0, pending = 0, held = 0;
        var lots = ImmutableArray.CreateBuilder<LotBalance>(account.Lots.Length);
        foreach (var lot in account.Lots)
        {
            var heldHere = HeldAt(account, lot.Id, instant);
            var isPending = instant < lot.ActiveAt;
            var free = lot.IsAliveAt(instant) ? lot.Points - heldHere : 0;
            held += heldHere;
            if (isPending)
                pending += free;
            else
                spendable += free;
            var counts = free + heldHere;
            if (counts > 0)
                lots.Add(new LotBalance(
                    counts == lot.Points ? lot : lot with { Points = counts }, counts, heldHere, isPending));
        }

        return new Balance(spendable, pending, held, account.Deficit, lots.DrainToImmutable());
    }

    /// <summary>The lots whose expiry has come but is not written down, with the points that lapse.</summary>
    public static IEnumerable<(Lot Lot, long Points)> Lapsed(Account account, DateTimeOffset instant)
    {
        foreach (var lot in account.Lots)
        {
            if (lot.IsAliveAt(instant))
                continue;
            var lapsed = lot.Points - HeldAt(account, lot.Id, instant);
            if (lapsed > 0)
                yield return (lot, lapsed);
        }
    }

    private static long HeldAt(Account account, LotId lot, DateTimeOffset instant)
    {
        long held = 0;
        foreach (var hold in account.Holds)
            if (instant < hold.Until)
                held += hold.Covers(lot);
        return held;
    }
}
