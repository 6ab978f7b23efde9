using Pipeline.Domain;
using Pipeline.Runtime.Loyalty;
using Pipeline.Runtime.Tests.Doubles;

namespace Pipeline.Runtime.Tests.Loyalty;

public sealed class CheckoutTests
{
    private readonly Shop shop = new();

    [Fact]
    public async Task A_hold_reserves_a_capture_burns_and_both_repeat_their_answer()
    {
        await shop.BuyAsync("p1", 100);
        var held = new CheckoutAnswer.Held(60, Shop.Opening.AddSeconds(1_800), Replayed: false);

        Assert.Equal(held, await shop.HoldAsync("h1", 60));
        Assert.Equal(held with { Replayed = true }, await shop.HoldAsync("h1", 60));
        Assert.Equal((40, 0, 60, 0), await shop.PointsAsync());
        var captured = Assert.IsType<CheckoutAnswer.Captured>(await shop.CaptureAsync("h1"));
        var again = Assert.IsType<CheckoutAnswer.Captured>(await shop.CaptureAsync("h1"));

        Assert.Equal((60, false), (captured.Points, captured.Replayed));
        Assert.Equal(new LotPoints(new LotId("p1"), 60), Assert.Single(captured.Lots));
        Assert.Equal((60, true), (again.Points, again.Replayed));
        Assert.Equal(captured.Lots.ToArray(), again.Lots.ToArray());
        Assert.Equal((40, 0, 0, 0), await shop.PointsAsync());
        await shop.AssertProvenAsync();
    }

    [Fact]
    public async Task A_hold_of_the_whole_balance_repeats_its_answer_although_nothing_is_left()
    {
        await shop.BuyAsync("p1", 100);
        await shop.HoldAsync("h1", 100);

        Assert.Equal(
            new CheckoutAnswer.Held(100, Shop.Opening.AddSeconds(1_800), Replayed: true), await shop.HoldAsync("h1", 100));
        Assert.IsType<CheckoutAnswer.ContentDiffers>(await shop.HoldAsync("h1", 99));
        Assert.IsType<CheckoutAnswer.ContentDiffers>(await shop.HoldAsync("h1", 100, seconds: 60));
    }

    [Fact]
    public async Task A_hold_above_the_balance_is_refused_and_changes_nothing()
    {
        await shop.BuyAsync("p1", 100);
        var before = shop.Stored();

        Assert.Equal(new CheckoutAnswer.Refused(Reason.InsufficientPoints), await shop.HoldAsync("h1", 101));

        Assert.Equal(before, shop.Stored());
    }

    [Fact]
    public async Task A_hold_against_the_programs_limits_is_refused_with_its_reason()
    {
        var strict = new Shop(LoyaltyProgram.Default with
        {
            Redemption = LoyaltyProgram.Default.Redemption with { MinimumPoints = 20, StepPoints = 10 },
            Holds = new HoldLimits(PointsMax: 50, OpenMax: 1, SecondsMax: 600),
        });
        await strict.BuyAsync("p1", 100);

        Assert.Equal(new CheckoutAnswer.Refused(Reason.HoldBelowMinimum), await strict.HoldAsync("h1", 10, 60));
        Assert.Equal(new CheckoutAnswer.Refused(Reason.HoldNotAStep), await strict.HoldAsync("h1", 25, 60));
        Assert.Equal(new CheckoutAnswer.Refused(Reason.HoldAboveLimit), await strict.HoldAsync("h1", 60, 60));
        Assert.Equal(new CheckoutAnswer.Refused(Reason.HoldTooLong), await strict.HoldAsync("h1", 50, 601));
        Assert.IsType<CheckoutAnswer.Held>(await strict.HoldAsync("h1", 50, 600));
        Assert.Equal(new CheckoutAnswer.Refused(Reason.TooManyHolds), await strict.HoldAsync("h2", 20, 60));
    }

    [Fact]
    public async Task A_release_gives_back_and_repeats_its_answer()
    {
        await shop.BuyAsync("p1", 100);
        await shop.HoldAsync("h1", 60);

        Assert.Equal(new CheckoutAnswer.Released(Replayed: false), await shop.ReleaseAsync("h1"));
        Assert.Equal(new CheckoutAnswer.Released(Replayed: true), await shop.ReleaseAsync("h1"));

        Assert.Equal((100, 0, 0, 0), await shop.PointsAsync());
        await shop.AssertProvenAsync();
    }

    [Fact]
    public async Task What_has_ended_otherwise_is_refused_with_how_it_ended()
    {
        await shop.BuyAsync("p1", 100);
        await shop.HoldAsync("captured", 10);
        await shop.HoldAsync("released", 10);
        await shop.HoldAsync("expired", 10, seconds: 60);
        await shop.CaptureAsync("captured");
        await shop.ReleaseAsync("released");
        shop.Time.Advance(TimeSpan.FromSeconds(60));

        Assert.Equal(new CheckoutAnswer.Refused(Reason.HoldCaptured), await shop.ReleaseAsync("captured"));
        Assert.Equal(new CheckoutAnswer.Refused(Reason.HoldReleased), await shop.CaptureAsync("released"));
        Assert.Equal(new CheckoutAnswer.Refused(Reason.HoldExpired), await shop.CaptureAsync("expired"));
        Assert.Equal(new CheckoutAnswer.Refused(Reason.HoldExpired), await shop.ReleaseAsync("expired"));
        Assert.Equal(new CheckoutAnswer.Refused(Reason.UnknownHold), await shop.CaptureAsync("nobodys"));
        Assert.Equal((90, 0, 0, 0), await shop.PointsAsync());
    }

    [Fact]
    public async Task Nobody_knows_an_unknown_customer_and_asking_does_not_make_one()
    {
        Assert.IsType<CheckoutAnswer.UnknownCustomer>(await shop.HoldAsync("h1", 1));
        Assert.IsType<CheckoutAnswer.UnknownCustomer>(await shop.CaptureAsync("h1"));
        Assert.IsType<CheckoutAnswer.UnknownCustomer>(await shop.ReleaseAsync("h1"));
        Assert.Empty(shop.Stored());
    }

    [Fact]
    public async Task A_purchase_captures_the_hold_that_it_names_and_shows_it()
    {
        await shop.BuyAsync("p1", 100);
        await shop.HoldAsync("h1", 60);

        await shop.BuyAsync("p2", 10, hold: "h1");

        var view = (await shop.Reader.PurchaseAsync(Shop.Ann, new("p2"), default))!;
        Assert.Equal(new Redeemed(new HoldId("h1"), 60), view.Purchase.Redeemed);
        Assert.Equal((60, 0), (view.Capture!.Points, view.Capture.Owed));
        Assert.Equal((50, 0, 0, 0), await shop.PointsAsync());
        await shop.AssertProvenAsync();
    }

    [Fact]
    public async Task A_purchase_whose_hold_has_ended_takes_the_points_as_far_as_they_go_and_owes_the_rest()
    {
        await shop.BuyAsync("p1", 100);
        await shop.HoldAsync("h1", 60, seconds: 60);
        shop.Time.Advance(TimeSpan.FromSeconds(61));
        await shop.HoldAsync("h2", 90);
        await shop.CaptureAsync("h2");

        await shop.BuyAsync("p2", 5, hold: "h1");

        var view = (await shop.Reader.PurchaseAsync(Shop.Ann, new("p2"), default))!;
        Assert.Equal(45, view.Capture!.Owed);
        Assert.Equal((0, 0, 0, 45), await shop.PointsAsync());
        await shop.AssertProvenAsync();
    }

    [Fact]
    public async Task A_hold_ends_by_itself()
    {
        await shop.BuyAsync("p1", 100);
        await shop.HoldAsync("h1", 100, seconds: 60);

        shop.Time.Advance(TimeSpan.FromSeconds(60));

        Assert.Equal((100, 0, 0, 0), await shop.PointsAsync());
        Assert.IsType<CheckoutAnswer.Held>(await shop.HoldAsync("h2", 100));
        await shop.AssertProvenAsync();
    }
}
