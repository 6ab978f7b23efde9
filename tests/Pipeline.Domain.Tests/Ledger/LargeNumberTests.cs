using static Pipeline.Domain.Tests.Commands;
using static Pipeline.Domain.Tests.Shop;

namespace Pipeline.Domain.Tests;

public sealed class LargeNumberTests
{
    private const long Max = long.MaxValue;

    private readonly Shop shop = new();

    private Decision Yen(string id, long points, DateTimeOffset? at = null, string? hold = null) =>
        shop.Send(shop.Bought(id, Basket("JPY", 0, ("A", 1, points)), at, hold));

    private static Reason? Rejection(Decision purchase) => ((Fact.Purchased)First(purchase).Fact).Rejection;

    [Fact]
    public void A_balance_goes_up_to_the_largest_number()
    {
        Yen("a", Max - 1);
        Assert.Null(Rejection(Yen("b", 1)));
        Assert.Equal((Max, 0, 0, 0), shop.Points);
        Assert.IsType<Decision.Accepted>(shop.Hold("h", Max));
        Assert.Equal((0, 0, Max, 0), shop.Points);
        Assert.Equal(-Max, First(shop.Capture("h")).Points);
    }

    [Fact]
    public void A_purchase_that_would_pass_it_is_kept_as_rejected_and_all_else_stays()
    {
        Yen("a", Max);
        shop.Hold("h", 5);
        var before = shop.Account;
        var entry = First(Yen("b", 1, hold: "h"));
        Assert.Equal(("earn", 0L, "Rejected: the points would pass 64 bits"), (entry.Type, entry.Points, entry.Reason));
        Assert.Equal(Reason.PointsOverflow, ((Fact.Purchased)entry.Fact).Rejection);
        Assert.Equal(before with { Entries = before.Entries + 1, Head = "purchase:b" }, shop.Account);
        Assert.IsType<Decision.Repeated>(Yen("b", 1, hold: "h"));
        shop.Return("r", "b");
        Assert.Equal(new RefundOutcome.Rejected(Reason.PurchaseRejected), shop.Outcome("b", "r"));
        Assert.IsType<Decision.Accepted>(shop.Capture("h"));
    }

    [Fact]
    public void An_award_that_no_number_can_hold_rejects_the_purchase()
    {
        shop.Programs = new ProgramHistory([LoyaltyProgram.Default with
        {
            Earning = EarningRules.Default with { Rates = EarningRules.Default.Rates with { Default = ExactRate.Of(2) } },
        }]);
        Assert.Equal(Reason.PointsOverflow, Rejection(Yen("a", Max)));
        Assert.Equal((0, 0, 0, 0), shop.Points);
    }

    [Fact]
    public void Refunds_that_wait_for_a_purchase_that_is_rejected_are_rejected_with_it()
    {
        Yen("a", Max);
        shop.Return("r", "b", at: Day(1));
        var entries = Assert.IsType<Decision.Accepted>(Yen("b", 1)).Entries;
        Assert.Equal(["purchase:b", "settled:r"], entries.Select(entry => entry.Id));
        Assert.Equal(new RefundOutcome.Rejected(Reason.PurchaseRejected), shop.Outcome("b", "r"));
        Assert.Empty(shop.Account.Waiting);
        Assert.Equal((Max, 0, 0, 0), shop.Points);
    }

    [Fact]
    public void A_refund_whose_deficit_no_number_can_hold_is_kept_as_rejected_and_all_else_stays()
    {
        foreach (var id in new[] { "a", "b" })
        {
            Yen(id, Max);
            shop.Now = shop.Now.AddMinutes(1);
            shop.Hold($"h{id}", Max);
            shop.Capture($"h{id}");
            shop.Now = shop.Now.AddMinutes(1);
        }

        Assert.IsType<Decision.Accepted>(shop.Return("r", "a"));
        Assert.Equal((0, 0, 0, Max), shop.Points);
        var before = shop.Account;
        var entry = First(shop.Return("s", "b"));
        Assert.Equal(("refund", 0L, "Rejected: PointsOverflow"), (entry.Type, entry.Points, entry.Reason));
        Assert.Equal(before with { Entries = before.Entries + 1, Head = "refund:s" }, shop.Account);
        Assert.Equal(new RefundOutcome.Rejected(Reason.PointsOverflow), shop.Outcome("b", "s"));
        Assert.IsType<Decision.Repeated>(shop.Return("s", "b"));
        LedgerProof.Check(shop, new Random(4711));
    }

    [Fact]
    public void Random_histories_of_purchases_near_the_largest_number_keep_every_rule()
    {
        for (var i = 0; i < 60 * Scripts.Chaos; i++)
        {
            var seed = Scripts.FirstSeed + 200_000 + i;
            var random = new Random(seed);
            var scripts = new Scripts(random);
            var program = scripts.Program();
            var script = scripts.History(30).Select(step => step with { Command = Enlarged(step.Command, random) }).ToList();
            Scripts.Prove(seed, script, steps =>
            {
                var shop = new Shop(program);
                foreach (var (at, command) in steps)
                {
                    shop.Now = at;
                    shop.Send(command);
                    LedgerProof.Check(shop, new Random(seed));
                }
            });
        }
    }

    private static LedgerCommand Enlarged(LedgerCommand command, Random random)
    {
        var large = random.Next(4) switch { 0 => Max, 1 => Max / 2, 2 => Max / 3, _ => random.NextInt64(1, Max) };
        return command switch
        {
            LedgerCommand.Purchase c => new LedgerCommand.Purchase(
                c.Id, Basket("JPY", 0, ("A", 1, large)), c.Hold, c.At, c.RecordedAt, $"{c.Id}/{large}"),
            LedgerCommand.PlaceHold c => new LedgerCommand.PlaceHold(c.Id, large, c.LimitSeconds, c.At, $"{large}"),
            LedgerCommand.Refund { Scope: RefundScope.ByAmount } c => new LedgerCommand.Refund(
                c.Id, c.Of, Amount(large), c.At, c.RecordedAt, $"{c.Id}/{large}"),
            _ => command,
        };
    }
}
