using Pipeline.Domain;
using Pipeline.Runtime.Loyalty;
using Pipeline.Runtime.Tests.Doubles;

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
    public async Task Too_many_refunds_that_wait_for_one_purchase_are_set_aside_and_can_be_replayed()
    {
        for (var i = 0; i <= Ledger.WaitingPerPurchaseMax; i++)
            await shop.AcceptRefundAsync($"r{i}", "p1", pence: 100);
        await shop.WorkAsync();
        var letter = Assert.Single(await shop.DeadLettersAsync("purchases"));
        Assert.Equal(nameof(Reason.TooManyRefunds), letter.Reason);

        await shop.BuyAsync("p1", 100);
        Assert.True(await shop.Queue.ReplayAsync("purchases", letter.Sequence, default));
        await shop.WorkAsync();

        Assert.Equal((49, 0, 0, 0), await shop.PointsAsync());
        await shop.AssertProvenAsync();
    }

    private async Task<RefundOutcome> OutcomeAsync(string refund) =>
        (await shop.Reader.RefundAsync(Shop.Ann, new(refund), default))!.Outcome;

    private async Task<IntakeAnswer> LinesAsync(string refund, params ReturnedLine[] lines) =>
        await shop.Intake.AcceptRefundAsync(
            Shop.Ann, new(refund), new("p1"), new RefundScope.ByLines([.. lines]), shop.Now, null, default);
}
