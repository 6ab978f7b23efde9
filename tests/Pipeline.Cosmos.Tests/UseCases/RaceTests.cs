using Pipeline.Cosmos.Gateway;
using Pipeline.Cosmos.Gateway.Faults;
using Pipeline.Cosmos.Gateway.Wire;
using Pipeline.Domain;
using Pipeline.Runtime.Loyalty;
using Pipeline.Runtime.Ports;
using Xunit.Abstractions;

namespace Pipeline.Cosmos.Tests.UseCases;

/// <summary>Many writers on one account lose no update, on a network that delays, refuses and loses.</summary>
public sealed class RaceTests(ITestOutputHelper output)
{
    private const int Seed = 4711;
    private const int Writers = 12;

    [Fact]
    public async Task Many_writers_on_one_account_lose_no_update()
    {
        output.WriteLine($"seed {Seed}");
        using var shop = await CloudShop.OpenAsync(new GatewayOptions { JitterMillisecondsMax = 4, Seed = Seed });
        await shop.BuyAsync("p", 1_000);

        await RaceAsync(shop);

        await AssertNothingIsLostAsync(shop);
    }

    [Fact]
    public async Task Many_writers_on_one_account_lose_no_update_where_answers_are_lost_and_the_service_is_busy()
    {
        output.WriteLine($"seed {Seed + 1}");
        using var shop = await CloudShop.OpenAsync(
            new GatewayOptions { RangeCount = 4, JitterMillisecondsMax = 4, Seed = Seed + 1 });
        await shop.BuyAsync("p", 1_000);
        shop.Gateway.Faults.Plan(static (kind, number) => (number % 10, kind) switch
        {
            (3, _) => Fault.Throttled,
            (6, _) => Fault.Unavailable,
            (9, CallKind.Batch) => Fault.LostAnswer,
            _ => null,
        });

        await RaceAsync(shop);

        shop.Gateway.Faults.None();
        await AssertNothingIsLostAsync(shop);
    }

    private static Task RaceAsync(CloudShop shop) => Task.WhenAll(Enumerable.Range(0, Writers).Select(async n =>
    {
        await UntilAnsweredAsync(() => shop.HoldAsync($"h{n}", 7));
        var purchase = Buy(shop, $"p{n}", 50);
        await UntilAnsweredAsync(async () => await shop.Coordinator.DecideAsync(CloudShop.Ann, purchase, default));
        if (n % 2 == 0)
            await UntilAnsweredAsync(() => shop.CaptureAsync($"h{n}"));
    }));

    private static async Task AssertNothingIsLostAsync(CloudShop shop)
    {
        Assert.Equal(1_000 + (Writers * 50) - (Writers * 7), await shop.SpendableAsync());
        var account = (await shop.Reader.BalanceAsync(CloudShop.Ann, null, null, default))!;
        Assert.Equal(Writers / 2 * 7, account.Held);
        await shop.AssertProvenAsync();
    }

    private static LedgerCommand.Purchase Buy(CloudShop shop, string id, long cups)
    {
        Pricing.TryPrice(CloudShop.Cups(cups), out var priced);
        return new(new PurchaseId(id), priced!, null, shop.Now, shop.Now, id);
    }

    /// <summary>Whoever is told to come back does.</summary>
    private static async Task UntilAnsweredAsync<T>(Func<Task<T>> ask)
    {
        while (true)
        {
            try
            {
                await ask();
                return;
            }
            catch (Exception error) when (error is ContendedException or StoreUnavailableException)
            {
                // Comes back.
            }
        }
    }
}
