using Pipeline.Domain;
using Pipeline.Runtime.Loyalty;
using Pipeline.Runtime.Tests.Campaigns;
using Pipeline.Runtime.Tests.Doubles;
using Pipeline.Runtime.Tests.Tiers;

namespace Pipeline.Runtime.Tests.Loyalty;

/// <summary>Other rules for a past that had levels, caps and budgets.</summary>
public sealed class ProgramTrialTests
{
    private static readonly LoyaltyProgram Program = Programs.WithTiers() with
    {
        Campaigns =
        [
            Promotions.Gives("capped", 5, customer: 12),
            Promotions.Gives("budget", 7, budget: 100),
            Promotions.Gives("both", 3, customer: 8, budget: 60),
        ],
    };

    [Fact]
    public async Task The_program_that_made_the_past_makes_no_difference_in_points_or_levels()
    {
        var shop = await SellAsync();

        var found = await TryAsync(shop, Program);

        Assert.True(found.Purchases == 120);
        Assert.Equal((0, 0L, 0L), (found.CustomersTouched, found.PurchasesChanged, found.Refused));
        Assert.Equal(0, found.Outstanding.Difference);
        Assert.Empty(found.TierMoves);
        Assert.Equal(100, found.ByRule["campaign:budget"].Before);
        Assert.All(found.ByRule.Values, static points => Assert.Equal(0, points.Difference));
        Assert.Equal(["Basic", "Silver", "Gold"], found.ByTier.Select(static tier => tier.Level));
        Assert.Equal(20, found.ByTier.Sum(static tier => tier.Customers.After));
        Assert.All(found.ByTier, static tier => Assert.True(tier.Customers.After > 0));
    }

    [Fact]
    public async Task Another_budget_is_given_out_to_the_point_and_a_new_campaign_s_too()
    {
        var shop = await SellAsync();
        var next = Program with
        {
            Version = 2,
            Campaigns =
            [
                Promotions.Gives("budget", 7, budget: 45),
                Promotions.Gives("fresh", 9, budget: 31),
                Promotions.Gives("wide", 1, budget: 100_000),
            ],
        };

        var found = await TryAsync(shop, next);

        Assert.Equal((100, 45), Sum("campaign:budget"));
        Assert.Equal((0, 31), Sum("campaign:fresh"));
        Assert.Equal((0, 120), Sum("campaign:wide"));
        Assert.Equal(0, found.ByRule["campaign:capped"].After);

        (decimal, decimal) Sum(string rule) => (found.ByRule[rule].Before, found.ByRule[rule].After);
    }

    [Fact]
    public async Task A_cap_for_each_customer_is_counted_from_the_trial_s_own_awards()
    {
        var shop = await SellAsync();
        var found = await TryAsync(
            shop, Program with { Version = 2, Campaigns = [Promotions.Gives("capped", 5, customer: 20)] });
        // Twenty customers of six purchases each: four times five for each of them.
        Assert.Equal((20 * 12, 20 * 20), (found.ByRule["campaign:capped"].Before, found.ByRule["campaign:capped"].After));
    }

    [Fact]
    public async Task What_was_given_outside_of_the_days_is_gone_from_the_budget()
    {
        var shop = await SellAsync();
        var second = DateOnly.FromDateTime(shop.Now.UtcDateTime).AddDays(-5);
        var found = await TryAsync(
            shop, Program with { Version = 2, Campaigns = [Promotions.Gives("budget", 50, budget: 130)] }, from: second);
        Assert.Equal((0, 30), (found.ByRule["campaign:budget"].Before, found.ByRule["campaign:budget"].After));
    }

    [Fact]
    public async Task Who_would_be_in_another_level_is_counted()
    {
        var shop = await SellAsync();
        var rules = Programs.Calendar;
        var next = Program with
        {
            Version = 2,
            Tiers = rules with { Levels = [.. rules.Levels.Select(static level => level with { Threshold = level.Threshold / 2 })] },
        };

        var found = await TryAsync(shop, next);

        var moves = found.TierMoves.Select(static move => (move.From, move.To)).ToList();
        Assert.NotEmpty(moves);
        Assert.All(moves, static move => Assert.Contains(move, new (string?, string?)[] { ("Basic", "Silver"), ("Basic", "Gold"), ("Silver", "Gold") }));
        Assert.Equal(
            found.ByTier[2].Customers.Difference,
            found.TierMoves.Where(static move => move.To == "Gold").Sum(static move => move.Customers));
    }

    [Fact]
    public async Task However_often_it_is_tried_it_finds_the_same()
    {
        var shop = await SellAsync();
        var next = Program with { Version = 2, Campaigns = [Promotions.Gives("fresh", 9, budget: 31)] };
        var first = await TryAsync(shop, next);
        for (var i = 0; i < 10; i++)
        {
            var again = await TryAsync(shop, next);
            Assert.Equal(first.Winners, again.Winners);
            Assert.Equal(first.ByDay, again.ByDay);
        }
    }

    [Fact]
    public async Task Points_by_hand_and_cancelled_rewards_are_told_again()
    {
        var reward = new Reward(new RewardId("mug"), "A mug", RewardKind.Gift, 10);
        var program = Program with { Rewards = [reward] };
        var shop = new Shop(program);
        await shop.BuyAsync("p1", 100);
        await shop.ReserveAsync("r1", "mug");
        await shop.IssueAsync("r1");
        await shop.CancelAsync("r1");
        await shop.Coordinator.DecideAsync(
            Shop.Ann, new LedgerCommand.Deduct(new AdjustmentId("a1"), 7, "A mistake.", shop.Now, "a1"), default);

        var found = await TryAsync(shop, program);

        Assert.Equal((0, 0L), (found.CustomersTouched, found.Refused));
        Assert.Equal(0, found.Outstanding.Difference);
    }

    private static async Task<ProgramTrialReport> TryAsync(Shop shop, LoyaltyProgram program, DateOnly? from = null) =>
        await new ProgramTrial(shop.Memory, shop.Programs.Programs, shop.Time).RunAsync(
            program, from, to: null, asOf: null, progress: null, default);

    /// <summary>Twenty customers buy six times each, of whom all wait together on a day and are worked in another order.</summary>
    private static async Task<Shop> SellAsync()
    {
        var shop = new Shop(Program);
        for (var round = 0; round < 6; round++)
        {
            for (var number = 0; number < 20; number++)
                await shop.AcceptAsync(
                    $"p{round}-{number}", 4 * (number + 1), customer: new CustomerId($"c{(number * 7) % 20}"));
            await shop.WorkAsync();
            shop.Time.Advance(TimeSpan.FromDays(1));
        }

        await shop.RefundAsync("r1", "p2-19", customer: new CustomerId("c13"));
        return shop;
    }
}
