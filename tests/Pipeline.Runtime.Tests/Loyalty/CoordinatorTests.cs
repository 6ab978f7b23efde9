using System.Collections.Immutable;
using Pipeline.Domain;
using Pipeline.Runtime.Loyalty;
using Pipeline.Runtime.Ports;
using Pipeline.Runtime.Tests.Doubles;

namespace Pipeline.Runtime.Tests.Loyalty;

public sealed class CoordinatorTests
{
    private readonly Shop shop = new();

    [Fact]
    public async Task A_purchase_that_comes_late_does_not_forget_that_the_customer_has_given_feedback()
    {
        var feedback = new Shop();
        await feedback.BuyAsync("p1", 100);
        await feedback.HearAsync("f1", csat: 5);
        await feedback.HoldAsync("h1", 10);
        await feedback.CaptureAsync("h1");
        Assert.Contains("\"fb\":true", await feedback.StoredAsync(Shop.Account()), StringComparison.Ordinal);

        await feedback.BuyAsync("p2", 10, at: Shop.Opening.AddDays(-1));

        Assert.Contains("\"fb\":true", await feedback.StoredAsync(Shop.Account()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_batch_of_hundreds_with_repetitions_is_worked_in_one_call()
    {
        var commands = Enumerable.Range(0, 400).Select(i => Buy($"p{i % 300}", 1)).ToArray();

        var decisions = await shop.Coordinator.DecideAsync(Shop.Ann, commands, default);

        Assert.Equal(300, decisions.Count(static decision => decision is Decision.Accepted));
        Assert.All(decisions.Skip(300), static decision => Assert.IsType<Decision.Repeated>(decision));
        Assert.Equal((300, 0, 0, 0), await shop.PointsAsync());
        Assert.All(
            shop.Tap.Requests.Where(static one => one.StartsWith("commit", StringComparison.Ordinal)),
            static one => Assert.True(int.Parse(one[7..]) <= StoreLimits.WritesMax));
        await shop.AssertProvenAsync();
    }

    [Fact]
    public async Task A_batch_that_was_half_worked_before_repeats_the_one_half_and_does_the_other()
    {
        await shop.Coordinator.DecideAsync(Shop.Ann, [.. Enumerable.Range(0, 150).Select(i => Buy($"p{i * 2}", 1))], default);

        var decisions = await shop.Coordinator.DecideAsync(
            Shop.Ann, [.. Enumerable.Range(0, 300).Select(i => Buy($"p{i}", 1))], default);

        Assert.Equal(150, decisions.Count(static decision => decision is Decision.Repeated));
        Assert.Equal((300, 0, 0, 0), await shop.PointsAsync());
        await shop.AssertProvenAsync();
    }

    [Fact]
    public async Task Purchases_and_refunds_of_one_batch_in_any_order_end_in_the_same_balance()
    {
        const int Seed = 20260301;
        for (var round = 0; round < 20; round++)
        {
            var random = new Random(Seed + round);
            var commands = Enumerable.Range(0, 60)
                .SelectMany(i => new LedgerCommand[]
                {
                    Buy($"p{i}", 100, minutes: i),
                    Refund($"r{i}", $"p{i}", 2_500, i + 1),
                    Refund($"s{i}", $"p{i}", 1_000, i + 2),
                })
                .SelectMany(static command => new[] { command, command })
                .ToArray();
            random.Shuffle(commands);
            var other = new Shop();

            var decisions = await other.Coordinator.DecideAsync(Shop.Ann, commands, default);

            Assert.True(decisions.Count(static one => one is Decision.Accepted) == 180, $"seed {Seed + round}");
            Assert.True(await other.PointsAsync() == (60 * 65, 0, 0, 0), $"seed {Seed + round}");
            await other.AssertProvenAsync();
        }
    }

    [Fact]
    public async Task A_purchase_that_settles_fifty_refunds_fits_a_commit_behind_any_number_of_others()
    {
        for (var before = 35; before < 60; before++)
        {
            var customer = new CustomerId($"c{before}");
            await shop.Coordinator.DecideAsync(customer, [Buy("old", 100), Hold("h", 100)], default);
            await shop.Coordinator.DecideAsync(
                customer, [.. Enumerable.Range(0, Ledger.WaitingPerPurchaseMax).Select(i => Refund($"r{i}", "late", 100, 700))],
                default);

            var decisions = await shop.Coordinator.DecideAsync(
                customer, [.. Enumerable.Range(0, before).Select(i => Buy($"b{i}", 1)), Buy("late", 100, hold: "h")], default);

            Assert.Equal(52, ((Decision.Accepted)decisions[^1]).Entries.Length);
        }

        await shop.AssertProvenAsync();
    }

    [Fact]
    public async Task More_commands_than_one_call_takes_are_an_argument_error()
    {
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await shop.Coordinator.DecideAsync(
            Shop.Ann, [.. Enumerable.Range(0, LedgerCoordinator.CommandsMax + 1).Select(i => Buy($"p{i}", 1))], default));
    }

    [Fact]
    public async Task Another_writer_makes_the_coordinator_load_and_decide_again()
    {
        await shop.BuyAsync("p1", 100);
        var others = 0;
        shop.Tap.OnRequest = async request =>
        {
            if (request.StartsWith("commit", StringComparison.Ordinal) && others < 5)
                await OtherWriterAsync($"other{others++}");
        };

        Assert.IsType<Decision.Accepted>(await shop.Coordinator.DecideAsync(Shop.Ann, Buy("p2", 10), default));

        shop.Tap.OnRequest = null;
        Assert.Equal((115, 0, 0, 0), await shop.PointsAsync());
        await shop.AssertProvenAsync();
    }

    [Fact]
    public async Task A_writer_who_always_comes_first_ends_the_bounded_retry()
    {
        await shop.BuyAsync("p1", 100);
        var others = 0;
        shop.Tap.OnRequest = async request =>
        {
            if (request.StartsWith("commit", StringComparison.Ordinal))
                await OtherWriterAsync($"other{others++}");
        };

        var contended = await Assert.ThrowsAsync<ContendedException>(async () =>
            await shop.Coordinator.DecideAsync(Shop.Ann, Buy("p2", 10), default));

        shop.Tap.OnRequest = null;
        Assert.Equal(("ann", LedgerCoordinator.AttemptsMax), (contended.Partition, others));
        Assert.DoesNotContain("ann", contended.Message, StringComparison.Ordinal);
        Assert.Equal((112, 0, 0, 0), await shop.PointsAsync());
        await shop.AssertProvenAsync();
    }

    [Fact]
    public async Task A_profile_is_put_again_where_another_wrote_and_gives_up_where_they_always_do()
    {
        var others = 0;
        var most = 3;
        shop.Tap.OnRequest = async request =>
        {
            if (request.StartsWith("commit", StringComparison.Ordinal) && others < most)
                await OtherWriterAsync($"other{others++}");
        };
        var profile = new Profile("Ann", null, null, null, null, null, ImmutableSortedDictionary<string, string>.Empty);

        await shop.Profiles.PutAsync(Shop.Ann, profile, default);
        Assert.Equal((3, 0, 0, 0), await shop.PointsAsync());
        most = int.MaxValue;
        await Assert.ThrowsAsync<ContendedException>(async () => await shop.Profiles.PutAsync(Shop.Ann, profile, default));
        shop.Tap.OnRequest = null;
        await shop.AssertProvenAsync();
    }

    private async Task OtherWriterAsync(string purchase) => Assert.IsType<Decision.Accepted>(
        await new LedgerCoordinator(shop.Memory, shop.Programs).DecideAsync(Shop.Ann, Buy(purchase, 1), default));

    private static LedgerCommand.PlaceHold Hold(string id, long points) =>
        new(new HoldId(id), points, 1_800, Shop.Opening, $"{points}");

    private static LedgerCommand.Purchase Buy(string id, long cups, int minutes = 0, string? hold = null)
    {
        Pricing.TryPrice(Shop.Cups(cups), out var priced);
        var at = Shop.Opening.AddMinutes(minutes - 600);
        var named = hold is null ? (HoldId?)null : new HoldId(hold);
        return new LedgerCommand.Purchase(new PurchaseId(id), priced!, named, at, Shop.Opening, $"{id}/{cups}");
    }

    private static LedgerCommand.Refund Refund(string id, string purchase, long pence, int minutes) => new(
        new RefundId(id), new PurchaseId(purchase), new RefundScope.ByAmount(pence),
        Shop.Opening.AddMinutes(minutes - 600), Shop.Opening, $"{id}/{pence}");
}
