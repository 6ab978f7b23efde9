using static Pipeline.Domain.Tests.Commands;
using static Pipeline.Domain.Tests.Shop;

namespace Pipeline.Domain.Tests;

/// <summary>What a cancelled reward gives back.</summary>
public sealed class RestorationTests
{
    private const string Hold = "~r-1";

    [Fact]
    public void Points_return_to_their_own_lots()
    {
        var shop = Paid(LoyaltyProgram.Default);
        Assert.Equal("late:20", shop.Lots);
        shop.Now = Day(3);

        var entry = First(shop.Restore(Hold));

        Assert.Equal(("restore", 40L, "r-1"), (entry.Type, entry.Points, entry.Reference));
        Assert.Equal("soon:30 late:30", shop.Lots);
        LedgerProof.Check(shop, new Random(1));
    }

    [Fact]
    public void A_second_restoration_is_a_repetition()
    {
        var shop = Paid(LoyaltyProgram.Default);
        First(shop.Restore(Hold));

        Assert.IsType<Decision.Repeated>(shop.Restore(Hold));
        Assert.Equal((60, 0, 0, 0), shop.Points);
    }

    [Fact]
    public void What_was_never_captured_cannot_be_restored()
    {
        var shop = new Shop();
        shop.Buy("p", 30);
        Assert.Equal(Reason.UnknownHold, Refused(shop.Restore(Hold)));
        shop.Send(Reserved(shop, 30));
        Assert.Equal(Reason.HoldExpired, Refused(shop.Restore(Hold)));
    }

    [Theory]
    [InlineData(3, 40)]
    [InlineData(0, 0)]
    public void Lots_that_have_expired_come_back_under_the_grace_of_the_program_that_they_paid_under(int days, long back)
    {
        var old = Program(Days(10), reinstateDays: days);
        var shop = Paid(old);
        shop.Programs = new ProgramHistory([old, Program(Days(10), reinstateDays: 30, version: 2)]);
        shop.Now = Day(20);

        First(shop.Restore(Hold));

        Assert.Equal((back, 0L, 0L, 0L), shop.Points);
        Assert.Equal(days == 0 ? 0 : 2, shop.Balance.Lots.Length);
        Assert.All(shop.Balance.Lots, part => Assert.Equal(Day(24), part.Lot.ExpiresAt));
        Assert.All(shop.Balance.Lots, part => Assert.Equal("restored:~r-1", part.Lot.Id.EntryId));
        LedgerProof.Check(shop, new Random(1));
    }

    [Fact]
    public void A_deficit_is_paid_first()
    {
        var shop = Paid(LoyaltyProgram.Default);
        shop.Return("back", "late");
        shop.Return("back-too", "soon");
        Assert.Equal((0, 0, 0, 40), shop.Points);

        First(shop.Restore(Hold));

        Assert.Equal((0, 0, 0, 0), shop.Points);
    }

    [Fact]
    public void A_purchase_that_comes_late_changes_which_lots_paid_and_nothing_else()
    {
        var shop = Paid(LoyaltyProgram.Default);
        shop.Now = Day(3);
        First(shop.Restore(Hold));
        shop.Buy("between", 10, Day(1));

        Assert.Equal((70, 0, 0, 0), shop.Points);
        LedgerProof.Check(shop, new Random(1));
    }

    [Fact]
    public void A_rewards_hold_asks_for_its_price_whatever_a_basket_may_be_paid_with()
    {
        var shop = new Shop(LoyaltyProgram.Default with
        {
            Redemption = RedemptionRules.Default with { MinimumPoints = 50, StepPoints = 50 },
            Holds = new HoldLimits(PointsMax: 40, OpenMax: 1, SecondsMax: 10),
        });
        shop.Buy("p", 100);

        First(shop.Send(Reserved(shop, 45)));

        Assert.Equal((55, 0, 45, 0), shop.Points);
        shop.Now = shop.Now.AddSeconds(1);
        var second = new LedgerCommand.PlaceHold(new HoldId("~r-2"), 1, 60, shop.Now, "f") { Reward = new RewardId("mug") };
        Assert.Equal(Reason.TooManyHolds, Refused(shop.Send(second)));
    }

    private static LedgerCommand.PlaceHold Reserved(Shop shop, long points) =>
        new(HoldId.Of(new RedemptionId("r-1")), points, 1800, shop.Now, "f") { Reward = new RewardId("mug") };

    /// <summary>30 points that expire first and 30 that expire later, 40 of which have paid for a reward.</summary>
    private static Shop Paid(LoyaltyProgram program)
    {
        var shop = new Shop(program) { Now = Day(1) };
        shop.Buy("soon", 30, Start);
        shop.Buy("late", 30, Day(1));
        Assert.Equal("soon:30 late:30", shop.Lots);
        First(shop.Send(Reserved(shop, 40)));
        First(shop.Capture(Hold));
        return shop;
    }
}
