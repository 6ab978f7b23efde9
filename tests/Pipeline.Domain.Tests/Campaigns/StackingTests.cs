using System.Text;
using FsCheck;
using FsCheck.Fluent;
using static Pipeline.Domain.Tests.Promotions;

namespace Pipeline.Domain.Tests;

public sealed class StackingTests
{
    [Fact]
    public void Campaigns_of_no_group_and_of_several_groups_add_up()
    {
        var program = Program(
            Gives("a", 1), Gives("b", 2), Gives("c", 4).In("x", StackingMode.BestOf), Gives("d", 8).In("y", StackingMode.BestOf));

        Assert.Equal(1 + 1 + 2 + 4 + 8, Award(program, Pounds(100)).Points);
    }

    [Fact]
    public void An_additive_group_adds_factors_and_a_multiplicative_one_multiplies_them()
    {
        Assert.Equal(40, Award(Of(StackingMode.Additive), Pounds(1_000)).Points);
        Assert.Equal(60, Award(Of(StackingMode.Multiplicative), Pounds(1_000)).Points);

        static LoyaltyProgram Of(StackingMode mode) => Program(Times("a", 2).In("x", mode), Times("b", 3).In("x", mode));
    }

    [Fact]
    public void Factors_multiply_only_the_lines_that_they_have_in_common()
    {
        var basket = Baskets.Priced(new Basket(
            Baskets.Currency("GBP"), "web",
            [new BasketLine("a", null, "shoes", 1, 1_000), new BasketLine("b", null, null, 1, 1_000)], 0, 0, 0));
        var program = Program(
            Times("all", 2).In("x", StackingMode.Multiplicative),
            Times("shoes", 3).In("x", StackingMode.Multiplicative).When(static when => when with { Categories = SetOf("shoes") }));

        var award = Award(program, basket);

        Assert.Equal((6 * 10) + (2 * 10), award.Points);
        Assert.Equal([60, 20], award.LinePoints);
    }

    [Fact]
    public void The_best_is_the_best_for_the_customer_after_the_caps_and_of_equals_the_first_by_id()
    {
        var capped = Times("a", 10).In("x", StackingMode.BestOf).Capped(static caps => caps with { PerOrder = 5 });
        var twenty = Gives("c", 20).In("x", StackingMode.BestOf);
        var too = Gives("b", 20).In("x", StackingMode.BestOf);

        Assert.Equal(["base", "campaign:b"], Rules(Program(twenty, capped, too)));
    }

    [Fact]
    public void The_exclusive_one_is_of_the_highest_priority_whatever_it_gives_and_of_equals_the_first_by_id()
    {
        var program = Program(
            Gives("rich", 100).In("x", StackingMode.Exclusive, 1), Gives("z", 1).In("x", StackingMode.Exclusive, 2),
            Gives("y", 1).In("x", StackingMode.Exclusive, 2));

        Assert.Equal(["base", "campaign:y"], Rules(program));
    }

    [Fact]
    public void One_that_does_not_match_excludes_nobody()
    {
        var program = Program(
            Gives("rich", 100).In("x", StackingMode.Exclusive, 9).When(static when => when with { Channels = SetOf("app") }),
            Gives("z", 1).In("x", StackingMode.Exclusive));

        Assert.Equal(["base", "campaign:z"], Rules(program));
    }

    [Fact]
    public void No_order_in_the_file_changes_an_award() =>
        Proving.ForAll(
            from campaigns in Campaigns
            from order in Gen.Shuffle(Enumerable.Range(0, campaigns.Length).ToArray())
            from pence in Gen.Choose(0, 100_000)
            select (campaigns, order, pence),
            static given =>
            {
                var written = ProgramDocument.Write(Program(given.campaigns));
                var document = System.Text.Json.Nodes.JsonNode.Parse(written)!;
                var list = document["campaigns"]?.AsArray().Select(static node => node!.DeepClone()).ToArray() ?? [];
                document["campaigns"] = new System.Text.Json.Nodes.JsonArray([.. given.order.Select(i => list[i])]);
                var shuffled = ProgramDocument.Parse(Encoding.UTF8.GetBytes(document.ToJsonString()));

                var first = Award(ProgramDocument.Parse(written).Program!, Pounds(given.pence, "shoes"));
                var second = Award(shuffled.Program!, Pounds(given.pence, "shoes"));
                return first.Points == second.Points && first.Parts.SequenceEqual(second.Parts);
            });

    /// <summary>
    /// Campaigns are taken by id; so that this proves more than that they are sorted, the ids are dealt out anew. Caps are left
    /// out: one of several factors that multiply is cut by what it gives after those before it.
    /// </summary>
    [Fact]
    public void Campaigns_that_add_or_multiply_give_the_same_whichever_comes_first() =>
        Proving.ForAll(
            from campaigns in Campaigns
            from order in Gen.Shuffle(Enumerable.Range(0, campaigns.Length).ToArray())
            from pence in Gen.Choose(0, 100_000)
            from factor in Gen.Elements(1m, 1.25m)
            select (campaigns, order, pence, factor),
            static given =>
            {
                Campaign[] commutative = [.. given.campaigns.Where(static one =>
                    one.Stacking.Mode is StackingMode.Additive or StackingMode.Multiplicative)];
                var places = given.order.Where(place => place < commutative.Length).ToArray();
                var dealt = commutative.Select((one, i) => one with { Id = $"c{places[i]}" });
                var context = Newcomer with { Tier = new TierLevel("Gold", 0, TierBenefits.None with { Multiplier = ExactRate.Of(given.factor) }) };

                return Award(Program([.. commutative.Select((one, i) => one with { Id = $"c{i}" })]), Pounds(given.pence), context).Points
                    == Award(Program([.. dealt.OrderBy(static one => one.Id, StringComparer.Ordinal)]), Pounds(given.pence), context).Points;
            });

    [Fact]
    public void Parts_and_lines_add_up_to_the_award_and_remainders_to_what_rounding_left_off() =>
        Proving.ForAll(
            from campaigns in Campaigns
            from prices in Gen.NonEmptyListOf(Gen.Choose(0, 1_000_000))
            from rounding in Gen.Elements(Enum.GetValues<Rounding>())
            from factor in Gen.Elements(1m, 1.25m, 1.333333m)
            select (campaigns, prices, rounding, factor),
            static given =>
            {
                var program = Program(given.campaigns) with
                {
                    Earning = EarningRules.Default with { Rounding = given.rounding },
                };
                var basket = Baskets.Priced("GBP", [.. given.prices.Select(static price => (1L, (long)price))]);
                var tier = new TierLevel("Gold", 0, TierBenefits.None with { Multiplier = ExactRate.Of(given.factor) });

                var award = Award(program, basket, Newcomer with { Tier = tier });

                var left = award.Parts.Sum(static part => part.Remainder);
                return award.Parts.Sum(static part => part.Points) == award.Points
                    && award.LinePoints.Sum() == award.Points
                    && award.Parts.All(static part => part.Points >= 0)
                    && left is > -1 and < 1
                    && (given.rounding != Rounding.Floor || left >= 0 || award.Parts.Count == 1);
            });

    [Fact]
    public void No_part_passes_the_cap_of_an_order() =>
        Proving.ForAll(
            from campaigns in Campaigns
            from cap in Gen.Choose(1, 500)
            from pence in Gen.Choose(0, 1_000_000)
            select (campaigns, cap, pence),
            static given => Award(
                Program([.. given.campaigns.Select(one => one.Capped(caps => caps with { PerOrder = given.cap }))]),
                Pounds(given.pence, "shoes")).Parts.Skip(1).All(part => part.Points <= given.cap));

    private static Gen<Campaign[]> Campaigns { get; } =
        from effects in Gen.ListOf(Gen.OneOf(
            from tenths in Gen.Choose(10, 40)
            select (CampaignEffect)new CampaignEffect.Multiplier(ExactRate.Of(tenths / 10m)),
            from points in Gen.Choose(1, 500)
            select (CampaignEffect)new CampaignEffect.Bonus(points),
            from pounds in Gen.Choose(1, 200)
            from points in Gen.Choose(1, 50)
            select (CampaignEffect)new CampaignEffect.EverySpend(Baskets.Currency("GBP"), pounds * 100, points)))
        from groups in Gen.ArrayOf(Gen.Choose(0, 4), effects.Count)
        from priorities in Gen.ArrayOf(Gen.Choose(0, 2), effects.Count)
        select effects.Select((effect, i) => Grouped(Of($"c{i}", effect), groups[i], priorities[i])).ToArray();

    private static Campaign Grouped(Campaign campaign, int group, int priority) => group switch
    {
        1 => campaign.In("add", StackingMode.Additive, priority),
        2 when campaign.Effect is CampaignEffect.Multiplier => campaign.In("times", StackingMode.Multiplicative, priority),
        3 => campaign.In("best", StackingMode.BestOf, priority),
        4 => campaign.In("only", StackingMode.Exclusive, priority),
        _ => campaign,
    };

    private static IEnumerable<string> Rules(LoyaltyProgram program) =>
        Award(program, Pounds(100)).Parts.Select(static part => part.Rule);
}
