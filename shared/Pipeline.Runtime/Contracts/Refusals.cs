using Pipeline.Domain;
using Pipeline.Runtime.Http;
using Pipeline.Runtime.Loyalty;

namespace Pipeline.Runtime.Contracts;

/// <summary>The business's reasons as problems on the wire.</summary>
internal static class Refusals
{
    public static ProblemType Of(Reason reason) => reason switch
    {
        Reason.InsufficientPoints => Problems.InsufficientPoints,
        Reason.HoldBelowMinimum => Problems.HoldBelowMinimum,
        Reason.HoldNotAStep => Problems.HoldNotAStep,
        Reason.HoldAboveLimit => Problems.HoldAboveLimit,
        Reason.HoldTooLong => Problems.HoldTooLong,
        Reason.TooManyHolds => Problems.TooManyHolds,
        Reason.UnknownHold => Problems.UnknownHold,
        Reason.HoldExpired => Problems.HoldExpired,
        Reason.HoldReleased => Problems.HoldReleased,
        Reason.HoldCaptured => Problems.HoldCaptured,
        Reason.RefundAbovePurchase => Problems.RefundAbovePurchase,
        Reason.RefundOfUnknownLine => Problems.RefundOfUnknownLine,
        Reason.NothingLeftToRefund => Problems.NothingLeftToRefund,
        Reason.TooManyRefunds => Problems.TooManyRefunds,
        Reason.PurchaseRejected => Problems.PurchaseRejected,
        Reason.PointsOverflow => Problems.PointsOverflow,
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, "Not a reason."),
    };

    public static ProblemType Of(RewardProblem problem) => problem switch
    {
        RewardProblem.NotYet => Problems.RewardNotYet,
        RewardProblem.Ended => Problems.RewardEnded,
        RewardProblem.NotForTier => Problems.RewardNotForTier,
        RewardProblem.LimitReached => Problems.RewardLimitReached,
        RewardProblem.DayLimitReached => Problems.RewardDayLimitReached,
        RewardProblem.PointsRefused => Problems.RewardPointsRefused,
        RewardProblem.InsufficientPoints => Problems.InsufficientPoints,
        RewardProblem.SoldOut => Problems.RewardSoldOut,
        _ => throw new ArgumentOutOfRangeException(nameof(problem), problem, "Not a problem of a reward."),
    };

    public static ProblemType Of(RedemptionProblem problem) => problem switch
    {
        RedemptionProblem.NotIssued => Problems.RedemptionNotIssued,
        RedemptionProblem.Fulfilled => Problems.RedemptionFulfilled,
        RedemptionProblem.Cancelled => Problems.RedemptionCancelled,
        RedemptionProblem.Expired => Problems.RedemptionExpired,
        _ => throw new ArgumentOutOfRangeException(nameof(problem), problem, "Not a problem of a redemption."),
    };

    public static ProblemType Of(IntakeProblem problem) => problem switch
    {
        IntakeProblem.UnknownCurrency => Problems.UnknownCurrency,
        IntakeProblem.TotalOverflows => Problems.TotalOverflow,
        IntakeProblem.DiscountAboveGoods => Problems.DiscountAboveGoods,
        IntakeProblem.PointsOverflow => Problems.PointsOverflow,
        IntakeProblem.RefundAbovePurchase => Problems.RefundAbovePurchase,
        IntakeProblem.RefundOfUnknownLine => Problems.RefundOfUnknownLine,
        IntakeProblem.NothingLeftToRefund => Problems.NothingLeftToRefund,
        IntakeProblem.TooManyRefunds => Problems.TooManyRefunds,
        IntakeProblem.PurchaseRejected => Problems.PurchaseRejected,
        _ => throw new ArgumentOutOfRangeException(nameof(problem), problem, "Not a problem of intake."),
    };
}
