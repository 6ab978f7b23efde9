using System.Collections.Immutable;
using Pipeline.Domain;

namespace Pipeline.Runtime.Loyalty;

/// <summary>The invariants of one ledger.</summary>
internal static class LedgerProof
{
    public static BrokenInvariant? FirstBroken(
        Account account, ImmutableArray<Entry> entries, ProgramHistory programs, DateTimeOffset now)
    {
        var sorted = entries.Sort((a, b) => a.Sequence.CompareTo(b.Sequence));
        return Chain(account, sorted)
            ?? Deficit(sorted)
            ?? Sums(account, entries, now)
            ?? Lots(account, entries)
            ?? Fold(account, entries, programs);
    }

    public static BrokenInvariant? Due(Account account, DateTimeOffset? storedDueAt) =>
        storedDueAt == account.NightDueAt
            ? null
            : new("due", $"the store keeps the account due at {storedDueAt:O}, its lots, its rhythm and its notices say {account.NightDueAt:O}");

    /// <summary>Of entries in any order: on the way the sum may pass the 64 bits that it ends within.</summary>
    public static long PointsOf(ImmutableArray<Entry> entries)
    {
        Int128 sum = 0;
        foreach (var entry in entries)
            sum += entry.Points;
        return (long)sum;
    }

    /// <summary>What became of every refund, worked out from the entries alone.</summary>
    public static IEnumerable<RefundBook> RefundBooks(ImmutableArray<Entry> entries) => entries
        .Where(entry => entry.Fact is Fact.Refunded)
        .GroupBy(entry => ((Fact.Refunded)entry.Fact).Purchase)
        .Select(refunds => (RefundBook.Empty(refunds.Key) with { Refunds = [.. refunds.Select(RefundRecord.Of)] }).WorkedWith(
            entries.FirstOrDefault(entry => entry.Fact is Fact.Purchased bought && bought.Purchase == refunds.Key)));

    private static BrokenInvariant? Chain(Account account, ImmutableArray<Entry> sorted)
    {
        string? previous = null;
        for (var i = 0; i < sorted.Length; i++)
        {
            if (sorted[i].Sequence != i + 1 || sorted[i].Previous != previous)
                return new(LedgerChain.ChainInvariant, $"entry {sorted[i].Id} is number {sorted[i].Sequence} where {i + 1} was expected", sorted[i].Id);
            previous = sorted[i].Id;
        }

        return account.Entries == sorted.Length && account.Head == previous
            ? null
            : new(LedgerChain.ChainInvariant, $"the account counts {account.Entries} entries up to {account.Head}, {sorted.Length} are stored");
    }

    /// <summary>An entry's points are those of its lots less what it changed of the deficit, which is never below zero.</summary>
    private static BrokenInvariant? Deficit(ImmutableArray<Entry> sorted)
    {
        long deficit = 0;
        foreach (var entry in sorted)
        {
            deficit += entry.Lots.Sum(change => change.Points) - entry.Points;
            if (deficit < 0)
                return new("deficit", $"entry {entry.Id} has {entry.Points} points, its lots say otherwise", entry.Id);
        }

        return null;
    }

    private static BrokenInvariant? Sums(Account account, ImmutableArray<Entry> entries, DateTimeOffset now)
    {
        var sum = PointsOf(entries) - Balance.Lapsed(account, now).Sum(lapse => lapse.Points);
        var balance = account.BalanceAt(now);
        if (sum != balance.Total)
            return new("sum", $"the entries add up to {sum}, the balance is {balance.Total}");
        var lots = balance.Lots.Sum(lot => lot.Points);
        return lots == balance.Spendable + balance.Pending + balance.Held
            ? null
            : new("lots", $"the lots add up to {lots}");
    }

    private static BrokenInvariant? Lots(Account account, ImmutableArray<Entry> entries)
    {
        var lots = new Dictionary<LotId, long>();
        foreach (var entry in entries)
            foreach (var change in entry.Lots)
                lots[change.Lot] = lots.GetValueOrDefault(change.Lot) + change.Points;
        foreach (var lot in account.Lots)
            if (!lots.Remove(lot.Id, out var points) || points != lot.Points)
                return new("lot", $"lot {lot.Id} holds {lot.Points}, its entries say {points}");
        foreach (var (lot, points) in lots)
            if (points != 0)
                return new("lot", $"lot {lot} is gone, its entries say {points}");
        return null;
    }

    private static BrokenInvariant? Fold(Account account, ImmutableArray<Entry> entries, ProgramHistory programs)
    {
        // Counted as it is: for the tiers of an earlier program, until a purchase counts it anew.
        var rebuilt = History.RebuildCounting(entries, programs, account.ExpiredThrough, account.Tiers?.Shape);
        if (account.Rhythm is null) // written before rhythms were kept
            rebuilt = rebuilt with { Rhythm = null, Flows = account.Flows };
        return rebuilt == account ? null : new("fold", "folding the entries does not end in the account");
    }
}
