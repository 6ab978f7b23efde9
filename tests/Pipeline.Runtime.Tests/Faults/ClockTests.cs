using Pipeline.Contracts;
using Pipeline.Domain;
using Pipeline.Runtime.Loyalty;
using Pipeline.Runtime.Tests.Doubles;

namespace Pipeline.Runtime.Tests.Faults;

/// <summary>Machines disagree on the time, and a clock may be set back: nothing that was promised breaks.</summary>
public sealed class ClockTests
{
    private readonly Shop shop = new();

    [Fact]
    public async Task A_hold_that_another_machine_placed_a_second_ahead_is_captured()
    {
        await shop.BuyAsync("p1", 100, at: Shop.Opening.AddDays(-1));
        await AheadAsync(ahead => ahead.HoldAsync(Shop.Ann, new HoldId("h1"), 60, 1_800, default));

        var captured = Assert.IsType<CheckoutAnswer.Captured>(await shop.CaptureAsync("h1"));

        Assert.Equal(60, captured.Points);
        Assert.Equal((40, 0, 0, 0), await shop.PointsAsync());
        await shop.AssertProvenAsync();
        Assert.Equal((40, 0, 0, 0), await LaterAsync());
    }

    [Fact]
    public async Task A_hold_that_another_machine_placed_a_second_ahead_is_released()
    {
        await shop.BuyAsync("p1", 100, at: Shop.Opening.AddDays(-1));
        await AheadAsync(ahead => ahead.HoldAsync(Shop.Ann, new HoldId("h1"), 60, 1_800, default));

        Assert.IsType<CheckoutAnswer.Released>(await shop.ReleaseAsync("h1"));

        Assert.Equal((100, 0, 0, 0), await LaterAsync());
        await shop.AssertProvenAsync();
    }

    [Fact]
    public async Task A_purchase_captures_a_hold_that_another_machine_placed_ahead()
    {
        await shop.BuyAsync("p1", 100, at: Shop.Opening.AddDays(-1));
        await AheadAsync(ahead => ahead.HoldAsync(Shop.Ann, new HoldId("h1"), 60, 1_800, default));

        await shop.BuyAsync("p2", 10, hold: "h1");

        Assert.Equal((50, 0, 0, 0), await LaterAsync());
        await shop.AssertProvenAsync();
    }

    [Fact]
    public async Task Two_machines_a_second_apart_do_not_hold_the_same_points()
    {
        await shop.BuyAsync("p1", 100, at: Shop.Opening.AddDays(-1));
        await AheadAsync(ahead => ahead.HoldAsync(Shop.Ann, new HoldId("h1"), 100, 1_800, default));

        Assert.Equal(new CheckoutAnswer.Refused(Reason.InsufficientPoints), await shop.HoldAsync("h2", 100));

        Assert.Equal((0, 0, 100, 0), await LaterAsync());
        await shop.AssertProvenAsync();
    }

    private async Task AheadAsync(Func<Checkout, ValueTask<CheckoutAnswer>> ask)
    {
        var ahead = new Checkout(shop.Memory, shop.Coordinator, new FakeTime(shop.Now.AddSeconds(1)));
        Assert.IsType<CheckoutAnswer.Held>(await ask(ahead));
    }

    private async Task<(long, long, long, long)> LaterAsync()
    {
        shop.Time.Advance(TimeSpan.FromSeconds(2));
        return await shop.PointsAsync();
    }
}
