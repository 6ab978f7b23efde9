using System.Collections.Immutable;

namespace Pipeline.Domain.Tests;

/// <summary>What is true of every ledger after every step, whatever happened.</summary>
internal static class LedgerProof
{
    public static void Check(Shop shop, Random random)
    {
        IsWhatItsEntriesFoldTo(shop);
        HasNoGap(shop.Entries);
        AddsUpPerLot(shop);
        KeepsHoldsWithinLots(shop.Account);
        KnowsWhenItIsDue(shop.Account);
        foreach (var at in Instants(shop, random))
            BalancesAt(shop, at);
        foreach (var (id, book) in shop.Books)
            SharesOutNoMoreThanThereIs(shop, id, book);
    }

    private static void IsWhatItsEntriesFoldTo(Shop shop)
    {
        var rebuilt = History.RebuildCounting(
            shop.Entries, shop.Programs, shop.Account.ExpiredThrough, shop.Account.Tiers?.Shape);
        if (!rebuilt.Equals(shop.Account))
            Assert.Fail($"Rebuilt: {Describe(rebuilt)}{Environment.NewLine}Account: {Describe(shop.Account)}");
        AreEqual(
            shop.Account.BalanceAt(shop.Now),
            History.BalanceAt(shop.Entries, shop.Programs, shop.Now, shop.Now));
    }

    public static void AreEqual(Balance expected, Balance actual)
    {
        Assert.Equal(Describe(expected), Describe(actual));
        Assert.True(expected.Lots.AsSpan().SequenceEqual(actual.Lots.AsSpan()), "the lots differ");
    }

    public static string Describe(Balance balance) =>
        $"{balance.Spendable} spendable, {balance.Pending} pending, {balance.Held} held, {balance.Deficit} owed: "
        + string.Join(" ", balance.Lots.Select(lot => $"{lot.Lot.Id}:{lot.Points}({lot.Held})"));

    public static string Describe(Account account) =>
        $"#{account.Entries} {account.Head} latest {account.LatestThrough} ordered {account.OrderedThrough} expired "
        + $"{account.ExpiredThrough:O} owes {account.Deficit} lots "
        + string.Join(" ", account.Lots.Select(lot => $"{lot.Id}:{lot.Points}[{lot.ActiveAt:s}..{lot.ExpiresAt:s}]"))
        + " holds " + string.Join(" ", account.Holds.Select(h => $"{h.Id}:{h.Points}={h.Lots.Receipt()}..{h.Until:s}"))
        + " waiting " + string.Join(" ", account.Waiting)
        + $" tiers from {account.Tiers?.FirstDay}: {Describe(account.Tiers?.Totals)} peaks {Describe(account.Tiers?.Peaks)}";

    private static string Describe(ImmutableArray<TierTotal>? totals) =>
        string.Join(" ", (totals ?? []).Select(total => $"{total.Period}:{total.Amount}"));

    private static void HasNoGap(List<Entry> entries)
    {
        for (var i = 0; i < entries.Count; i++)
        {
            Assert.Equal(i + 1, entries[i].Sequence);
            Assert.Equal(i == 0 ? null : entries[i - 1].Id, entries[i].Previous);
        }
    }

    private static void AddsUpPerLot(Shop shop)
    {
        var sums = new Dictionary<LotId, long>();
        foreach (var entry in shop.Entries)
            foreach (var change in entry.Lots)
                sums[change.Lot] = sums.GetValueOrDefault(change.Lot) + change.Points;
        foreach (var lot in shop.Account.Lots)
        {
            Assert.True(lot.Points > 0, $"lot {lot.Id} is empty");
            Assert.Equal(lot.Points, sums[lot.Id]);
            sums.Remove(lot.Id);
        }

        foreach (var (lot, points) in sums)
            Assert.True(points == 0, $"entries leave {points} in lot {lot}, which is gone");
    }

    private static void KeepsHoldsWithinLots(Account account)
    {
        foreach (var lot in account.Lots)
            Assert.True(
                account.Holds.Sum(hold => hold.Covers(lot.Id)) <= lot.Points, $"lot {lot.Id} holds more than it has");
        foreach (var hold in account.Holds)
        {
            Assert.All(hold.Lots, part => Assert.True(part.Points > 0, "a hold reserves nothing of a lot"));
            Assert.True(hold.Lots.Sum(part => part.Points) <= hold.Points, $"hold {hold.Id} reserves too much");
        }
    }

    private static void KnowsWhenItIsDue(Account account)
    {
        if (account.DueAt is not { } due)
        {
            Assert.All(account.Lots, lot => Assert.Null(lot.ExpiresAt));
            return;
        }

        Assert.NotEmpty(Balance.Lapsed(account, due));
        Assert.Empty(Balance.Lapsed(account, due.AddMilliseconds(-1)));
    }

    private static void BalancesAt(Shop shop, DateTimeOffset at)
    {
        var balance = shop.Account.BalanceAt(at);
        var lapsed = Balance.Lapsed(shop.Account, at).Sum(lot => lot.Points);
        Assert.Equal(shop.Entries.Sum(entry => (decimal)entry.Points) - lapsed, balance.Total);
        Assert.True(
            balance is { Spendable: >= 0, Pending: >= 0, Held: >= 0, Deficit: >= 0 }, $"{at:O}: {Describe(balance)}");
        Assert.Equal(balance.Lots.Sum(lot => lot.Points), balance.Spendable + balance.Pending + balance.Held);
        if (balance.Deficit > 0)
            Assert.Empty(balance.Lots);
    }

    private static void SharesOutNoMoreThanThereIs(Shop shop, PurchaseId id, RefundBook book)
    {
        var rebuilt = History.RefundsOf(id, shop.Entries);
        Assert.Equal(rebuilt.IsWhole, book.IsWhole);
        Assert.True(
            rebuilt.Refunds.AsSpan().SequenceEqual(book.Refunds.AsSpan()),
            $"{string.Join(" ", rebuilt.Refunds)} is not {string.Join(" ", book.Refunds)}");
        var applied = book.Refunds.Select(refund => refund.Outcome).OfType<RefundOutcome.Applied>().ToList();
        if (!shop.Has(EntryIds.Purchase(id.Value)))
        {
            Assert.Empty(applied);
            return;
        }

        var bought = (Fact.Purchased)shop.Entry(EntryIds.Purchase(id.Value)).Fact;
        var sums = (applied.Sum(a => a.Amount), applied.Sum(a => a.Points), applied.Sum(a => a.Returned));
        var whole = (bought.Net, bought.Points, bought.Redeemed?.Points ?? 0);
        Assert.All(applied, a => Assert.True(a is { Amount: >= 0, Points: >= 0, Returned: >= 0 }, $"{a}"));
        if (book.IsWhole)
            Assert.Equal(whole, sums);
        else
            Assert.True(sums.Item1 <= whole.Net && sums.Item2 <= whole.Points && sums.Item3 <= whole.Item3, $"{sums} of {whole}");
    }

    /// <summary>Now, the edges at which lots and holds change, and moments between.</summary>
    private static IEnumerable<DateTimeOffset> Instants(Shop shop, Random random)
    {
        yield return shop.Now;
        yield return shop.Now.AddMilliseconds(random.NextInt64(1, 90L * 86_400_000));
        yield return shop.Now.AddYears(random.Next(1, 100));
        foreach (var lot in shop.Account.Lots)
            if (lot.ExpiresAt is { } end && end > shop.Now)
                yield return end.AddMilliseconds(-random.Next(2));
        foreach (var hold in shop.Account.Holds)
            if (hold.Until > shop.Now)
                yield return hold.Until.AddMilliseconds(-random.Next(2));
    }
}
