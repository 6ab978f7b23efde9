using System.Text;

namespace Pipeline.Domain.Tests;

public sealed class TierDocumentTests
{
    private const string Head = "\"version\": 2, \"name\": \"Spring\", \"timeZone\": \"Europe/London\"";

    [Fact]
    public void A_campaign_or_a_reward_for_a_level_that_the_program_has_not_is_an_error_at_its_place()
    {
        var errors = Parse($$"""
            { {{Head}},
              "tiers": { "measure": "orders", "period": { "rule": "calendarYear" },
                "levels": [ { "name": "Silver", "threshold": 0 }, { "name": "Gold", "threshold": 2 } ] },
              "campaigns": [ { "id": "x", "name": "X", "effect": { "kind": "bonus", "points": 5 },
                "when": { "tiers": ["Gold", "Platinum"] } } ],
              "rewards": [ { "id": "mug", "name": "A mug", "kind": "gift", "points": 5, "tiers": ["gold"] } ] }
            """).Errors;
        Assert.Equal(["/campaigns/0/when/tiers/1", "/rewards/0/tiers/0"], errors.Keys);
        Assert.Equal(
            "'gold' is no level of the program's tiers, so it would be for nobody. Did you mean 'Gold'?",
            errors["/rewards/0/tiers/0"]);
    }

    [Fact]
    public void A_program_without_tiers_writes_neither_them_nor_notices()
    {
        var text = Encoding.UTF8.GetString(ProgramDocument.Write(LoyaltyProgram.Default));
        Assert.DoesNotContain("tiers", text, StringComparison.Ordinal);
        Assert.DoesNotContain("notices", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Levels_are_read_with_all_that_they_give()
    {
        var tiers = Tiers(
            "{ \"measure\": \"spend\", \"currency\": \"EUR\", \"period\": { \"rule\": \"rolling\", \"months\": 12 },"
            + " \"downgrade\": \"oneLevel\", \"graceDays\": 31, \"levels\": [ { \"name\": \"Start\", \"threshold\": 0 },"
            + " { \"name\": \"金卡\", \"threshold\": 100000, \"benefits\": { \"multiplier\": 1.5, \"pendingDays\": 0,"
            + " \"redemption\": { \"EUR\": { \"points\": 100, \"minorUnits\": 120 } }, \"freeShipping\": true,"
            + " \"attributes\": { \"lounge\": \"yes\" } } } ] }");
        Assert.Equal(TierMeasure.Spend, tiers.Measure);
        Assert.Equal(Baskets.Currency("EUR"), tiers.Currency);
        Assert.Equal(new TierPeriod.Rolling(12), tiers.Period);
        Assert.Equal((TierDowngrade.OneLevel, 31), (tiers.Downgrade, tiers.GraceDays));
        Assert.Equal(("Start", 0L, TierBenefits.None), (tiers.Levels[0].Name, tiers.Levels[0].Threshold, tiers.Levels[0].Benefits));
        var gold = tiers.Levels[1];
        Assert.Equal(("金卡", 100_000L), (gold.Name, gold.Threshold));
        Assert.Equal((ExactRate.Of(1.5m), (int?)0, true), (gold.Benefits.Multiplier, gold.Benefits.PendingDays, gold.Benefits.FreeShipping));
        Assert.Equal(new PointValue(100, 120), gold.Benefits.Redemption[Baskets.Currency("EUR")]);
        Assert.Equal("yes", gold.Benefits.Attributes["lounge"]);
    }

    [Fact]
    public void Tiers_and_notices_survive_writing_and_reading()
    {
        foreach (var period in new TierPeriod[] { new TierPeriod.CalendarYear(), new TierPeriod.Anniversary(), new TierPeriod.Rolling(36) })
        {
            var program = LoyaltyProgram.Default with
            {
                Tiers = Ladders.Of(TierMeasure.Orders, period, 366, TierDowngrade.OneLevel, ("A", 0), ("B", 3), ("C", 7)),
                Notices = new NoticeRules([30, 7], 14, RewardReady: true),
            };
            Assert.Equal(program, ProgramDocument.Parse(ProgramDocument.Write(program)).Program);
        }
    }

    [Theory]
    [InlineData("{ \"period\": { \"rule\": \"anniversary\" }, \"levels\": [] }",
        "/tiers/measure", "Missing; give earnedPoints, spend or orders.")]
    [InlineData("{ \"measure\": \"orders\", \"period\": { \"rule\": \"anniversary\" }, \"levels\": [] }",
        "/tiers/levels", "Must have 1 to 10 items; it has 0.")]
    [InlineData("{ \"measure\": \"spend\", \"period\": { \"rule\": \"anniversary\" }, \"levels\": [ { \"name\": \"A\", \"threshold\": 0 } ] }",
        "/tiers/currency", "Missing; give the currency whose spend counts, such as GBP.")]
    [InlineData("{ \"measure\": \"orders\", \"currency\": \"GBP\", \"period\": { \"rule\": \"anniversary\" }, \"levels\": [ { \"name\": \"A\", \"threshold\": 0 } ] }",
        "/tiers/currency", "Only spend is counted in a currency; leave it out.")]
    [InlineData("{ \"measure\": \"orders\", \"period\": { \"rule\": \"rolling\" }, \"levels\": [ { \"name\": \"A\", \"threshold\": 0 } ] }",
        "/tiers/period/months", "Missing; give how many calendar months the window has.")]
    [InlineData("{ \"measure\": \"orders\", \"period\": { \"rule\": \"rolling\", \"months\": 37 }, \"levels\": [ { \"name\": \"A\", \"threshold\": 0 } ] }",
        "/tiers/period/months", "Must be a whole number from 1 to 36; it is 37.")]
    [InlineData("{ \"measure\": \"orders\", \"period\": { \"rule\": \"anniversary\" }, \"levels\": [ { \"name\": \"A\", \"threshold\": 1 } ] }",
        "/tiers/levels/0/threshold", "Must be 0: the first level is where everybody begins.")]
    [InlineData("{ \"measure\": \"orders\", \"period\": { \"rule\": \"anniversary\" }, \"levels\": [ { \"name\": \"A\", \"threshold\": 0 }, { \"name\": \"A\", \"threshold\": 5 } ] }",
        "/tiers/levels/1/name", "'A' is the name of a level before; names are unique.")]
    [InlineData("{ \"measure\": \"orders\", \"period\": { \"rule\": \"anniversary\" }, \"levels\": [ { \"name\": \"A\", \"threshold\": 0 }, { \"name\": \"B\", \"threshold\": 5 }, { \"name\": \"C\", \"threshold\": 5 } ] }",
        "/tiers/levels/2/threshold", "Must be above the 5 of the level before; it is 5.")]
    [InlineData("{ \"measure\": \"orders\", \"graceDays\": 367, \"period\": { \"rule\": \"anniversary\" }, \"levels\": [ { \"name\": \"A\", \"threshold\": 0 } ] }",
        "/tiers/graceDays", "Must be a whole number from 0 to 366; it is 367.")]
    public void A_mistake_in_tiers_is_named_with_its_place(string tiers, string place, string message)
    {
        var parse = Parse($"{{ {Head}, \"tiers\": {tiers} }}");
        Assert.Equal(message, Assert.Contains(place, parse.Errors));
    }

    [Theory]
    [InlineData("{ \"pointsExpiring\": { \"daysBefore\": [7, 7] } }", "/notices/pointsExpiring/daysBefore/1", "7 occurs twice; give it once.")]
    [InlineData("{ \"pointsExpiring\": { \"daysBefore\": [0] } }", "/notices/pointsExpiring/daysBefore/0", "Must be a whole number from 1 to 366; it is 0.")]
    [InlineData("{ \"tierWillDrop\": {} }", "/notices/tierWillDrop/daysBefore", "Missing; give how many days before.")]
    public void A_mistake_in_notices_is_named_with_its_place(string notices, string place, string message) =>
        Assert.Equal(message, Assert.Contains(place, Parse($"{{ {Head}, \"notices\": {notices} }}").Errors));

    [Fact]
    public void Days_before_an_expiry_are_kept_from_the_most_to_the_fewest() =>
        Assert.Equal(
            new[] { 30, 7, 1 },
            Parse($"{{ {Head}, \"notices\": {{ \"pointsExpiring\": {{ \"daysBefore\": [7, 30, 1] }} }} }}").Program!.Notices!.PointsExpiringDays);

    private static TierRules Tiers(string tiers)
    {
        var parse = Parse($"{{ {Head}, \"tiers\": {tiers} }}");
        Assert.Empty(parse.Errors);
        return parse.Program!.Tiers!;
    }

    private static ProgramParse Parse(string text) => ProgramDocument.Parse(Encoding.UTF8.GetBytes(text));
}
