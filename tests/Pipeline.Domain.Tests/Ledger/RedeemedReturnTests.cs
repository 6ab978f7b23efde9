using static Pipeline.Domain.Tests.Commands;
using static Pipeline.Domain.Tests.Shop;

namespace Pipeline.Domain.Tests;

public sealed class RedeemedReturnTests
{
    [Fact]
    public void Redeemed_points_return_to_their_own_lots_the_last_burned_first()
    {
        var shop = new Shop { Now = Day(100) };
        shop.Buy("soon", 30, Day(1));
        shop.Buy("late", 30, Day(90));
        shop.Hold("h", 50);
        shop.Buy("paid", 40, hold: "h");
        Assert.Equal("late:10 paid:40", shop.Lots);
        shop.Now = Day(101);
        var half = First(shop.Return("r1", "paid", Amount(2_000)));
        Assert.Equal("late:30 paid:20 soon:5".Split(' ').Order(), shop.Lots.Split(' ').Order());
        Assert.Equal(5, half.Points);
        Assert.Equal(new RefundOutcome.Applied(2_000, 20, 25), shop.Outcome("paid", "r1"));
        shop.Return("r2", "paid");
        Assert.Equal("soon:30 late:30", shop.Lots);
        Assert.Equal(new RefundOutcome.Applied(2_000, 20, 25), shop.Outcome("paid", "r2"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Points_whose_lot_has_expired_come_back_under_the_grace_in_a_lot_of_their_own(bool written)
    {
        var shop = new Shop(Program(Days(10), reinstateDays: 3));
        shop.Buy("old", 30);
        shop.Now = Day(9);
        shop.Hold("h", 30);
        shop.Buy("paid", 40, hold: "h");
        shop.Now = Day(12, 15);
        if (written)
            shop.Expire();
        shop.Return("r", "paid");
        var lot = Assert.Single(shop.Account.Lots);
        // To the end of the third day after the refund's own.
        Assert.Equal(("r~old", 30L, Day(12, 15), Day(16)), (lot.Id.Value, lot.Points, lot.ActiveAt, lot.ExpiresAt));
        Assert.Equal(30, shop.Account.BalanceAt(Day(16).AddMilliseconds(-1)).Spendable);
        Assert.Equal(0, shop.Account.BalanceAt(Day(16)).Spendable);
    }

    [Fact]
    public void Without_a_grace_points_whose_lot_has_expired_do_not_come_back()
    {
        var shop = new Shop(Program(Days(10), reinstateDays: 0));
        shop.Buy("old", 30);
        shop.Now = Day(9);
        shop.Hold("h", 30);
        shop.Buy("paid", 40, hold: "h");
        shop.Now = Day(12);
        shop.Return("r", "paid");
        Assert.Equal((0, 0, 0, 0), shop.Points);
        Assert.Equal(new RefundOutcome.Applied(4_000, 40, 30), shop.Outcome("paid", "r"));
    }

    [Fact]
    public void Points_that_come_back_pay_a_deficit_first()
    {
        var shop = new Shop();
        shop.Buy("a", 100);
        shop.Hold("h", 100);
        shop.Buy("paid", 10, hold: "h");
        shop.Return("r1", "a", Amount(7_000));
        Assert.Equal((0, 0, 0, 60), shop.Points);
        // 50 of the deficit are paid; then 5 of the purchase's own points, which are gone already, are owed.
        shop.Return("r2", "paid", Amount(500));
        Assert.Equal((0, 0, 0, 15), shop.Points);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(30)]
    public void Points_that_were_owed_cancel_the_debt_whatever_the_grace(int reinstateDays)
    {
        var shop = new Shop(Program(reinstateDays: reinstateDays));
        shop.Buy("a", 60);
        shop.Hold("h", 60);
        shop.Now = Day(1);
        shop.Hold("other", 60);
        shop.Capture("other");
        shop.Buy("paid", 20, hold: "h");
        Assert.Equal((0, 0, 0, 40), shop.Points);
        shop.Now = Day(2);
        shop.Return("r", "paid");
        Assert.Equal((0, 0, 0, 0), shop.Points);
    }

    [Fact]
    public void Points_that_were_owed_and_paid_since_come_back_as_if_earned_with_the_refund()
    {
        var shop = new Shop(Program(Days(10), reinstateDays: 0));
        shop.Buy("a", 60);
        shop.Hold("h", 60);
        shop.Now = Day(1);
        shop.Hold("other", 60);
        shop.Capture("other");
        shop.Buy("paid", 0, hold: "h");
        shop.Now = Day(2);
        shop.Buy("pays", 60);
        Assert.Equal((0, 0, 0, 0), shop.Points);
        shop.Now = Day(5);
        shop.Return("r", "paid");
        var lot = Assert.Single(shop.Account.Lots);
        Assert.Equal(("r~", 60L, Day(5), Day(15)), (lot.Id.Value, lot.Points, lot.ActiveAt, lot.ExpiresAt));
    }
}
