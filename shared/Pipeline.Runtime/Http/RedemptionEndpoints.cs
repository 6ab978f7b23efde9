using Microsoft.AspNetCore.Http;
using Pipeline.Domain;
using Pipeline.Runtime.Contracts;
using Pipeline.Runtime.Rewards;

namespace Pipeline.Runtime.Http;

/// <summary>Redemptions of rewards, from the reservation to the end.</summary>
public sealed class RedemptionEndpoints(
    ReserveReward reserve, RedemptionDesk desk, RedemptionReader reader, TimeProvider clock)
{
    /// <summary>POST /v1/customers/{customerId}/redemptions.</summary>
    public async Task<IResult> PostAsync(HttpRequest request)
    {
        var errors = new InputErrors();
        var customer = request.PathId("customerId", errors);
        if (!RedemptionInput.TryRead(ApiCall.Of(request), errors, out var input, out var refusal))
            return refusal;
        var answer = await reserve.ReserveAsync(
            new CustomerId(customer!), input.Id, input.Reward, input.Points, request.HttpContext.RequestAborted);
        return Answer(answer, RedemptionStatus.Reserved, customer);
    }

    /// <summary>GET /v1/customers/{customerId}/redemptions?limit=&amp;cursor=.</summary>
    public async Task<IResult> ListAsync(HttpRequest request)
    {
        var errors = new InputErrors();
        var customer = request.PathId("customerId", errors);
        var limit = request.Limit(errors);
        var cursor = request.Cursor(errors);
        if (!errors.IsEmpty)
            return errors.Answer();
        var page = await reader.ListAsync(
            new CustomerId(customer!), limit, cursor, request.HttpContext.RequestAborted);
        return page is null
            ? Problems.UnknownCustomer.Answer()
            : JsonAnswer.Of(
                StatusCodes.Status200OK, (page.Redemptions, clock.GetUtcNow()), RedemptionJson.Redemptions,
                link: request.NextLink(limit, page.Cursor));
    }

    /// <summary>GET /v1/customers/{customerId}/redemptions/{redemptionId}.</summary>
    public async Task<IResult> GetAsync(HttpRequest request)
    {
        var errors = new InputErrors();
        if (!TryPath(request, errors, out var customer, out var id))
            return errors.Answer();
        var redemption = await reader.GetAsync(customer, id, request.HttpContext.RequestAborted);
        return redemption is null
            ? Problems.UnknownRedemption.Answer()
            : JsonAnswer.Ok((redemption, redemption.StatusAt(clock.GetUtcNow())), RedemptionJson.Redemption);
    }

    /// <summary>POST /v1/customers/{customerId}/redemptions/{redemptionId}/issue.</summary>
    public Task<IResult> IssueAsync(HttpRequest request) =>
        StepAsync(request, RedemptionStatus.Issued, desk.IssueAsync);

    /// <summary>POST /v1/customers/{customerId}/redemptions/{redemptionId}/fulfil.</summary>
    public Task<IResult> FulfilAsync(HttpRequest request) =>
        StepAsync(request, RedemptionStatus.Fulfilled, desk.FulfilAsync);

    /// <summary>POST /v1/customers/{customerId}/redemptions/{redemptionId}/cancel.</summary>
    public async Task<IResult> CancelAsync(HttpRequest request)
    {
        var errors = new InputErrors();
        _ = TryPath(request, errors, out var customer, out var id);
        return CancelInput.TryRead(ApiCall.Of(request), errors, out var input, out var refusal)
            ? Answer(
                await desk.CancelAsync(customer, id, input.Reason, request.HttpContext.RequestAborted),
                RedemptionStatus.Cancelled)
            : refusal;
    }

    private static async Task<IResult> StepAsync(
        HttpRequest request, RedemptionStatus into,
        Func<CustomerId, RedemptionId, CancellationToken, ValueTask<RedemptionAnswer>> step)
    {
        var errors = new InputErrors();
        return TryPath(request, errors, out var customer, out var id)
            ? Answer(await step(customer, id, request.HttpContext.RequestAborted), into)
            : errors.Answer();
    }

    private static bool TryPath(HttpRequest request, InputErrors errors, out CustomerId customer, out RedemptionId id)
    {
        (customer, id) = (default, default);
        var owner = request.PathId("customerId", errors);
        var redemption = request.PathId("redemptionId", errors);
        if (owner is null || redemption is null)
            return false;
        (customer, id) = (new CustomerId(owner), new RedemptionId(redemption));
        return true;
    }

    private static ApiAnswer Answer(RedemptionAnswer answer, RedemptionStatus into, string? newOf = null) => answer switch
    {
        RedemptionAnswer.Done done => JsonAnswer.Of(
            newOf is null ? StatusCodes.Status200OK : StatusCodes.Status201Created, (done.Redemption, into),
            RedemptionJson.Redemption,
            location: newOf is null ? null : $"/v1/customers/{newOf}/redemptions/{done.Redemption.Id}",
            isReplayed: done.Replayed),
        RedemptionAnswer.ContentDiffers =>
            Problems.ContentDiffers.Answer("This redemption was asked for before with other content."),
        RedemptionAnswer.UnknownCustomer => Problems.UnknownCustomer.Answer(),
        RedemptionAnswer.UnknownReward => Problems.UnknownReward.Answer(),
        RedemptionAnswer.UnknownRedemption => Problems.UnknownRedemption.Answer(),
        RedemptionAnswer.Refused refused => Refusals.Of(refused.Problem).Answer(),
        RedemptionAnswer.NotPossible refused => Refusals.Of(refused.Problem).Answer(),
        RedemptionAnswer.PointsRefused refused => Refusals.Of(refused.Reason).Answer(),
        _ => throw new InvalidOperationException($"Unknown answer {answer.GetType().Name}."),
    };
}
