using System.Collections.Immutable;

namespace Pipeline.Domain.Tests;

/// <summary>Rhythms from days, without a ledger around them.</summary>
internal static class Rhythms
{
    /// <summary>Purchases of GBP 10 with two lines on each of these days, in the order given.</summary>
    public static PurchaseRhythm Of(params int[] days)
    {
        var rhythm = PurchaseRhythm.None;
        foreach (var day in days)
            rhythm = rhythm.Bought(Purchase(1_000), day);
        return rhythm;
    }

    public static Fact.Purchased Purchase(long pence, string currency = "GBP")
    {
        Assert.True(Currency.TryParse(currency, out var parsed));
        return new Fact.Purchased(
            new PurchaseId("p"), 1, 0, Shop.Start, null, new PurchaseTerms(parsed, null, 0, 0, 0),
            [new("A", null, null, 3, pence, pence, pence), new("B", null, null, 1, 0, 0, 0)], [], null);
    }

    /// <summary>
    /// Customers who buy at rates of their own and may leave after any purchase, over days 1 to <paramref name="until"/>.
    /// </summary>
    public static ImmutableArray<KnownCustomer> Simulated(int customers, int until, int seed)
    {
        var random = new Random(seed);
        var all = ImmutableArray.CreateBuilder<KnownCustomer>(customers);
        for (var i = 0; i < customers; i++)
        {
            var (rate, leaves) = (0.004 + (0.05 * Math.Pow(random.NextDouble(), 3)), 0.02 + (0.2 * random.NextDouble()));
            var pence = 500 + (long)(20_000 * Math.Pow(random.NextDouble(), 2));
            var rhythm = PurchaseRhythm.None;
            for (double day = 1 + random.Next(until / 2); day < until; day += 1 - (Math.Log(1 - random.NextDouble()) / rate))
            {
                rhythm = rhythm.Bought(Purchase(1 + (long)(pence * (0.5 + random.NextDouble()))), (int)day);
                if (random.NextDouble() < leaves)
                    break;
            }

            all.Add(new KnownCustomer($"c{i}", rhythm));
        }

        return all.MoveToImmutable();
    }

    public static InsightModel Fitted(IEnumerable<KnownCustomer> customers, int day, FitRules? rules = null)
    {
        var tally = new InsightTally(day);
        foreach (var customer in customers)
            tally.Add(customer);
        return InsightFit.Of(tally, rules ?? FitRules.Default);
    }
}
