using System.Text;

namespace Pipeline.Domain.Tests;

public sealed class RewardRulesTests
{
    private const string Catalogue = """
        { "version": 2, "name": "n", "timeZone": "Asia/Shanghai", "rewards": [
          { "id": "mug", "name": "A mug", "kind": "gift", "points": 500, "stock": 10, "perCustomer": 3, "perDay": 2,
            "from": "2026-03-01", "to": "2026-03-31", "tiers": ["gold"],
            "partMoney": { "minPoints": 200, "currency": "CNY", "points": 100, "minorUnits": 999 } },
          { "id": "off", "name": "5 off", "kind": "discount", "points": 100, "validDays": 30,
            "value": { "currency": "CNY", "minorUnits": 500 } },
          { "id": "tenth", "name": "10 %", "kind": "discount", "points": 0, "value": { "percent": 10 }, "code": "none" },
          { "id": "film", "name": "A film", "kind": "voucher", "points": 900, "code": "pool", "pool": "cinema",
            "reserveSeconds": 60 } ] }
        """;

    private static readonly LoyaltyProgram Program = ProgramDocument.Parse(Encoding.UTF8.GetBytes(Catalogue)).Program!;
    private static readonly Reward Mug = Program.FindReward(new RewardId("mug"))!;

    /// <summary>00:30 on 2 March in Shanghai.</summary>
    private static readonly DateTimeOffset Night = new(2026, 3, 1, 16, 30, 0, TimeSpan.Zero);

    [Fact]
    public void A_catalogue_survives_writing_and_reading()
    {
        Assert.Equal(4, Program.Rewards.Length);
        Assert.Equal(Program, ProgramDocument.Parse(ProgramDocument.Write(Program)).Program);
        Assert.Equal(new RewardCode.Pool("cinema"), Program.Rewards[3].Code);
        Assert.IsType<RewardCode.Generated>(Program.Rewards[1].Code);
        Assert.IsType<RewardCode.None>(Mug.Code);
    }

    [Fact]
    public void A_program_without_rewards_says_nothing_of_them() =>
        Assert.DoesNotContain("rewards", Encoding.UTF8.GetString(ProgramDocument.Write(LoyaltyProgram.Default)));

    [Theory]
    [InlineData("""{ "id": "a", "name": "A", "kind": "car", "points": 1 }""", "/rewards/0/kind")]
    [InlineData("""{ "id": "a b", "name": "A", "kind": "gift", "points": 1 }""", "/rewards/0/id")]
    [InlineData("""{ "name": "A", "kind": "gift", "points": 1 }""", "/rewards/0/id")]
    [InlineData("""{ "id": "a", "name": "A", "kind": "gift", "points": -1 }""", "/rewards/0/points")]
    [InlineData("""{ "id": "a", "name": "A", "kind": "gift", "points": 1, "pool": "p" }""", "/rewards/0/pool")]
    [InlineData("""{ "id": "a", "name": "A", "kind": "gift", "points": 1, "from": "2026-02-02", "to": "2026-02-01" }""", "/rewards/0/to")]
    [InlineData("""{ "id": "a", "name": "A", "kind": "gift", "points": 1, "from": "soon" }""", "/rewards/0/from")]
    [InlineData("""{ "id": "a", "name": "A", "kind": "gift", "points": 1, "value": {} }""", "/rewards/0/value")]
    [InlineData("""{ "id": "a", "name": "A", "kind": "gift", "points": 1, "cost": 1 }""", "/rewards/0/cost")]
    [InlineData("""{ "id": "a", "name": "A", "kind": "gift", "points": 1, "partMoney": { "minPoints": 2, "currency": "GBP", "points": 1, "minorUnits": 1 } }""", "/rewards/0/partMoney/minPoints")]
    [InlineData("""{ "id": "a", "name": "A", "kind": "gift", "points": 1 }, { "id": "a", "name": "B", "kind": "gift", "points": 1 }""", "/rewards/1/id")]
    [InlineData("7", "/rewards/0")]
    public void A_mistake_is_told_with_its_place(string rewards, string place)
    {
        var text = $$"""{ "version": 1, "name": "n", "timeZone": "UTC", "rewards": [{{rewards}}] }""";
        Assert.Equal([place], ProgramDocument.Parse(Encoding.UTF8.GetBytes(text)).Errors.Keys);
    }

    [Fact]
    public void A_customer_of_the_tier_with_enough_points_may_have_it() => Assert.Empty(Check(Ask()));

    [Fact]
    public void All_that_stands_against_a_reward_is_told()
    {
        var ask = Ask() with { Level = "silver", Spendable = 499, Count = new RewardCount(3, new DateOnly(2026, 3, 2), 2) };
        Assert.Equal(
            [
                RewardProblem.NotForTier, RewardProblem.LimitReached, RewardProblem.DayLimitReached,
                RewardProblem.InsufficientPoints,
            ],
            Check(ask));
        Assert.Equal([RewardProblem.NotForTier], Check(Ask() with { Level = null }));
    }

    [Fact]
    public void Days_are_those_of_the_programs_zone()
    {
        Assert.Equal([RewardProblem.NotYet], Check(Ask() with { At = Night.AddDays(-1).AddHours(-1) }));
        Assert.Empty(Check(Ask() with { At = new(2026, 3, 31, 15, 59, 59, TimeSpan.Zero) }));
        Assert.Equal([RewardProblem.Ended], Check(Ask() with { At = new(2026, 3, 31, 16, 0, 0, TimeSpan.Zero) }));
        // The count of yesterday does not bind today.
        Assert.Empty(Check(Ask() with { Count = new RewardCount(2, new DateOnly(2026, 3, 1), 2) }));
    }

    [Theory]
    [InlineData(500, null)]
    [InlineData(499, 10L)]
    [InlineData(400, 999L)]
    [InlineData(200, 2997L)]
    public void Missing_points_cost_money_that_is_rounded_up_once(long points, long? money)
    {
        Assert.Empty(RewardRules.Check(Mug, Program, Ask(), points));
        Assert.Equal(money, RewardRules.MoneyFor(Mug, points)?.Amount);
    }

    [Theory]
    [InlineData(199)]
    [InlineData(501)]
    public void Points_out_of_what_a_reward_takes_are_refused(long points) =>
        Assert.Contains(RewardProblem.PointsRefused, RewardRules.Check(Mug, Program, Ask() with { Spendable = 1_000 }, points));

    [Fact]
    public void A_reward_without_part_money_takes_its_price_and_nothing_else() =>
        Assert.Equal(
            [RewardProblem.PointsRefused], RewardRules.Check(Program.Rewards[1], Program, Ask(), points: 99));

    [Fact]
    public void A_count_goes_up_and_down_with_the_days()
    {
        var monday = new DateOnly(2026, 3, 2);
        var count = default(RewardCount).Plus(monday).Plus(monday);
        Assert.Equal(new RewardCount(2, monday, 2), count);
        Assert.Equal(new RewardCount(3, monday.AddDays(1), 1), count.Plus(monday.AddDays(1)));
        Assert.Equal(new RewardCount(2, monday.AddDays(1), 1), count.Plus(monday.AddDays(1)).Minus(monday));
    }

    [Fact]
    public void What_is_issued_can_be_used_to_the_end_of_its_last_day_in_the_zone() =>
        Assert.Equal(
            new DateTimeOffset(2026, 4, 1, 16, 0, 0, TimeSpan.Zero),
            Program.Rewards[1].UsableUntil(Program, Night));

    private static RewardAsk Ask() => new(Night, 500, "gold", default);

    private static IEnumerable<RewardProblem> Check(RewardAsk ask) => RewardRules.Check(Mug, Program, ask, points: null);
}
