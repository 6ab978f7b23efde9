namespace Pipeline.Simulation.Tests.Support;

/// <summary>
/// Messages about one customer that may come in any order, and what has to be true before and after them. The same seed
/// makes the same deck for another customer.
/// </summary>
internal sealed class Deck
{
    public const string Hold = "hold";
    private static readonly DateTimeOffset Start = TimeProvider.System.GetUtcNow().AddDays(-20);

    private Deck(Random random, string customer, int purchases, int refunds)
    {
        (Customer, HoldPoints) = (customer, random.Next(1, 100));
        Earlier = new Bought(random, customer, "earlier", At(random), null, 0);
        while (Earlier.Points < 100)
            Earlier = new Bought(random, customer, "earlier", At(random), null, 0);
        Bought = [.. Enumerable.Range(0, purchases).Select(i => i == purchases - 1
            ? new Bought(random, customer, $"p{i}", At(random), Hold, HoldPoints)
            : new Bought(random, customer, $"p{i}", At(random), null, 0))];
        Messages = [.. Bought.Select(static one => (one.Act(), one.Path))];
        // Also of the earlier purchase: what the hold has promised may be gone when it is captured.
        Bought[] all = [Earlier, .. Bought];
        for (var i = 0; i < refunds; i++)
            if (all[random.Next(all.Length)].Refund(random, $"r{i}", At(random)) is { } refund)
                Messages.Add((refund, $"/v1/customers/{customer}/refunds/r{i}"));
    }

    public string Customer { get; }

    public long HoldPoints { get; }

    /// <summary>Worked before any message is sent, so that there are points to hold.</summary>
    public Bought Earlier { get; }

    public Bought[] Bought { get; }

    /// <summary>Each with the address where its outcome can be read.</summary>
    public List<(Act Act, string Path)> Messages { get; } = [];

    /// <summary>The balance after all messages, whatever their order.</summary>
    public long Total => Earlier.Total + Bought.Sum(static one => one.Total);

    public static Deck Of(int seed, string customer, int purchases, int refunds) =>
        new(new Random(seed), customer, purchases, refunds);

    private static DateTimeOffset At(Random random) => Start.AddMinutes(random.Next(19 * 24 * 60));
}
