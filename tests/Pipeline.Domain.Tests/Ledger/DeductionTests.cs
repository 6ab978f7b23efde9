using static Pipeline.Domain.Tests.Commands;

namespace Pipeline.Domain.Tests;

public sealed class DeductionTests
{
    private readonly Shop shop = new();

    [Fact]
    public void A_deduction_takes_points_in_burn_order_and_is_an_entry_of_its_own()
    {
        shop.Buy("p", 100);
        shop.Now = Shop.Day(40);
        shop.Buy("q", 100);

        var entry = First(Take("a", 130));

        Assert.Equal((70, 0, 0, 0), shop.Points);
        Assert.Equal("q:70", shop.Lots);
        Assert.Equal(("deduct:a", "deduct", -130L, "a", "Booked twice"), (entry.Id, entry.Type, entry.Points, entry.Reference, entry.Reason));
        Assert.Equal(130, shop.Account.Flows.ClawedBack);
    }

    [Fact]
    public void What_is_not_there_is_owed_where_the_program_allows_a_deficit()
    {
        shop.Buy("p", 100);

        Take("a", 130);

        Assert.Equal((0, 0, 0, 30), shop.Points);
    }

    [Fact]
    public void Where_it_does_not_the_deduction_stops_at_zero_and_says_what_it_took()
    {
        var strict = new Shop(LoyaltyProgram.Default with { Refund = RefundRules.Default with { Policy = RefundPolicy.WithinBalance } });
        strict.Buy("p", 100);

        var entry = First(strict.Send(new LedgerCommand.Deduct(new AdjustmentId("a"), 130, "Booked twice", strict.Now, "-130")));

        Assert.Equal((0, 0, 0, 0), strict.Points);
        Assert.Equal(-100, entry.Points);
    }

    [Fact]
    public void A_deduction_that_comes_again_is_the_first_and_one_of_other_points_is_refused()
    {
        shop.Buy("p", 100);
        Take("a", 30);

        Assert.IsType<Decision.Repeated>(Take("a", 30));
        Assert.IsType<Decision.Mismatched>(Take("a", 40));
        Assert.Equal((70, 0, 0, 0), shop.Points);
    }

    [Fact]
    public void A_purchase_that_comes_late_lies_before_the_deduction()
    {
        shop.Buy("p", 100);
        shop.Now = Shop.Day(10);
        Take("a", 130);

        shop.Send(shop.Bought("late", 50, hold: null, at: Shop.Day(5)));

        Assert.Equal((20, 0, 0, 0), shop.Points);
        Assert.Equal(
            shop.Account, History.Rebuild(shop.Entries, shop.Programs, shop.Account.ExpiredThrough));
    }

    private Decision Take(string id, long points) => shop.Send(
        new LedgerCommand.Deduct(new AdjustmentId(id), points, "Booked twice", shop.Now, $"-{points}"));
}
