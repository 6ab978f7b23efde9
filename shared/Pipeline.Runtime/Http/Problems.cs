using System.Collections.Frozen;

namespace Pipeline.Runtime.Http;

/// <summary>One kind of refusal. Its code is stable: clients are written against it.</summary>
/// <param name="Cause">When it is answered; served as the problem's own page.</param>
/// <param name="Remedy">What the caller does about it.</param>
public sealed record ProblemType(string Code, int Status, string Title, string Cause, string Remedy)
{
    /// <summary>The problem's <c>type</c> of RFC 9457: a path on this service.</summary>
    public string Type { get; } = $"/problems/{Code}";
}

/// <summary>Every problem that the API answers (RFC 9457); <c>docs/problems.md</c> lists the same.</summary>
public static class Problems
{
    public static readonly ProblemType BadRequest = new("bad-request", 400, "The request is not valid HTTP",
        "The request broke a rule of HTTP itself, such as its framing or its declared length.",
        "Correct the client's HTTP library or the proxy between.");

    public static readonly ProblemType MalformedJson = new("malformed-json", 400, "The body is not valid JSON",
        "The body is empty, is not JSON in UTF-8, is nested deeper than 32 levels, or is not a JSON object.",
        "Send one JSON object in UTF-8; the detail says where reading ended.");

    public static readonly ProblemType DuplicateKey = new("duplicate-key", 400, "A key appears twice in one object",
        "An object of the body has the same key more than once, so that its meaning is not sure.",
        "Send each key once; `errors` names the key.");

    public static readonly ProblemType Validation = new("validation", 400, "A field is missing or not valid",
        "Fields of the body, the path, the query or a header are missing, of the wrong type or out of range.",
        "Correct every field that `errors` names and send the request again.");

    public static readonly ProblemType IdempotencyKeyMissing = new(
        "idempotency-key-missing", 400, "An Idempotency-Key is needed",
        "The request changes something and has no natural key of its own.",
        "Send an `Idempotency-Key` header, a new one for each new intent and the same one for each repetition.");

    public static readonly ProblemType Unauthorized = new("unauthorized", 401, "A valid API key is needed",
        "The request has no API key, or one that is not valid (any more).",
        "Send `Authorization: Bearer <api key>` with a valid key.");

    public static readonly ProblemType SurveyTokenRefused = new(
        "survey-token-refused", 401, "A valid survey token is needed",
        "The request has no API key, and its `token` is missing, is not one of ours, or has ended.",
        "Ask the shop for a new survey link.");

    public static readonly ProblemType Forbidden = new("forbidden", 403, "The API key lacks the scope",
        "The key is valid but has none of the scopes that this endpoint takes.",
        "Use a key that has one of the scopes that the detail names.");

    public static readonly ProblemType NotFound = new("not-found", 404, "There is nothing here",
        "The address is unknown, or what it names does not exist (yet): a purchase is there once it is worked.",
        "Check the address; after a 202, ask again shortly.");

    public static readonly ProblemType UnknownCustomer = new("unknown-customer", 404, "The customer is unknown",
        "Neither a purchase nor a profile of this customer has arrived.",
        "Check the id; a purchase or a profile makes the customer known.");

    public static readonly ProblemType UnknownHold = new("unknown-hold", 404, "The hold is unknown",
        "The customer has no hold of this id.", "Check the id, or place the hold first.");

    public static readonly ProblemType PurchaseUnknown = new(
        "purchase-unknown", 404, "The refund waits for its purchase",
        "The refund's purchase has not arrived; shown in the refund, which keeps waiting.",
        "Send the purchase; the refund is then applied by itself.");

    public static readonly ProblemType MethodNotAllowed = new(
        "method-not-allowed", 405, "The method is not allowed here",
        "The address exists, but not for this method.", "Use a method that the `Allow` header names.");

    public static readonly ProblemType RequestTimeout = new("request-timeout", 408, "The request came too slowly",
        "The body did not arrive in time.", "Send it again on a better connection.");

    public static readonly ProblemType InFlight = new(
        "in-flight", 409, "The same request is being worked",
        "A request with this Idempotency-Key has not been answered yet.",
        "Wait as long as `Retry-After` says and send the same request again.");

    public static readonly ProblemType HoldExpired = new("hold-expired", 409, "The hold has expired",
        "The hold's time was over before it was captured or released.", "Place a new hold.");

    public static readonly ProblemType HoldReleased = new("hold-released", 409, "The hold was released",
        "The hold was released before; its points are free again.", "Place a new hold.");

    public static readonly ProblemType HoldCaptured = new("hold-captured", 409, "The hold was captured",
        "The hold was captured before; its points are spent.", "Refund the purchase to give points back.");

    public static readonly ProblemType TooManyKeys = new("too-many-keys", 409, "The name has two valid keys already",
        "At most two keys of one name are valid at a time, for rotation.",
        "Revoke one of them: `DELETE /v1/keys/{name}?keyId=...`.");

    public static readonly ProblemType SurveyTokenUsed = new("survey-token-used", 409, "The survey link was used",
        "A survey link takes one answer; this one was used with other content.",
        "Nothing needs to be done; to change an answer, ask the shop for a new link.");

    public static readonly ProblemType CaseResolved = new("case-resolved", 409, "The case is resolved",
        "A case that is resolved cannot be assigned or resolved.", "Reopen it first.");

    public static readonly ProblemType CaseNotResolved = new("case-not-resolved", 409, "The case is not resolved",
        "Only a resolved case can be reopened.", "Nothing needs to be done: it is open.");

    public static readonly ProblemType CaseWithoutCustomer = new(
        "case-without-customer", 409, "The case has no customer",
        "The feedback was anonymous, so there is nobody to give points to.", "Note in the case what was done instead.");

    public static readonly ProblemType CaseFull = new("case-full", 409, "The case has too many events",
        "A case takes a bounded number of events.", "Go on in a new place, and note where.");

    public static readonly ProblemType UnknownRedemption = new(
        "unknown-redemption", 404, "The redemption is unknown", "The customer has no redemption of this id.",
        "Check the id, or reserve the reward first.");

    public static readonly ProblemType RedemptionNotIssued = new(
        "redemption-not-issued", 409, "The reward has not been issued",
        "A reward is fulfilled after it was issued.", "Issue it first.");

    public static readonly ProblemType RedemptionFulfilled = new(
        "redemption-fulfilled", 409, "The reward was fulfilled",
        "The reward has been given; it can be neither issued nor cancelled.",
        "Give the points back by hand if the customer is owed them.");

    public static readonly ProblemType RedemptionCancelled = new(
        "redemption-cancelled", 409, "The redemption was cancelled",
        "The redemption was cancelled before; its points are the customer's again and its code is void.",
        "Reserve the reward anew, under another id.");

    public static readonly ProblemType RedemptionExpired = new(
        "redemption-expired", 409, "The redemption has expired",
        "The reservation's time was over before it was issued, or the issued reward's before it was used.",
        "Reserve the reward anew, under another id.");

    public static readonly ProblemType ProgramVersion = new(
        "program-version", 409, "Another version of the program is due",
        "The document's version is not the latest one plus 1, or it is stored with other rules or another date.",
        "Give the document the version that the detail names.");

    public static readonly ProblemType BodyTooLarge = new("body-too-large", 413, "The body is too large",
        "The body has more bytes than this endpoint takes; the detail says how many that are.",
        "Send less at once.");

    public static readonly ProblemType UnsupportedMediaType = new(
        "unsupported-media-type", 415, "The body is not declared as JSON",
        "The `Content-Type` is not `application/json` (or a `+json` type), or its charset is not UTF-8.",
        "Send JSON in UTF-8 with `Content-Type: application/json`.");

    public static readonly ProblemType ContentDiffers = new(
        "content-differs", 422, "The key belongs to other content",
        "The id or the Idempotency-Key was used before with other content; nothing was changed.",
        "Send new content under a new id or key; repeat the old content exactly.");

    public static readonly ProblemType UnknownCurrency = new("unknown-currency", 422, "The currency is not accepted",
        "The currency is not an active code of ISO 4217, or the loyalty program has no rate for it.",
        "Use another currency, or add it to the program.");

    public static readonly ProblemType TotalOverflow = new("total-overflow", 422, "The sum is too large",
        "Lines, shipping and tax add up to more than 64 bits of minor units.", "Check quantities and prices.");

    public static readonly ProblemType DiscountAboveGoods = new(
        "discount-above-goods", 422, "The discount is larger than the goods",
        "The discount takes more off than all lines are worth.", "Send a discount of at most the lines' sum.");

    public static readonly ProblemType PointsOverflow = new("points-overflow", 422, "The points are too many",
        "The points of this purchase, refund or balance would pass 64 bits; what was accepted is kept as rejected.",
        "Check amounts and the program's rates.");

    public static readonly ProblemType InsufficientPoints = new(
        "insufficient-points", 422, "There are not enough points",
        "The hold asks for more points than the customer can spend now.",
        "Ask for a quote and hold at most its `maxPoints`.");

    public static readonly ProblemType HoldBelowMinimum = new(
        "hold-below-minimum", 422, "The hold is below the minimum",
        "The program sets a smallest number of points for a redemption.", "Hold more points, or none.");

    public static readonly ProblemType HoldNotAStep = new(
        "hold-not-a-step", 422, "The hold is not a multiple of the step",
        "The program redeems points in steps only.", "Hold a multiple of the program's `stepPoints`.");

    public static readonly ProblemType HoldAboveLimit = new("hold-above-limit", 422, "The hold is above the limit",
        "The program limits the points of one hold.", "Hold fewer points.");

    public static readonly ProblemType HoldTooLong = new("hold-too-long", 422, "The hold lasts too long",
        "The program limits how long a hold may last.", "Ask for a shorter `expiresInSeconds`.");

    public static readonly ProblemType TooManyHolds = new("too-many-holds", 422, "There are too many open holds",
        "The program limits how many holds of a customer are open at a time.",
        "Capture or release an open hold, or wait for one to expire.");

    public static readonly ProblemType RefundAbovePurchase = new(
        "refund-above-purchase", 422, "The refund is above the purchase",
        "More money or goods come back than are left of the purchase.",
        "Refund at most what is left; neither `lines` nor `amount` refunds just that.");

    public static readonly ProblemType RefundOfUnknownLine = new(
        "refund-of-unknown-line", 422, "The refund names a line that the purchase lacks",
        "A line's `sku` is not in the purchase.", "Use the purchase's own `sku`s.");

    public static readonly ProblemType NothingLeftToRefund = new(
        "nothing-left-to-refund", 422, "Nothing is left to refund",
        "Earlier refunds have taken back the whole purchase.", "Nothing needs to be done.");

    public static readonly ProblemType TooManyRefunds = new(
        "too-many-refunds", 422, "The purchase has too many refunds",
        "A bounded number of refunds can wait for a purchase that has not come.",
        "Post the purchase first; a refund that was accepted beyond the bound is tried again for a day, and then a dead letter.");

    public static readonly ProblemType PurchaseRejected = new(
        "purchase-rejected", 422, "The purchase was rejected",
        "The refund's purchase was rejected and earned nothing.", "Nothing needs to be done.");

    public static readonly ProblemType SameApprover = new("same-approver", 409, "The same key cannot decide it",
        "The adjustment is above the four-eyes limit, and the key has the name of the key that asked for it.",
        "Have somebody with a key of another name approve or reject it.");

    public static readonly ProblemType AdjustmentDecided = new(
        "adjustment-decided", 409, "The adjustment is decided",
        "It was approved or rejected before, by another key or the other way.", "Look at what was decided.");

    public static readonly ProblemType AdjustmentAboveLimit = new(
        "adjustment-above-limit", 422, "The adjustment is above the limit",
        "The program limits the points of one adjustment.", "Adjust fewer points.");

    public static readonly ProblemType UnknownEventType = new(
        "unknown-event-type", 422, "The type of event is unknown", "The program has no rule for events of this type.",
        "Add the type to the program's `awards.events`, or correct it.");

    public static readonly ProblemType NoReferrals = new("no-referrals", 422, "There are no referrals",
        "The program has no rule for referrals.", "Add `awards.referral` to the program.");

    public static readonly ProblemType UnknownReferralCode = new(
        "unknown-referral-code", 422, "The referral code is unknown", "No customer has this code.",
        "Have the customer check it; capital and small letters, blanks and hyphens make no difference.");

    public static readonly ProblemType SelfReferral = new("self-referral", 422, "Nobody refers themselves",
        "Both customers are the same, or have the same e-mail address or telephone number.", "Nothing needs to be done.");

    public static readonly ProblemType ReferralCycle = new("referral-cycle", 422, "The referral would close a circle",
        "The referee has, over others or not, referred the referrer.", "Nothing needs to be done.");

    public static readonly ProblemType ReferredBefore = new("referred-before", 422, "The referee has another referrer",
        "A customer is referred once, for ever.", "Nothing needs to be done.");

    public static readonly ProblemType BoughtBefore = new("bought-before", 422, "The referee has bought before",
        "Only a customer who has not bought yet can be referred.", "Post a referral before the first purchase.");

    public static readonly ProblemType ReferrerLimit = new("referrer-limit", 422, "The referrer has referred enough",
        "The program rewards a bounded number of referrals of one customer.", "Nothing needs to be done.");

    public static readonly ProblemType UnknownReward = new("unknown-reward", 422, "The reward is unknown",
        "The program has no reward of this id.", "Ask for `GET /v1/rewards` and use an id of it.");

    public static readonly ProblemType RewardNotYet = new("reward-not-yet", 422, "The reward is not available yet",
        "The reward's first day is still to come.", "Try again from its `from` on.");

    public static readonly ProblemType RewardEnded = new("reward-ended", 422, "The reward is not available any more",
        "The reward's last day is over.", "Choose another reward.");

    public static readonly ProblemType RewardNotForTier = new(
        "reward-not-for-tier", 422, "The reward is for other tiers",
        "Only customers of the reward's `tiers` may have it.", "Choose another reward.");

    public static readonly ProblemType RewardLimitReached = new(
        "reward-limit-reached", 422, "The customer has had the reward as often as may be",
        "The reward has a `perCustomer` limit.", "Choose another reward.");

    public static readonly ProblemType RewardDayLimitReached = new(
        "reward-day-limit-reached", 422, "The customer has had the reward often enough today",
        "The reward has a `perDay` limit.", "Try again tomorrow.");

    public static readonly ProblemType RewardPointsRefused = new(
        "reward-points-refused", 422, "The reward does not take so many points",
        "The `points` are above the price, or below what may be paid in points.",
        "Send points between the reward's `minPoints` and its price, or none for the whole price.");

    public static readonly ProblemType RewardSoldOut = new("reward-sold-out", 422, "The reward is sold out",
        "No piece of its stock, or no code of its pool, is left.",
        "Choose another reward; what others reserve and do not take comes back.");

    public static readonly ProblemType RewardWithoutPool = new(
        "reward-without-pool", 422, "The reward has no pool of codes",
        "Codes are uploaded for rewards whose `code` is `pool`.", "Set `code` to `pool` in the program first.");

    public static readonly ProblemType EffectiveTooEarly = new(
        "effective-too-early", 422, "The program cannot take effect then",
        "A new version never takes effect in the past, nor before every host that awards points can know it.",
        "Send a later `effectiveFrom`, or none: then it takes effect as soon as can be.");

    public static readonly ProblemType RateLimited = new("rate-limited", 429, "There are too many requests",
        "The key has used up the requests that it may send for now.",
        "Wait as long as `Retry-After` says; spread the requests.");

    public static readonly ProblemType InternalError = new("internal-error", 500, "Something went wrong here",
        "A fault of the service. The log has the request's `requestId`.",
        "Send the request again with the same id or key; report the `requestId` if it stays.");

    public static readonly ProblemType QueueFull = new("queue-full", 503, "The queue is full",
        "More work waits than the queue may hold; nothing was changed.",
        "Wait as long as `Retry-After` says and send the same request again.");

    public static readonly ProblemType Unavailable = new("unavailable", 503, "The service is busy",
        "The store could not take the request now.",
        "Wait as long as `Retry-After` says and send the same request again, with the same id or key.");

    /// <summary>All problems, by status.</summary>
    public static IReadOnlyList<ProblemType> All { get; } =
    [
        BadRequest, MalformedJson, DuplicateKey, Validation, IdempotencyKeyMissing, Unauthorized, SurveyTokenRefused, Forbidden,
        NotFound, UnknownCustomer, UnknownHold, PurchaseUnknown, UnknownRedemption, MethodNotAllowed, RequestTimeout,
        InFlight, HoldExpired, HoldReleased, HoldCaptured, TooManyKeys, SurveyTokenUsed, CaseResolved, CaseNotResolved,
        CaseWithoutCustomer, CaseFull, SameApprover, AdjustmentDecided, RedemptionNotIssued, RedemptionFulfilled,
        RedemptionCancelled, RedemptionExpired, ProgramVersion, BodyTooLarge, UnsupportedMediaType,
        ContentDiffers, UnknownCurrency, TotalOverflow, DiscountAboveGoods, PointsOverflow,
        InsufficientPoints, HoldBelowMinimum, HoldNotAStep, HoldAboveLimit, HoldTooLong, TooManyHolds,
        RefundAbovePurchase, RefundOfUnknownLine, NothingLeftToRefund, TooManyRefunds, PurchaseRejected,
        AdjustmentAboveLimit, UnknownEventType, NoReferrals, UnknownReferralCode, SelfReferral, ReferralCycle,
        ReferredBefore, BoughtBefore, ReferrerLimit,
        UnknownReward, RewardNotYet, RewardEnded, RewardNotForTier, RewardLimitReached, RewardDayLimitReached,
        RewardPointsRefused, RewardSoldOut, RewardWithoutPool, EffectiveTooEarly,
        RateLimited, InternalError, QueueFull, Unavailable,
    ];

    private static readonly FrozenDictionary<string, ProblemType> ByCode =
        All.ToFrozenDictionary(static problem => problem.Code, StringComparer.Ordinal);

    /// <summary>The problem of a code, or null.</summary>
    public static ProblemType? Find(string code) => ByCode.GetValueOrDefault(code);
}
