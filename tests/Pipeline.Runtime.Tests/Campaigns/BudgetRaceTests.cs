using Pipeline.Domain;
using Pipeline.Runtime.Loyalty;
using Pipeline.Runtime.Ports;
using Pipeline.Runtime.Tests.Doubles;
using Xunit.Abstractions;
using static Pipeline.Runtime.Tests.Campaigns.Promotions;

namespace Pipeline.Runtime.Tests.Campaigns;

public sealed class BudgetRaceTests(ITestOutputHelper output)
{
    private const int Writers = 64;

    [Theory]
    [InlineData(1_000)]
    [InlineData(40_000)]
    public async Task Sixty_four_writers_at_once_pass_no_budget_and_no_cap_and_use_the_budget_up(long budget)
    {
        const int PurchasesEach = 10;
        var shop = new Shop(Program(
            Gives("shared", 97, budget: budget), Gives("capped", 40, customer: 100, day: 90)));

        await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(async () =>
        {
            // Four writers a customer.
            var customer = new CustomerId($"c{writer / 4}");
            for (var i = 0; i < PurchasesEach; i++)
                await UntilDecidedAsync(shop, customer, Commands.Buy(shop, $"p{writer}-{i}", 1));
        })));

        var given = await GivenAsync(shop);
        Assert.Equal(Math.Min(budget, 97L * Writers * PurchasesEach), given.Sum(static one => one.Shared));
        Assert.All(
            given.GroupBy(static one => one.Customer), static customer => Assert.Equal(90, customer.Sum(static one => one.Capped)));
        Assert.Equal((budget, 0), ((await shop.BudgetAsync("shared")).Issued, (await shop.BudgetAsync("shared")).Left));
        await shop.AssertProvenAsync();
    }

    [Fact]
    public async Task Sixty_four_writers_whose_requests_fail_at_random_lose_no_allowance_and_pass_no_budget()
    {
        const int Seed = 20261111;
        const long Budget = 5_000;
        output.WriteLine($"seed {Seed}");
        var random = new Random(Seed);
        var gate = new Lock();
        var shop = new Shop(Program(Gives("shared", 97, budget: Budget)));
        var failing = new Failing(shop.Memory, () =>
        {
            lock (gate)
                return random.Next(12);
        });
        var coordinator = new LedgerCoordinator(failing, shop.Programs);

        await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(async () =>
        {
            for (var i = 0; i < 2; i++)
                await UntilDecidedAsync(coordinator, new CustomerId($"c{writer}"), Commands.Buy(shop, $"p{i}", 1));
        })));
        shop.Time.Advance(TimeSpan.FromHours(2));
        await shop.CampaignSweep.RunAsync(default);
        shop.Time.Advance(TimeSpan.FromDays(2));
        await shop.CampaignSweep.RunAsync(default);

        var issued = (await GivenAsync(shop)).Sum(static one => one.Shared);
        var (drawn, left, _) = await shop.BudgetAsync("shared");
        output.WriteLine($"{failing.Failed} requests failed, {issued} points given, {left} left");
        Assert.True(failing.Failed > 0);
        Assert.InRange(issued, 0, Budget);
        Assert.Equal((issued, Budget - issued), (drawn, left));
        await shop.AssertProvenAsync();
    }

    private static async Task<List<(string Customer, long Shared, long Capped)>> GivenAsync(Shop shop)
    {
        var given = new List<(string, long, long)>();
        foreach (var customer in shop.Memory.All().Select(static one => one.Key.Partition).Distinct().Where(static it => it[0] != '~'))
            foreach (var entry in await LedgerHistory.LoadAsync(shop.Memory, new CustomerId(customer), default))
            {
                var awards = ((Fact.Purchased)entry.Fact).Awards;
                given.Add((customer, Of(awards, "shared"), Of(awards, "capped")));
            }
        return given;

        static long Of(IEnumerable<AwardPart> awards, string campaign) =>
            awards.Where(part => part.Campaign == campaign).Sum(static part => part.Points);
    }

    private static Task UntilDecidedAsync(Shop shop, CustomerId customer, LedgerCommand command) =>
        UntilDecidedAsync(shop.Coordinator, customer, command);

    /// <summary>As a queue does: a message comes again until it is worked.</summary>
    private static async Task UntilDecidedAsync(LedgerCoordinator coordinator, CustomerId customer, LedgerCommand command)
    {
        while (true)
        {
            try
            {
                await coordinator.DecideAsync(customer, command, default);
                return;
            }
            catch (Exception e) when (e is ContendedException or StoreUnavailableException)
            {
                // Comes again.
            }
        }
    }

    /// <summary>A store of which some requests fail before they are done, and others after.</summary>
    private sealed class Failing(IDocumentStore store, Func<int> next) : IDocumentStore
    {
        private int failed;

        public int Failed => failed;

        public int ShardCount => store.ShardCount;

        public ValueTask<Document?> ReadAsync(DocumentKey key, CancellationToken cancellation) =>
            PassAsync(() => store.ReadAsync(key, cancellation));

        public ValueTask<DocumentPage> PageAsync(PartitionQuery query, CancellationToken cancellation) =>
            PassAsync(() => store.PageAsync(query, cancellation));

        public ValueTask<CommitResult> CommitAsync(
            string partition, IReadOnlyList<Write> writes, CancellationToken cancellation) =>
            PassAsync(() => store.CommitAsync(partition, writes, cancellation));

        public ValueTask<DocumentPage> ScanAsync(ScanQuery query, CancellationToken cancellation) =>
            PassAsync(() => store.ScanAsync(query, cancellation));

        public ValueTask<DocumentPage> ChangesAsync(ChangesQuery query, CancellationToken cancellation) =>
            PassAsync(() => store.ChangesAsync(query, cancellation));

        private async ValueTask<T> PassAsync<T>(Func<ValueTask<T>> pass)
        {
            var fate = next();
            if (fate == 0)
                throw Fail();
            var answer = await pass();
            return fate == 1 ? throw Fail() : answer;
        }

        private StoreUnavailableException Fail()
        {
            Interlocked.Increment(ref failed);
            return new StoreUnavailableException("Injected.");
        }
    }
}
