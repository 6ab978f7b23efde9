using System.Collections.Immutable;
using Pipeline.Domain;
using Pipeline.Runtime.Loyalty;
using Pipeline.Runtime.Tests.Doubles;
using Xunit.Abstractions;

namespace Pipeline.Runtime.Tests.Faults;

public sealed class RaceTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Of_many_holds_of_the_whole_balance_exactly_one_wins()
    {
        for (var round = 0; round < 300; round++)
        {
            var shop = new Shop();
            await shop.BuyAsync("p1", 100);

            var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() => shop.HoldAsync($"h{i}", 100))));

            Assert.Single(answers, static answer => answer is CheckoutAnswer.Held { Replayed: false });
            Assert.Equal(7, answers.Count(static answer => answer is CheckoutAnswer.Refused { Reason: Reason.InsufficientPoints }));
            Assert.Equal((0, 0, 100, 0), await shop.PointsAsync());
            await shop.AssertProvenAsync();
        }
    }

    [Fact]
    public async Task Of_many_sendings_of_one_hold_one_is_new_and_all_answer_the_same()
    {
        for (var round = 0; round < 100; round++)
        {
            var shop = new Shop();
            await shop.BuyAsync("p1", 100);

            var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => shop.HoldAsync("h1", 100))));

            Assert.All(answers, static answer => Assert.Equal(100, Assert.IsType<CheckoutAnswer.Held>(answer).Points));
            Assert.Single(answers, static answer => answer is CheckoutAnswer.Held { Replayed: false });
        }
    }

    [Fact]
    public async Task A_capture_and_a_release_at_once_end_in_one_of_the_two()
    {
        for (var round = 0; round < 100; round++)
        {
            var shop = new Shop();
            await shop.BuyAsync("p1", 100);
            await shop.HoldAsync("h1", 60);

            var capture = Task.Run(() => shop.CaptureAsync("h1"));
            var release = Task.Run(() => shop.ReleaseAsync("h1"));
            var isCaptured = await capture is CheckoutAnswer.Captured;
            var isReleased = await release is CheckoutAnswer.Released;

            Assert.NotEqual(isCaptured, isReleased);
            Assert.Equal((isCaptured ? 40 : 100, 0, 0, 0), await shop.PointsAsync());
            await shop.AssertProvenAsync();
        }
    }

    [Fact]
    public async Task Everything_at_once_on_one_account_loses_no_update()
    {
        const int Seed = 4711;
        for (var round = 0; round < 12; round++)
        {
            var seed = Seed + round;
            output.WriteLine($"seed {seed}");
            var random = new Random(seed);
            var shop = new Shop();
            await shop.BuyAsync("p", 1_000);
            for (var i = 0; i < 6; i++)
                await shop.HoldAsync($"old{i}", 10);

            var work = new List<Func<Task>>();
            for (var i = 0; i < 12; i++)
            {
                var n = i;
                work.Add(() => DecideAsync(shop, Buy(shop, $"p{n}", 50, minutes: -n)));
                work.Add(() => UntilAnsweredAsync(() => shop.HoldAsync($"h{n}", 7)));
                work.Add(() => UntilAnsweredAsync(() => shop.CaptureAsync($"old{n % 6}")));
                work.Add(() => DecideAsync(shop, Refund(shop, $"r{n}", $"p{n % 4}", 100)));
                work.Add(() => UntilAnsweredAsync(async () => await shop.Profiles.PutAsync(Shop.Ann, Named($"Ann {n}"), default)));
            }

            var shuffled = work.ToArray();
            random.Shuffle(shuffled);
            await Task.WhenAll(shuffled.Select(static one => Task.Run(one)));

            Assert.Equal((1_000 + (12 * 50) - 60 - 12 - (12 * 7), 0, 12 * 7, 0), await shop.PointsAsync());
            Assert.NotNull((await shop.Reader.GetAsync(Shop.Ann, default))!.Profile);
            await shop.AssertProvenAsync();
        }
    }

    [Fact]
    public async Task One_message_in_two_hands_counts_once()
    {
        for (var round = 0; round < 100; round++)
        {
            var shop = new Shop();
            await shop.AcceptAsync("p1", 100);
            await shop.AcceptRefundAsync("r1", "p1", 4_000);
            await shop.AcceptAsync("p2", 100);
            var lease = shop.Queue.TryReceive("purchases", 40)!;

            await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Task.Run(
                () => shop.Pump.WorkAsync(shop.Applying, lease))));

            Assert.Equal((160, 0, 0, 0), await shop.PointsAsync());
            await shop.AssertProvenAsync();
        }
    }

    private static Task DecideAsync(Shop shop, LedgerCommand command) =>
        UntilAnsweredAsync(async () => await shop.Coordinator.DecideAsync(Shop.Ann, command, default));

    /// <summary>With more writers than attempts some are told to come back, and do.</summary>
    private static async Task UntilAnsweredAsync<T>(Func<Task<T>> ask)
    {
        while (true)
        {
            try
            {
                await ask();
                return;
            }
            catch (ContendedException)
            {
                // Comes back.
            }
        }
    }

    private static Profile Named(string name) =>
        new(name, null, null, null, null, null, ImmutableSortedDictionary<string, string>.Empty);

    private static LedgerCommand.Purchase Buy(Shop shop, string id, long cups, int minutes)
    {
        Pricing.TryPrice(Shop.Cups(cups), out var priced);
        return new(new PurchaseId(id), priced!, null, shop.Now.AddMinutes(minutes), shop.Now, id);
    }

    private static LedgerCommand.Refund Refund(Shop shop, string id, string purchase, long pence) =>
        new(new RefundId(id), new PurchaseId(purchase), new RefundScope.ByAmount(pence), shop.Now, shop.Now, id);
}
