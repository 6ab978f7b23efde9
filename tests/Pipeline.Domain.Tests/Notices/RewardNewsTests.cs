namespace Pipeline.Domain.Tests;

/// <summary>Which rewards points have reached, and when time alone brings the next.</summary>
public sealed class RewardNewsTests
{
    private static readonly HashSet<RewardId> None = [];

    private static readonly DateTimeOffset Noon = Ladders.Noon("2026-03-01");

    [Fact]
    public void A_reward_is_news_for_the_points_that_reach_it_and_not_for_those_after()
    {
        var program = Program(Gift("mug", 20), Gift("hat", 30));
        var at19 = Ladders.Having(program, "2026-03-01 19").Account;
        var at20 = Ladders.Having(program, "2026-03-01 20").Account;
        var at40 = Ladders.Having(program, "2026-03-01 40").Account;
        Assert.Empty(RewardNews.Between(Account.New, at19, program, Noon));
        Assert.Equal("mug", Names(RewardNews.Between(at19, at20, program, Noon)));
        Assert.Equal("hat", Names(RewardNews.Between(at20, at40, program, Noon)));
        Assert.Equal("mug hat", Names(RewardNews.Between(at19, at40, program, Noon)));
        Assert.Empty(RewardNews.Between(at40, at20, program, Noon));
    }

    [Fact]
    public void Presents_and_rewards_of_other_days_or_levels_are_no_news()
    {
        var rewards = new[]
        {
            Gift("present", 0),
            Gift("over", 10) with { To = Ladders.Day("2026-02-28") },
            Gift("early", 10) with { From = Ladders.Day("2026-03-02") },
            Gift("gold", 10) with { Tiers = ["Gold"] },
            Gift("silver", 10) with { Tiers = ["Silver"] },
        };
        var program = Ladders.Program(Ladders.Points(new TierPeriod.CalendarYear())) with { Rewards = [.. rewards] };
        var silver = Ladders.Having(program, "2026-03-01 120").Account;
        Assert.Equal("silver", Names(RewardNews.Between(Account.New, silver, program, Noon)));
    }

    [Fact]
    public void Time_brings_a_reward_when_pending_points_become_active()
    {
        var program = Program(Gift("mug", 20)) with { Earning = EarningRules.Default with { PendingDays = 14 } };
        var account = Ladders.Having(program, "2026-03-01 20").Account;
        Assert.Empty(RewardNews.Ready(account, program, null, Noon));
        var active = account.Lots[0].ActiveAt;
        Assert.Equal(active, RewardNews.NextAt(account, program, null, Noon, None));
        Assert.Equal("mug", Names(RewardNews.Ready(account, program, null, active)));
        Assert.Null(RewardNews.NextAt(account, program, null, active, None));
        Assert.Null(RewardNews.NextAt(account, program, null, Noon, new HashSet<RewardId> { new("mug") }));
    }

    [Fact]
    public void Time_brings_a_reward_when_its_first_day_comes_unless_the_points_have_gone_by_then()
    {
        var program = Program(Gift("mug", 20) with { From = Ladders.Day("2026-03-20") }) with { Expiry = Commands.Days(40) };
        var account = Ladders.Having(program, "2026-03-01 20").Account;
        Assert.Equal(Start("2026-03-20"), RewardNews.NextAt(account, program, null, Noon, None));
        var later = Program(Gift("mug", 20) with { From = Ladders.Day("2026-05-20") }) with { Expiry = Commands.Days(40) };
        Assert.Null(RewardNews.NextAt(account, later, null, Noon, None));
    }

    [Fact]
    public void Time_brings_a_reward_when_a_hold_ends()
    {
        var program = Program(Gift("mug", 20));
        var shop = Ladders.Having(program, "2026-03-01 20");
        shop.Hold("h1", 1);
        Assert.Equal(
            shop.Account.Holds[0].Until, RewardNews.NextAt(shop.Account, program, null, shop.Now, None));
    }

    private static LoyaltyProgram Program(params Reward[] rewards) => LoyaltyProgram.Default with { Rewards = [.. rewards] };

    private static Reward Gift(string id, long points) => new(new RewardId(id), id, RewardKind.Gift, points);

    private static string Names(IEnumerable<Reward> rewards) => string.Join(" ", rewards.Select(static reward => reward.Id.Value));

    private static DateTimeOffset Start(string day) => Ladders.Noon(day).AddHours(-12);
}
