namespace Pipeline.Domain.Tests;

public sealed class LedgerReplayTests
{
    private static readonly LoyaltyProgram Double = LoyaltyProgram.Default with
    {
        Version = 2,
        Earning = EarningRules.Default with
        {
            Rates = new EarnRates(ExactRate.Of(2), EarningRules.Default.Rates.ByCurrency),
        },
    };

    [Fact]
    public void Under_the_same_program_any_history_ends_where_it_did()
    {
        for (var i = 0; i < 200 * Scripts.Chaos; i++)
        {
            var seed = Scripts.FirstSeed + 90_000 + i;
            var scripts = new Scripts(new Random(seed));
            var program = scripts.Program();
            Scripts.Prove(seed, scripts.History(40), steps =>
            {
                var shop = Worked(program, steps);
                var replay = Replay(shop, program);
                var end = shop.Now.AddDays(1);
                var (was, would) = (shop.Account.BalanceAt(end), BalanceOf(shop, replay, end));
                Assert.Equal((was.Total, was.Deficit), (would.Total, would.Deficit));
                Assert.All(replay.Purchases, static purchase => Assert.Equal(purchase.Before.Points, purchase.After.Points));
                Assert.Equal((0, 0L), (replay.Refused, replay.NotRedeemed));
            });
        }
    }

    [Fact]
    public void Twice_the_rate_gives_twice_the_points_less_twice_the_refund()
    {
        var shop = new Shop();
        shop.Buy("p1", 100);
        shop.Return("r1", "p1", Commands.Amount(4_000));

        var replay = Replay(shop, Double);

        Assert.Equal(120, BalanceOf(shop, replay, shop.Now).Total);
        Assert.Equal((100L, 200L), (replay.Purchases[0].Before.Points, replay.Purchases[0].After.Points));
    }

    [Fact]
    public void What_counts_outside_of_the_time_is_awarded_as_it_was()
    {
        var shop = new Shop();
        foreach (var day in (int[])[1, 5, 9])
        {
            shop.Now = Shop.Day(day);
            shop.Buy($"p{day}", 100);
        }

        var replay = Replay(shop, Double, Shop.Day(5), Shop.Day(9));

        Assert.Equal([100L, 200, 100], replay.Purchases.Select(static purchase => purchase.After.Points));
    }

    [Fact]
    public void Points_that_would_not_have_been_there_could_not_have_been_redeemed()
    {
        var half = Double with
        {
            Earning = Double.Earning with { Rates = new EarnRates(ExactRate.Of(0.5m), Double.Earning.Rates.ByCurrency) },
        };
        var shop = new Shop();
        shop.Buy("p1", 100);
        shop.Hold("h1", 80);
        shop.Capture("h1");

        var replay = Replay(shop, half);

        Assert.Equal((2, 80L), (replay.Refused, replay.NotRedeemed));
        Assert.Equal(50, BalanceOf(shop, replay, shop.Now).Spendable);
    }

    private static LedgerReplay Replay(
        Shop shop, LoyaltyProgram program, DateTimeOffset? from = null, DateTimeOffset? to = null) =>
        new LedgerReplayer(shop.Programs, program, from ?? DateTimeOffset.MinValue, to ?? DateTimeOffset.MaxValue)
            .Replay([.. shop.Entries], ReplayedCustomer.Unknown("ann"), new TrialBudgets(program));

    private static Balance BalanceOf(Shop shop, LedgerReplay replay, DateTimeOffset at) =>
        new LedgerReplayer(shop.Programs, Double, at, at).BalanceAt(replay.Entries, at);

    private static Shop Worked(LoyaltyProgram program, IReadOnlyList<Step> steps)
    {
        var shop = new Shop(program);
        foreach (var (at, command) in steps)
        {
            shop.Now = at;
            shop.Send(command, looksFirst: true);
        }

        return shop;
    }
}
