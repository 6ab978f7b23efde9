using System.Collections.Frozen;
using Pipeline.Runtime.Security;

namespace Pipeline.Runtime.Http;

/// <summary>Every endpoint of the API. Hosts mount these and no others.</summary>
public sealed class EndpointCatalogue(
    PurchaseEndpoints purchases,
    CheckoutEndpoints checkout,
    CustomerEndpoints customers,
    ProgramEndpoints program,
    ProofEndpoints proofs,
    CampaignEndpoints campaigns,
    RewardEndpoints rewards,
    RedemptionEndpoints redemptions,
    FeedbackEndpoints feedback,
    CaseEndpoints cases,
    ReportEndpoints reports,
    RunEndpoints runs,
    InsightEndpoints insight,
    WarningEndpoints warnings,
    MemberEndpoints members,
    AdjustmentEndpoints adjustments,
    KeyEndpoints keys,
    DeadLetterEndpoints deadLetters,
    EventEndpoints events,
    OperationsEndpoints operations)
{
    private const string Customer = "/v1/customers/{customerId}";
    private const string Adjustment = $"{Customer}/adjustments/{{adjustmentId}}";
    private const string Redemption = $"{Customer}/redemptions/{{redemptionId}}";
    private const string Hold = $"{Customer}/holds/{{holdId}}";

    /// <summary>A comment of 5,000 characters, each escaped, and the rest.</summary>
    private const int FeedbackBytesMax = 64 * 1024;

    private const ApiScopes Readers = ApiScopes.Checkout | ApiScopes.Staff;

    private FrozenDictionary<string, ApiEndpoint>? byName;

    /// <summary>The endpoint of a name, for a host that mounts them one by one.</summary>
    /// <exception cref="KeyNotFoundException">No endpoint has the name.</exception>
    public ApiEndpoint this[string name] =>
        (byName ??= All.ToFrozenDictionary(static endpoint => endpoint.Name, StringComparer.Ordinal))[name];

    public IReadOnlyList<ApiEndpoint> All { get; } =
    [
        new("quote", "POST", "/v1/quotes", ApiScopes.Checkout, purchases.QuoteAsync) { Body = BodyRule.Json },
        new("postPurchase", "POST", "/v1/purchases", ApiScopes.Checkout, purchases.PostPurchaseAsync)
        {
            Body = BodyRule.Json,
        },
        new("postRefund", "POST", "/v1/refunds", ApiScopes.Checkout, purchases.PostRefundAsync)
        {
            Body = BodyRule.Json,
        },
        new("getPurchase", "GET", $"{Customer}/purchases/{{purchaseId}}", ApiScopes.Checkout,
            purchases.GetPurchaseAsync),
        new("getRefund", "GET", $"{Customer}/refunds/{{refundId}}", ApiScopes.Checkout, purchases.GetRefundAsync),

        new("postHold", "POST", $"{Customer}/holds", ApiScopes.Checkout, checkout.HoldAsync) { Body = BodyRule.Json },
        new("captureHold", "POST", $"{Hold}/capture", ApiScopes.Checkout, checkout.CaptureAsync),
        new("releaseHold", "POST", $"{Hold}/release", ApiScopes.Checkout, checkout.ReleaseAsync),

        new("putCustomer", "PUT", Customer, Readers, customers.PutAsync) { Body = BodyRule.Json },
        new("getCustomer", "GET", Customer, Readers, customers.GetAsync),
        new("getBalance", "GET", $"{Customer}/balance", Readers, customers.GetBalanceAsync),
        new("getLedger", "GET", $"{Customer}/ledger", Readers, customers.GetLedgerAsync),

        new("getProof", "GET", $"{Customer}/proof", ApiScopes.Staff, proofs.GetAsync),

        new("getProgram", "GET", "/v1/program", ApiScopes.All, program.GetAsync),
        new("putProgram", "PUT", "/v1/program", ApiScopes.Admin, program.PutAsync) { Body = BodyRule.Json },
        new("listProgramVersions", "GET", "/v1/program/versions", ApiScopes.Staff | ApiScopes.Admin,
            program.ListVersionsAsync),
        new("getProgramVersion", "GET", "/v1/program/versions/{version}", ApiScopes.Staff | ApiScopes.Admin,
            program.GetVersionAsync),
        new("listCampaigns", "GET", "/v1/campaigns", ApiScopes.Staff, campaigns.ListAsync),
        new("getCampaign", "GET", "/v1/campaigns/{campaignId}", ApiScopes.Staff, campaigns.GetAsync),

        new("listRewards", "GET", "/v1/rewards", Readers, rewards.ListAsync),
        new("postRewardCodes", "POST", "/v1/rewards/{rewardId}/codes", ApiScopes.Admin, rewards.PostCodesAsync)
        {
            Body = BodyRule.Json,
        },
        new("getCode", "GET", "/v1/codes/{code}", ApiScopes.Checkout, rewards.GetCodeAsync),
        new("postRedemption", "POST", $"{Customer}/redemptions", Readers, redemptions.PostAsync)
        {
            Body = BodyRule.Json,
        },
        new("listRedemptions", "GET", $"{Customer}/redemptions", Readers, redemptions.ListAsync),
        new("getRedemption", "GET", Redemption, Readers, redemptions.GetAsync),
        new("issueRedemption", "POST", $"{Redemption}/issue", Readers, redemptions.IssueAsync) { AnswersSecret = true },
        new("fulfilRedemption", "POST", $"{Redemption}/fulfil", Readers, redemptions.FulfilAsync)
        {
            AnswersSecret = true,
        },
        new("cancelRedemption", "POST", $"{Redemption}/cancel", Readers, redemptions.CancelAsync)
        {
            Body = BodyRule.Json,
        },

        new("postFeedback", "POST", "/v1/feedback", ApiScopes.Survey, feedback.PostAsync)
        {
            Body = BodyRule.Json,
            BodyBytesMax = FeedbackBytesMax,
            IsPublic = true,
        },
        new("getFeedback", "GET", "/v1/feedback/{feedbackId}", ApiScopes.Staff, feedback.GetAsync),
        new("postSurveyLink", "POST", "/v1/survey-links", Readers, feedback.PostLinkAsync)
        {
            Body = BodyRule.Json,
            NeedsIdempotencyKey = true,
            AnswersSecret = true,
        },

        new("listCases", "GET", "/v1/cases", ApiScopes.Staff, cases.ListAsync),
        new("getCase", "GET", "/v1/cases/{caseId}", ApiScopes.Staff, cases.GetAsync),
        new("postCaseEvent", "POST", "/v1/cases/{caseId}/events", ApiScopes.Staff, cases.PostEventAsync)
        {
            Body = BodyRule.Json,
            NeedsIdempotencyKey = true,
            AnswersSecret = true,
        },

        new("getSatisfactionReport", "GET", "/v1/reports/satisfaction", ApiScopes.Staff, reports.GetSatisfactionAsync),

        new("postRun", "POST", "/v1/runs", ApiScopes.Admin, runs.PostAsync)
        {
            Body = BodyRule.Json,
            NeedsIdempotencyKey = true,
        },
        new("listRuns", "GET", "/v1/runs", ApiScopes.Staff | ApiScopes.Admin, runs.ListAsync),
        new("getRun", "GET", "/v1/runs/{runId}", ApiScopes.Staff | ApiScopes.Admin, runs.GetAsync),

        new("getSegmentsReport", "GET", "/v1/reports/segments", ApiScopes.Staff, insight.SegmentsAsync),
        new("getLoyaltyReport", "GET", "/v1/reports/loyalty", ApiScopes.Staff, insight.LoyaltyAsync),
        new("listChurnWarnings", "GET", "/v1/churn-warnings", ApiScopes.Staff, warnings.ListAsync),
        new("postChurnWarningOutcome", "POST", $"{Customer}/churn-warnings/{{openedOn}}/outcome", ApiScopes.Staff,
            warnings.PostOutcomeAsync)
        {
            Body = BodyRule.Json,
        },
        new("getChurnReport", "GET", "/v1/reports/churn", ApiScopes.Staff, insight.ChurnAsync),

        new("postEvent", "POST", "/v1/events", ApiScopes.Checkout, members.PostEventAsync) { Body = BodyRule.Json },
        new("postReferralCode", "POST", $"{Customer}/referral-code", Readers, members.PostCodeAsync),
        new("postReferral", "POST", "/v1/referrals", ApiScopes.Checkout, members.PostReferralAsync)
        {
            Body = BodyRule.Json,
        },
        new("listReferrals", "GET", $"{Customer}/referrals", Readers, members.ListReferralsAsync),

        new("postAdjustment", "POST", $"{Customer}/adjustments", ApiScopes.Staff, adjustments.PostAsync)
        {
            Body = BodyRule.Json,
        },
        new("getAdjustment", "GET", Adjustment, ApiScopes.Staff | ApiScopes.Admin, adjustments.GetAsync),
        new("approveAdjustment", "POST", $"{Adjustment}/approve", ApiScopes.Staff | ApiScopes.Admin,
            adjustments.ApproveAsync),
        new("rejectAdjustment", "POST", $"{Adjustment}/reject", ApiScopes.Staff | ApiScopes.Admin,
            adjustments.RejectAsync),
        new("listAdjustments", "GET", "/v1/adjustments", ApiScopes.Staff | ApiScopes.Admin, adjustments.ListAsync),

        new("postKey", "POST", "/v1/keys", ApiScopes.Admin, keys.PostAsync)
        {
            Body = BodyRule.Json,
            AnswersSecret = true,
        },
        new("listKeys", "GET", "/v1/keys", ApiScopes.Admin, keys.ListAsync),
        new("deleteKeys", "DELETE", "/v1/keys/{name}", ApiScopes.Admin, keys.DeleteAsync),

        new("listDeadLetters", "GET", "/v1/dead-letters", ApiScopes.Admin, deadLetters.ListAsync),
        new("replayDeadLetter", "POST", "/v1/dead-letters/{queue}/{sequence}/replay", ApiScopes.Admin,
            deadLetters.ReplayAsync),
        new("listUndeliveredEvents", "GET", "/v1/undelivered-events", ApiScopes.Admin, events.ListAsync),
        new("replayUndeliveredEvent", "POST", "/v1/undelivered-events/{customerId}/{eventId}/replay", ApiScopes.Admin,
            events.ReplayAsync),

        new("getLive", "GET", "/health/live", null, OperationsEndpoints.LiveAsync),
        new("getReady", "GET", "/health/ready", null, operations.ReadyAsync),
        new("getOpenApi", "GET", "/openapi.json", null, OperationsEndpoints.OpenApiAsync),
        new("getSurveyPage", "GET", "/survey", null, OperationsEndpoints.SurveyAsync),
        new("getProblem", "GET", "/problems/{code}", null, OperationsEndpoints.ProblemAsync),
    ];
}
