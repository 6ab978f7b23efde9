using System.Collections.Immutable;

namespace Pipeline.Domain;

/// <summary>What became of a refund.</summary>
public abstract record RefundOutcome
{
    private RefundOutcome()
    {
    }

    /// <summary>Its purchase has not arrived.</summary>
    public sealed record Waiting : RefundOutcome;

    /// <param name="Amount">Minor units returned for goods.</param>
    /// <param name="Points">Points of the purchase clawed back.</param>
    /// <param name="Returned">Points that the purchase was paid with and that are given back.</param>
    public sealed record Applied(long Amount, long Points, long Returned) : RefundOutcome;

    public sealed record Rejected(Reason Reason) : RefundOutcome;
}

/// <summary>A refund of a purchase as it arrived, and what became of it.</summary>
/// <param name="At">When it counts (<see cref="FactOrder.At"/>).</param>
public sealed record RefundRecord(RefundId Id, DateTimeOffset At, RefundScope Scope, RefundOutcome Outcome)
{
    /// <summary>Refused for the numbers that it would have made then: no refund beside it changes that.</summary>
    public bool IsRefusedForGood => Outcome is RefundOutcome.Rejected { Reason: Reason.PointsOverflow };

    /// <param name="entry">A refund's.</param>
    public static RefundRecord Of(Entry entry)
    {
        var refunded = (Fact.Refunded)entry.Fact;
        return new RefundRecord(refunded.Refund, FactOrder.InstantOf(entry), refunded.Scope, OutcomeOf(refunded));
    }

    private static RefundOutcome OutcomeOf(Fact.Refunded refunded) => refunded.Rejection is { } reason
        ? new RefundOutcome.Rejected(reason)
        : new RefundOutcome.Waiting();
}

/// <summary>
/// All refunds of one purchase, in the order of the business: by instant, then by id. Like the account it is a cache
/// of the entries: a refund that arrives late may change what became of those after it.
/// </summary>
/// <param name="IsWhole">Whether nothing is left to refund.</param>
public sealed record RefundBook(PurchaseId Purchase, ImmutableArray<RefundRecord> Refunds, bool IsWhole)
{
    public static RefundBook Empty(PurchaseId purchase) => new(purchase, [], IsWhole: false);

    /// <summary>Points clawed back by all of them.</summary>
    public long ClawedBack
    {
        get
        {
            long points = 0;
            foreach (var refund in Refunds)
                if (refund.Outcome is RefundOutcome.Applied applied)
                    points += applied.Points;
            return points;
        }
    }

    public RefundRecord? Find(RefundId id)
    {
        foreach (var refund in Refunds)
            if (refund.Id == id)
                return refund;
        return null;
    }

    /// <summary>The book with one more refund; <paramref name="purchase"/> is null while it has not arrived.</summary>
    public RefundBook With(RefundId id, DateTimeOffset at, RefundScope scope, Entry? purchase) =>
        Worked(Purchase, Refunds.Add(new RefundRecord(id, at, scope, new RefundOutcome.Waiting())), purchase);

    /// <summary>The book with one more refund, which was refused for good.</summary>
    public RefundBook WithRefused(RefundId id, DateTimeOffset at, RefundScope scope, Reason reason, Entry purchase) =>
        Worked(Purchase, Refunds.Add(new RefundRecord(id, at, scope, new RefundOutcome.Rejected(reason))), purchase);

    /// <summary>The same refunds, worked out anew.</summary>
    public RefundBook WorkedWith(Entry? purchase) => Worked(Purchase, Refunds, purchase);

    private static RefundBook Worked(PurchaseId id, ImmutableArray<RefundRecord> refunds, Entry? purchase)
    {
        if (purchase is not { Fact: Fact.Purchased bought })
            return new RefundBook(id, Sorted(refunds, DateTimeOffset.MinValue), IsWhole: false);

        var sorted = Sorted(refunds, FactOrder.InstantOf(purchase));
        var apportion = new RefundApportionment(bought);
        var worked = ImmutableArray.CreateBuilder<RefundRecord>(sorted.Length);
        foreach (var refund in sorted)
            worked.Add(refund.IsRefusedForGood ? refund : refund with { Outcome = apportion.Apply(refund.Scope) });
        return new RefundBook(id, worked.DrainToImmutable(), apportion.IsWhole);
    }

    /// <summary>A refund that is dated before its purchase counts from the purchase on.</summary>
    private static ImmutableArray<RefundRecord> Sorted(ImmutableArray<RefundRecord> refunds, DateTimeOffset notBefore) =>
        refunds.Sort((a, b) =>
        {
            var byTime = Later(a.At, notBefore).CompareTo(Later(b.At, notBefore));
            return byTime != 0 ? byTime : string.CompareOrdinal(a.Id.Value, b.Id.Value);
        });

    internal static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;
}

/// <summary>
/// Shares a purchase's points out over its refunds: at every moment the points taken back are those of the money
/// returned so far, by largest remainder between what is returned and what is kept, and when all is returned they are
/// exactly all. Points that it was paid with come back in the same way. A tie goes to the customer in both.
/// </summary>
internal sealed class RefundApportionment(Fact.Purchased purchase)
{
    private readonly long[] money = new long[purchase.Lines.Length];
    private readonly long[] quantity = new long[purchase.Lines.Length];
    private bool allReturned;
    private long amount;
    private long points;
    private long redeemed;

    public bool IsWhole => allReturned || (purchase.Net > 0 && amount == purchase.Net);

    public RefundOutcome Apply(RefundScope scope)
    {
        if (purchase.Rejection is not null)
            return new RefundOutcome.Rejected(Reason.PurchaseRejected);
        if (IsWhole)
            return new RefundOutcome.Rejected(Reason.NothingLeftToRefund);
        if (Return(scope) is { } refused)
            return new RefundOutcome.Rejected(refused);

        var (amountBefore, pointsBefore, redeemedBefore) = (amount, points, redeemed);
        amount = Sum(money);
        allReturned = allReturned || AllReturned();
        points = IsWhole ? purchase.Points : Nearest(purchase.Points, ReturnedWeight(), purchase.Weight, halfUp: false);
        redeemed = purchase.Redeemed is not { } paid ? 0
            : IsWhole ? paid.Points
            : Nearest(paid.Points, amount, purchase.Net, halfUp: true);
        return new RefundOutcome.Applied(amount - amountBefore, points - pointsBefore, redeemed - redeemedBefore);
    }

    private Reason? Return(RefundScope scope)
    {
        switch (scope)
        {
            case RefundScope.Whole:
                for (var i = 0; i < money.Length; i++)
                    (money[i], quantity[i]) = (purchase.Lines[i].Net, purchase.Lines[i].Quantity);
                allReturned = true;
                return null;
            case RefundScope.ByAmount by:
                return ReturnAmount(by.Amount);
            case RefundScope.ByLines by:
                return ReturnLines(by.Lines);
            default:
                throw new InvalidOperationException($"Unknown scope {scope.GetType().Name}.");
        }
    }

    /// <summary>An amount is spread over the lines in proportion to what is left of each.</summary>
    private Reason? ReturnAmount(long returned)
    {
        if (returned > purchase.Net - amount)
            return Reason.RefundAbovePurchase;
        var left = new long[money.Length];
        for (var i = 0; i < left.Length; i++)
            left[i] = purchase.Lines[i].Net - money[i];
        var parts = Apportion.LargestRemainder(returned, left);
        for (var i = 0; i < parts.Length; i++)
            money[i] += parts[i];
        return null;
    }

    /// <summary>Lines of one SKU are returned in the purchase's order.</summary>
    private Reason? ReturnLines(ImmutableArray<ReturnedLine> lines)
    {
        var returning = (long[])quantity.Clone();
        foreach (var line in lines)
        {
            var left = line.Quantity;
            var isKnown = false;
            for (var i = 0; i < returning.Length; i++)
            {
                if (purchase.Lines[i].Sku != line.Sku)
                    continue;
                isKnown = true;
                var part = Math.Min(left, purchase.Lines[i].Quantity - returning[i]);
                returning[i] += part;
                left -= part;
            }

            if (left > 0)
                return isKnown ? Reason.RefundAbovePurchase : Reason.RefundOfUnknownLine;
        }

        for (var i = 0; i < returning.Length; i++)
        {
            var (net, of) = (purchase.Lines[i].Net, purchase.Lines[i].Quantity);
            var worth = Apportion.Share(net, returning[i], of) - Apportion.Share(net, quantity[i], of);
            money[i] += Math.Min(worth, net - money[i]);
            quantity[i] = returning[i];
        }

        return null;
    }

    private bool AllReturned()
    {
        for (var i = 0; i < quantity.Length; i++)
            if (quantity[i] < purchase.Lines[i].Quantity)
                return false;
        return true;
    }

    private long ReturnedWeight()
    {
        long weight = 0;
        for (var i = 0; i < money.Length; i++)
        {
            var line = purchase.Lines[i];
            if (line.Net > 0)
                weight += Apportion.Share(line.Weight, money[i], line.Net);
            else if (quantity[i] == line.Quantity)
                weight += line.Weight;
        }

        return weight;
    }

    /// <summary>whole x part / of, to the nearest integer: largest remainder between part and rest.</summary>
    private static long Nearest(long whole, long part, long of, bool halfUp)
    {
        if (of == 0)
            return 0;
        var product = (Int128)whole * part;
        var (floor, remainder) = (product / of, product % of);
        var half = (remainder * 2).CompareTo(of);
        return (long)(floor + (half > 0 || (half == 0 && halfUp) ? 1 : 0));
    }

    private static long Sum(long[] values)
    {
        long sum = 0;
        foreach (var value in values)
            sum += value;
        return sum;
    }
}
