using System.Globalization;
using System.Text.Json;
using Pipeline.Simulation.Tests.Support;
using Xunit.Abstractions;

namespace Pipeline.Simulation.Tests;

/// <summary>Purchases and refunds over HTTP in any order and any number of times: the end is the same.</summary>
public sealed class DeliveryOrderTests(OneHost host, ITestOutputHelper output) : IClassFixture<OneHost>
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Every_order_of_three_purchases_and_two_refunds_ends_in_the_same_account(bool endsInDeficit)
    {
        var random = new Random(Chaos.Seed(output));
        using var limit = Chaos.Deadline();
        for (var round = 0; round < Chaos.Times(1); round++)
        {
            var seed = random.Next();
            while (Deck.Of(seed, "any", 3, 2) is var deck
                && (deck.Messages.Count < 5 || deck.Total < 0 != endsInDeficit))
                seed = random.Next();
            var orders = Permutations(5).ToList();
            Assert.Equal(120, orders.Count);
            await DeliverAsync($"all-{endsInDeficit}-{seed}", seed, 3, 2, orders, random.Next(), limit.Token);
        }
    }

    [Fact]
    public async Task Random_orders_of_longer_scripts_end_in_the_same_account()
    {
        var random = new Random(Chaos.Seed(output));
        using var limit = Chaos.Deadline();
        for (var script = 0; script < Chaos.Times(20); script++)
        {
            var (seed, purchases, refunds) = (random.Next(), random.Next(2, 8), random.Next(1, 10));
            var count = Deck.Of(seed, "any", purchases, refunds).Messages.Count;
            var orders = Enumerable.Range(0, 4).Select(_ => Shuffled(count, random)).ToList();
            await DeliverAsync($"long-{seed}", seed, purchases, refunds, orders, random.Next(), limit.Token);
        }
    }

    /// <summary>Each order to a customer of its own; all must end alike, and as the tests' own arithmetic says.</summary>
    private async Task DeliverAsync(
        string name, int seed, int purchases, int refunds, List<int[]> orders, int chances, CancellationToken deadline)
    {
        using var api = host.Served.Client();
        var ends = new string[orders.Count];
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = 6, CancellationToken = deadline };
        await Parallel.ForAsync(0, orders.Count, parallel, async (i, _) =>
        {
            var customer = string.Create(CultureInfo.InvariantCulture, $"{name}-{i}");
            var deck = Deck.Of(seed, customer, purchases, refunds);
            ends[i] = await DeliverAsync(api, deck, orders[i], new Random(unchecked(chances + i)), deadline);
        });
        var expected = ends[0];
        for (var i = 0; i < ends.Length; i++)
            Assert.True(
                expected == ends[i],
                $"Deck {seed} ({purchases}, {refunds}), orders {string.Join(' ', orders[0])} and "
                + $"{string.Join(' ', orders[i])}:\n{expected}\n{ends[i]}");
    }

    private static async Task<string> DeliverAsync(
        Api api, Deck deck, int[] order, Random random, CancellationToken deadline)
    {
        await api.WellAsync(deck.Earlier.Act(), deadline);
        await api.AppearsAsync(deck.Earlier.Path, deadline);
        await api.WellAsync(Act.Hold(deck.Customer, Deck.Hold, deck.HoldPoints), deadline);

        // One at a time, or as fast as they come, so that several are worked together.
        var isSlow = random.Next(2) == 0;
        for (var i = 0; i < order.Length; i++)
        {
            await api.WellAsync(deck.Messages[order[i]].Act, deadline);
            if (isSlow)
                await api.AppearsAsync(deck.Messages[order[i]].Path, deadline);
            if (random.Next(3) == 0)
                await api.WellAsync(deck.Messages[order[random.Next(i + 1)]].Act, deadline);
        }

        foreach (var (_, path) in deck.Messages)
            await api.AppearsAsync(path, deadline);
        var balance = await api.BalanceAsync(deck.Customer, deadline);
        Assert.Equal(
            new Sums(Math.Max(0, deck.Total), 0, 0, Math.Max(0, -deck.Total)), balance);
        var states = new List<string> { balance.ToString() };
        foreach (var bought in deck.Bought.Append(deck.Earlier))
            states.Add(StateOf(bought, (await api.GetAsync(bought.Path, deadline)).Json));
        return string.Join('\n', states);
    }

    /// <summary>
    /// What is told of a purchase, but for the receipt of its redemption: that one says what was there just then.
    /// </summary>
    private static string StateOf(Bought bought, JsonElement told)
    {
        Assert.Equal(
            (bought.Id, bought.Status, bought.Points, bought.ClawedBack),
            (bought.Id, told.GetProperty("status").GetString(), told.GetProperty("points").GetInt64(),
                told.GetProperty("clawedBack").GetInt64()));
        return $"{bought.Id} {told.GetProperty("status")} {told.GetProperty("awards")} {told.GetProperty("lots")} "
            + $"{told.GetProperty("refunds")}";
    }

    private static IEnumerable<int[]> Permutations(int count) => count == 0
        ? [[]]
        : Permutations(count - 1).SelectMany(shorter => Enumerable.Range(0, count).Select(
            at => (int[])[.. shorter[..at], count - 1, .. shorter[at..]]));

    private static int[] Shuffled(int count, Random random)
    {
        int[] order = [.. Enumerable.Range(0, count)];
        random.Shuffle(order);
        return order;
    }
}
