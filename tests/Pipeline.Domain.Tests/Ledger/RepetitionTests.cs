using static Pipeline.Domain.Tests.Commands;
using static Pipeline.Domain.Tests.Shop;

namespace Pipeline.Domain.Tests;

public sealed class RepetitionTests
{
    private readonly Shop shop = new();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_message_that_comes_twice_has_the_first_answer_and_changes_nothing(bool looksFirst)
    {
        var purchase = shop.Bought("p", 100);
        var refund = shop.Refunded("r", "p", Amount(1_000));
        var early = shop.Refunded("early", "unknown");
        LedgerCommand[] commands = [purchase, refund, early];
        var answers = commands.Select(command => First(shop.Send(command))).ToList();
        var before = shop.Account;
        shop.Now = Day(3);
        for (var i = 0; i < commands.Length; i++)
            Assert.Equal(answers[i], Assert.IsType<Decision.Repeated>(shop.Send(commands[i], looksFirst)).Entry);
        Assert.Equal(before, shop.Account);
        Assert.Equal((90, 0, 0, 0), shop.Points);
    }

    [Fact]
    public void A_key_with_other_content_is_noticed_and_changes_nothing()
    {
        shop.Buy("p", 100);
        shop.Return("r", "p", Amount(1_000));
        var before = shop.Account;
        Assert.Equal("purchase:p", Assert.IsType<Decision.Mismatched>(shop.Buy("p", 99)).Entry.Id);
        Assert.Equal("refund:r", Assert.IsType<Decision.Mismatched>(shop.Return("r", "q")).Entry.Id);
        Assert.Equal(before, shop.Account);
    }

    [Fact]
    public void A_late_message_that_comes_twice_is_known_from_the_history_that_it_asks_for()
    {
        shop.Now = Day(5);
        shop.Buy("a", 50);
        shop.Hold("h", 40);
        shop.Capture("h");
        var late = shop.Bought("b", 60, Day(1));
        shop.Send(late);
        var before = shop.Account;
        Assert.IsType<Decision.Repeated>(shop.Send(late));
        Assert.Equal(before, shop.Account);
    }

    [Fact]
    public void A_purchase_whose_currency_the_program_has_dropped_since_earns_nothing_and_says_so()
    {
        shop.Programs = new ProgramHistory([LoyaltyProgram.Default with
        {
            Earning = EarningRules.Default with { Rates = EarningRules.Default.Rates with { Default = null } },
        }]);
        var bought = (Fact.Purchased)First(shop.Buy("p", 100)).Fact;
        Assert.Equal(0, bought.Points);
        Assert.Equal(new AwardPart("base", 10_000, 0, "The program has no rate for GBP"), Assert.Single(bought.Awards));
        Assert.IsType<Decision.Accepted>(shop.Return("r", "p"));
        Assert.Equal(new RefundOutcome.Applied(10_000, 0, 0), shop.Outcome("p", "r"));
    }
}
