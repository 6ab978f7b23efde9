using Pipeline.Domain;
using Pipeline.Runtime.Loyalty;
using Pipeline.Runtime.Tests.Doubles;
using Pipeline.Runtime.Work;

namespace Pipeline.Runtime.Tests.Loyalty;

public sealed class RefundTests
{
    private readonly Shop shop = new();

    [Fact]
    public async Task A_refund_takes_back_its_share_and_shows_in_the_purchase()
    {
        await shop.BuyAsync("p1", 100);
        await shop.RefundAsync("r1", "p1", pence: 2_500);

        Assert.Equal(new RefundOutcome.Applied(2_500, 25, 0), await OutcomeAsync("r1"));
        var purchase = (await shop.Reader.PurchaseAsync(Shop.Ann, new("p1"), default))!;
        Assert.Equal((100, 25), (purchase.Purchase.Points, purchase.Refunds.ClawedBack));
        Assert.Equal((75, 0, 0, 0), await shop.PointsAsync());
        await shop.AssertProvenAsync();
    }

    [Fact]
    public async Task A_refund_waits_for_its_purchase_and_is_settled_with_it()
    {
        await shop.RefundAsync("r1", "p1", pence: 2_500);
        Assert.IsType<RefundOutcome.Waiting>(await OutcomeAsync("r1"));
        Assert.Null(await shop.Reader.PurchaseAsync(Shop.Ann, new("p1"), default));
        // A purchase makes a customer; a refund that waits for one does not.
        Assert.Null(await shop.Reader.BalanceAsync(Shop.Ann, null, null, default));

        await shop.BuyAsync("p1", 100);

        Assert.Equal(new RefundOutcome.Applied(2_500, 25, 0), await OutcomeAsync("r1"));
        Assert.Equal((75, 0, 0, 0), await shop.PointsAsync());
        await shop.AssertProvenAsync();
    }

    [Fact]
    public async Task A_waiting_refund_that_does_not_fit_its_purchase_is_rejected_with_its_reason()
    {
        await shop.RefundAsync("r1", "p1", pence: 10_001);

        await shop.BuyAsync("p1", 100);

        Assert.Equal(new RefundOutcome.Rejected(Reason.RefundAbovePurchase), await OutcomeAsync("r1"));
        Assert.Equal((100, 0, 0, 0), await shop.PointsAsync());
        await shop.AssertProvenAsync();
    }

    [Fact]
    public async Task A_refund_that_does_not_fit_a_known_purchase_is_refused_at_once()
    {
        await shop.BuyAsync("p1", 100);

        Assert.Equal(
            new IntakeAnswer.Refused(IntakeProblem.RefundAbovePurchase), await shop.AcceptRefundAsync("r1", "p1", 10_001));
        Assert.Equal(
            new IntakeAnswer.Refused(IntakeProblem.RefundOfUnknownLine), await LinesAsync("r1", new ReturnedLine("mug", 1)));
        Assert.Equal(
            new IntakeAnswer.Refused(IntakeProblem.RefundAbovePurchase), await LinesAsync("r1", new ReturnedLine("cup", 101)));
        await shop.RefundAsync("r1", "p1");
        Assert.Equal(
            new IntakeAnswer.Refused(IntakeProblem.NothingLeftToRefund), await shop.AcceptRefundAsync("r2", "p1"));
        Assert.Null(await shop.Reader.RefundAsync(Shop.Ann, new("r2"), default));
    }

    [Fact]
    public async Task A_repeated_refund_is_replayed_even_where_nothing_is_left()
    {
        await shop.BuyAsync("p1", 100);
        await shop.RefundAsync("r1", "p1");

        Assert.Equal(
            new IntakeAnswer.Accepted(Replayed: true), await shop.AcceptRefundAsync("r1", "p1", at: Shop.Opening));
        Assert.IsType<IntakeAnswer.ContentDiffers>(await shop.AcceptRefundAsync("r1", "p1", pence: 1, at: Shop.Opening));
    }

    [Fact]
    public async Task Lines_come_back_in_proportion()
    {
        await shop.BuyAsync("p1", 100);

        Assert.IsType<IntakeAnswer.Accepted>(await LinesAsync("r1", new ReturnedLine("cup", 40)));
        await shop.WorkAsync();

        Assert.Equal(new RefundOutcome.Applied(4_000, 40, 0), await OutcomeAsync("r1"));
        await shop.AssertProvenAsync();
    }

    [Fact]
    public async Task A_refund_of_spent_points_leaves_a_deficit_that_the_next_purchase_pays()
    {
        await shop.BuyAsync("p1", 100);
        await shop.HoldAsync("h1", 80);
        await shop.CaptureAsync("h1");

        await shop.RefundAsync("r1", "p1");
        Assert.Equal((0, 0, 0, 80), await shop.PointsAsync());
        await shop.BuyAsync("p2", 100);

        Assert.Equal((20, 0, 0, 0), await shop.PointsAsync());
        await shop.AssertProvenAsync();
    }

    [Fact]
    public async Task Purchases_and_refunds_of_one_batch_end_the_same_in_either_order()
    {
        var first = await RunAsync(refundFirst: false);
        var second = await RunAsync(refundFirst: true);

        Assert.Equal(first, second);
        Assert.Equal((50, 0, 0, 0), first.Points);

        async Task<((long, long, long, long) Points, RefundOutcome Outcome)> RunAsync(bool refundFirst)
        {
            var other = new Shop();
            if (refundFirst)
                await other.AcceptRefundAsync("r1", "p1", pence: 5_000);
            await other.AcceptAsync("p1", 100);
            if (!refundFirst)
                await other.AcceptRefundAsync("r1", "p1", pence: 5_000);
            await other.WorkAsync();
            await other.AssertProvenAsync();
            return (await other.PointsAsync(), (await other.Reader.RefundAsync(Shop.Ann, new("r1"), default))!.Outcome);
        }
    }

    [Fact]
    public async Task A_refund_beyond_those_that_may_wait_waits_in_the_queue_for_the_purchase_and_holds_up_nobody()
    {
        for (var i = 0; i <= Ledger.WaitingPerPurchaseMax; i++)
            await shop.AcceptRefundAsync($"r{i:D2}", "p1", pence: 100);
        await shop.AcceptAsync("p2", 10);
        await shop.Pump.WorkWhatIsDueAsync(shop.Applying);
        Assert.Equal((10, 0, 0, 0), await shop.PointsAsync());
        Assert.Null(await shop.Reader.RefundAsync(Shop.Ann, new("r50"), default));

        await shop.AcceptAsync("p1", 100);
        await shop.WorkAsync();

        Assert.Equal((10 + 49, 0, 0, 0), await shop.PointsAsync());
        Assert.IsType<RefundOutcome.Applied>(await OutcomeAsync("r50"));
        Assert.Empty(await shop.DeadLettersAsync("purchases"));
        await shop.AssertProvenAsync();
    }

    [Fact]
    public async Task A_refund_that_found_no_room_for_a_day_is_set_aside_with_its_reason_and_can_be_replayed()
    {
        for (var i = 0; i <= Ledger.WaitingPerPurchaseMax; i++)
            await shop.AcceptRefundAsync($"r{i:D2}", "p1", pence: 100);
        var accepted = shop.Now;
        await shop.WorkAsync();
        var letter = Assert.Single(await shop.DeadLettersAsync("purchases"));
        Assert.Equal(("ann/refund:r50", nameof(Reason.TooManyRefunds)), (letter.Message.MessageId, letter.Reason));
        Assert.True(letter.DeadLetteredAt - accepted >= TimeSpan.FromHours(Postponement.WaitHoursMax));

        await shop.BuyAsync("p1", 100);
        Assert.True(await shop.Queue.ReplayAsync("purchases", letter.Sequence, default));
        await shop.WorkAsync();

        Assert.Equal((49, 0, 0, 0), await shop.PointsAsync());
        await shop.AssertProvenAsync();
    }

    [Fact]
    public async Task A_refund_whose_deficit_no_number_can_hold_is_rejected_with_its_problem_and_leaves_the_queue()
    {
        foreach (var id in new[] { "a", "b" })
        {
            var yen = Shop.Basket("JPY", new BasketLine("a", null, null, 1, long.MaxValue));
            await shop.Intake.AcceptAsync(Shop.Ann, new(id), yen, null, shop.Now, null, default);
            await shop.WorkAsync();
            shop.Time.Advance(TimeSpan.FromMinutes(1));
            await shop.HoldAsync($"h{id}", long.MaxValue);
            await shop.CaptureAsync($"h{id}");
            shop.Time.Advance(TimeSpan.FromMinutes(1));
        }

        await WholeAsync("r", "a");
        await WholeAsync("s", "b");
        await shop.WorkAsync();
        await WholeAsync("s", "b");
        await shop.WorkAsync();

        Assert.Equal(new RefundOutcome.Rejected(Reason.PointsOverflow), await OutcomeAsync("s"));
        Assert.IsType<RefundOutcome.Applied>(await OutcomeAsync("r"));
        Assert.Equal((0, 0, 0, long.MaxValue), await shop.PointsAsync());
        Assert.Empty(await shop.DeadLettersAsync("purchases"));
        await shop.AssertProvenAsync();
    }

    private async Task WholeAsync(string refund, string purchase) => Assert.IsType<IntakeAnswer.Accepted>(
        await shop.Intake.AcceptRefundAsync(
            Shop.Ann, new(refund), new(purchase), new RefundScope.Whole(), shop.Now, null, default));

    private async Task<RefundOutcome> OutcomeAsync(string refund) =>
        (await shop.Reader.RefundAsync(Shop.Ann, new(refund), default))!.Outcome;

    private async Task<IntakeAnswer> LinesAsync(string refund, params ReturnedLine[] lines) =>
        await shop.Intake.AcceptRefundAsync(
            Shop.Ann, new(refund), new("p1"), new RefundScope.ByLines([.. lines]), shop.Now, null, default);
}
