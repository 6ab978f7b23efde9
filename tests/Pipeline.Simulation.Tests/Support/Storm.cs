using System.Globalization;
using Xunit.Abstractions;

namespace Pipeline.Simulation.Tests.Support;

/// <summary>Several clients at once against one folder, through whatever happens to its process.</summary>
internal sealed class Storm : IDisposable
{
    private const int ClientsMax = 4;
    private const int CustomersMax = 30;
    private readonly string[] customers = [.. Enumerable.Range(0, CustomersMax).Select(
        static i => string.Create(CultureInfo.InvariantCulture, $"customer-{i}"))];

    private readonly Api api;
    private readonly Shopper[] shoppers;
    private readonly CancellationTokenSource calm = new();
    private readonly CancellationToken deadline;
    private Task running = Task.CompletedTask;

    public Storm(Served served, int seed, CancellationToken deadline)
    {
        this.deadline = deadline;
        api = served.Client();
        var now = TimeProvider.System.GetUtcNow();
        shoppers = [.. Enumerable.Range(0, ClientsMax).Select(
            i => new Shopper($"c{i}", unchecked(seed + i), customers, now))];
    }

    /// <summary>Requests that were answered well so far.</summary>
    public int Told => shoppers.Sum(static shopper => shopper.Told.Count);

    public void Begin() => running = Task.WhenAll(shoppers.Select(shopper => Task.Run(async () =>
    {
        while (!calm.IsCancellationRequested)
            await shopper.StepAsync(api, deadline);
        await shopper.FinishAsync(api, deadline);
    })));

    /// <summary>Waits until so many more requests were answered, or a client failed.</summary>
    public async Task ProgressAsync(int requests)
    {
        for (var goal = Told + requests; Told < goal && !running.IsCompleted;)
            await Task.Delay(5, deadline);
        if (running.IsFaulted)
            await running;
    }

    /// <summary>Lets the clients finish what they began; the folder must be served.</summary>
    public async Task EndAsync()
    {
        await calm.CancelAsync();
        await running;
    }

    /// <summary>Compares all that the clients were told with what the host tells now.</summary>
    public async Task CheckAsync(ITestOutputHelper output)
    {
        await Parallel.ForEachAsync(shoppers.SelectMany(static shopper => shopper.Purchases), deadline, CheckAsync);
        await Parallel.ForEachAsync(
            shoppers.SelectMany(static shopper => shopper.Told), deadline,
            async (told, _) => await Shopper.RepeatAsync(api, told, deadline));
        var totals = 0L;
        foreach (var customer in customers)
            totals += await CheckAsync(customer);
        var letters = await api.GetAsync("/v1/dead-letters?queue=purchases", deadline);
        Assert.Equal(0, letters.Json.GetProperty("deadLetters").GetArrayLength());
        output.WriteLine(
            $"{shoppers.Sum(static s => s.Purchases.Count)} purchases, "
            + $"{shoppers.Sum(static s => s.Purchases.Sum(static p => p.Refunds.Count))} refunds, "
            + $"{shoppers.Sum(static s => s.Holds.Count)} holds, {Told} answers, {totals} points.");
    }

    public void Dispose()
    {
        calm.Cancel();
        api.Dispose();
        calm.Dispose();
    }

    private async ValueTask CheckAsync(Bought bought, CancellationToken cancellation)
    {
        var path = $"/v1/customers/{bought.Customer}";
        foreach (var refund in bought.Refunds)
        {
            var returned = await api.AppearsAsync($"{path}/refunds/{refund}", deadline);
            while (returned.Json.GetProperty("status").GetString() == "waiting")
            {
                await Task.Delay(5, deadline);
                returned = await api.AppearsAsync($"{path}/refunds/{refund}", deadline);
            }

            Assert.Equal("applied", returned.Json.GetProperty("status").GetString());
        }

        var worked = (await api.AppearsAsync($"{path}/purchases/{bought.Id}", deadline)).Json;
        Assert.Equal(
            (bought.Id, bought.Points, bought.ClawedBack, bought.Status),
            (bought.Id, worked.GetProperty("points").GetInt64(), worked.GetProperty("clawedBack").GetInt64(),
                worked.GetProperty("status").GetString()));
    }

    /// <summary>Once the queue is worked: the entries are exactly those of what was accepted, and they add up.</summary>
    private async Task<long> CheckAsync(string customer)
    {
        var bought = shoppers.SelectMany(static s => s.Purchases).Where(one => one.Customer == customer).ToList();
        var held = shoppers.SelectMany(static s => s.Holds).Where(one => one.Customer == customer).ToList();
        if (bought.Count == 0)
            return 0; // chance never chose it
        var total = bought.Sum(static one => one.Total) + held.Sum(static one => one.Total);
        var balance = await api.BalanceAsync(customer, deadline);
        Assert.Equal((customer, total, Math.Max(0, -total)), (customer, balance.Total, balance.Deficit));
        Assert.InRange(balance.Held, 0, held.Where(static one => one.End == HoldEnd.Open).Sum(static one => one.Points));

        var entries = await api.LedgerAsync(customer, deadline);
        Assert.Equal(total, entries.Sum(static entry => entry.Points));
        var expected = bought.Select(static one => $"purchase:{one.Id}")
            .Concat(bought.SelectMany(static one => one.Refunds).Select(static id => $"refund:{id}"))
            .Concat(held.Select(static one => $"hold:{one.Id}"))
            .Concat(held.Where(static one => one.End is HoldEnd.Captured or HoldEnd.WithPurchase)
                .Select(static one => $"capture:{one.Id}"))
            .Concat(held.Where(static one => one.End == HoldEnd.Released).Select(static one => $"release:{one.Id}"));
        // A refund that waited for its purchase is settled by an entry of its own.
        var found = entries.Select(static entry => entry.Id)
            .Where(static id => !id.StartsWith("settled:", StringComparison.Ordinal));
        Assert.Equal(expected.Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal));
        return total;
    }
}
