namespace Pipeline.Domain.Tests;

public sealed class RedemptionDeciderTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Later = Noon.AddMinutes(10);
    private static readonly DateTimeOffset AfterReservation = Noon.AddMinutes(30);
    private static readonly DateTimeOffset AfterAll = Noon.AddDays(30);

    private static readonly RewardRedemption Reserved = new(
        new RedemptionId("r"), new RewardId("mug"), RewardKind.Gift, 1, 500, null, Noon, AfterReservation);

    [Fact]
    public void A_reservation_is_issued_and_then_fulfilled()
    {
        var issued = Accepted(Reserved, Issue(Later));
        Assert.Equal(RedemptionStatus.Issued, issued.StatusAt(AfterReservation));
        var fulfilled = Accepted(issued, new RedemptionStep.Fulfil(AfterReservation));
        Assert.Equal(RedemptionStatus.Fulfilled, fulfilled.StatusAt(AfterAll));
    }

    [Theory]
    [InlineData(RedemptionProblem.NotIssued)]
    [InlineData(RedemptionProblem.Fulfilled)]
    [InlineData(RedemptionProblem.Cancelled)]
    [InlineData(RedemptionProblem.Expired)]
    public void What_stands_against_a_step_is_said(RedemptionProblem problem)
    {
        var issued = Accepted(Reserved, Issue(Later));
        var (redemption, step) = problem switch
        {
            RedemptionProblem.NotIssued => (Reserved, new RedemptionStep.Fulfil(Later)),
            RedemptionProblem.Fulfilled => (Accepted(issued, new RedemptionStep.Fulfil(Later)), Cancel(Later)),
            RedemptionProblem.Cancelled => (Accepted(Reserved, Cancel(Later)), Issue(Later)),
            _ => (Reserved, (RedemptionStep)Issue(AfterReservation)),
        };
        Assert.Equal(new RedemptionDecision.Refused(problem), RedemptionDecider.Decide(redemption, step));
    }

    [Fact]
    public void A_cancellation_for_another_reason_is_not_the_same_one()
    {
        var cancelled = Accepted(Reserved, Cancel(Later));
        Assert.IsType<RedemptionDecision.Repeated>(RedemptionDecider.Decide(cancelled, Cancel(AfterAll)));
        Assert.IsType<RedemptionDecision.Mismatched>(
            RedemptionDecider.Decide(cancelled, new RedemptionStep.Cancel(Later, "Something else")));
    }

    [Fact]
    public void What_was_issued_expires_at_the_end_of_its_own_time_and_keeps_its_code()
    {
        var issued = Accepted(Reserved, new RedemptionStep.Issue(Later, AfterAll));
        Assert.Equal(RedemptionStatus.Issued, issued.StatusAt(AfterAll.AddMilliseconds(-1)));
        var expired = Accepted(issued, new RedemptionStep.Expire(AfterAll));
        Assert.Equal((RedemptionStatus.Expired, true), (expired.StatusAt(AfterAll), expired.KeepsCode));
        Assert.True(expired.KeepsStock(new RewardCode.None()));
    }

    [Fact]
    public void Only_a_pools_code_that_was_handed_out_keeps_its_piece_of_stock_when_it_is_cancelled()
    {
        var before = Accepted(Reserved, Cancel(Later));
        var after = Accepted(Accepted(Reserved, Issue(Later)), Cancel(Later));
        Assert.False(before.KeepsStock(new RewardCode.Pool("p")));
        Assert.False(after.KeepsStock(new RewardCode.Generated()));
        Assert.True(after.KeepsStock(new RewardCode.Pool("p")));
    }

    /// <summary>All ways of five steps among six kinds: 7,776.</summary>
    [Fact]
    public void However_steps_follow_each_other_each_is_taken_once_and_none_after_an_end()
    {
        RedemptionStep[] steps =
        [
            Issue(Later), new RedemptionStep.Fulfil(Later), Cancel(Later), new RedemptionStep.Expire(Later),
            Issue(AfterReservation), new RedemptionStep.Expire(AfterReservation),
        ];
        for (var way = 0; way < 7_776; way++)
        {
            var (redemption, number) = (Reserved, way);
            for (var i = 0; i < 5; i++, number /= 6)
            {
                var step = steps[number % 6];
                if (RedemptionDecider.Decide(redemption, step) is not RedemptionDecision.Accepted accepted)
                    continue;
                var isOver = redemption.StatusAt(step.At) is RedemptionStatus.Fulfilled or RedemptionStatus.Cancelled;
                Assert.False(isOver, $"way {way}: {step} after an end");
                redemption = accepted.Redemption;
                Assert.IsNotType<RedemptionDecision.Accepted>(RedemptionDecider.Decide(redemption, step));
            }

            Assert.False(redemption is { FulfilledAt: not null, CancelledAt: not null });
            Assert.False(redemption is { FulfilledAt: not null, IssuedAt: null });
        }
    }

    [Fact]
    public void A_repeated_request_is_answered_as_it_was()
    {
        var issued = Accepted(Reserved, Issue(Later));
        var fulfilled = Accepted(issued, new RedemptionStep.Fulfil(Later));
        Assert.Equal(Reserved, fulfilled.As(RedemptionStatus.Reserved));
        Assert.Equal(issued, fulfilled.As(RedemptionStatus.Issued));
    }

    private static RedemptionStep.Issue Issue(DateTimeOffset at) => new(at, null);

    private static RedemptionStep.Cancel Cancel(DateTimeOffset at) => new(at, "Changed their mind");

    private static RewardRedemption Accepted(RewardRedemption redemption, RedemptionStep step) =>
        Assert.IsType<RedemptionDecision.Accepted>(RedemptionDecider.Decide(redemption, step)).Redemption;
}
