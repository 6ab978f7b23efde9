using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http;
using Pipeline.Domain;
using Pipeline.Runtime.Contracts;
using Pipeline.Runtime.Members;

namespace Pipeline.Runtime.Http;

/// <summary>Points by hand, and the second pair of eyes.</summary>
public sealed class AdjustmentEndpoints(Adjustments adjustments, PendingAdjustments pending)
{
    /// <summary>POST /v1/customers/{customerId}/adjustments.</summary>
    public async Task<IResult> PostAsync(HttpRequest request)
    {
        var errors = new InputErrors();
        if (request.PathId("customerId", errors) is not { } customer)
            return errors.Answer();
        var call = ApiCall.Of(request);
        if (!MemberInput.TryReadAdjustment(call, out var input, out var refusal))
            return refusal;
        var answer = await adjustments.AskAsync(
            new CustomerId(customer), input.Id, input.Points, input.Reason, call.Key!.Name,
            request.HttpContext.RequestAborted);
        return answer is AdjustmentAnswer.Done { Adjustment: var made, Replayed: var isReplayed }
            ? JsonAnswer.Of(
                made.Stored.IsFourEyes ? StatusCodes.Status202Accepted : StatusCodes.Status201Created,
                made, MemberJson.Adjustment,
                $"/v1/customers/{customer}/adjustments/{made.Id}", isReplayed: isReplayed)
            : ProblemOf(answer);
    }

    /// <summary>GET /v1/customers/{customerId}/adjustments/{adjustmentId}.</summary>
    public async Task<IResult> GetAsync(HttpRequest request)
    {
        if (!TryReadPath(request, out var customer, out var id, out var refusal))
            return refusal;
        return await adjustments.GetAsync(customer, id, request.HttpContext.RequestAborted) is { } found
            ? JsonAnswer.Ok(found, MemberJson.Adjustment)
            : ProblemOf(new AdjustmentAnswer.Unknown());
    }

    /// <summary>POST /v1/customers/{customerId}/adjustments/{adjustmentId}/approve.</summary>
    public Task<IResult> ApproveAsync(HttpRequest request) => DecideAsync(request, approves: true);

    /// <summary>POST /v1/customers/{customerId}/adjustments/{adjustmentId}/reject.</summary>
    public Task<IResult> RejectAsync(HttpRequest request) => DecideAsync(request, approves: false);

    /// <summary>GET /v1/adjustments?status=pending&amp;limit=&amp;cursor=.</summary>
    public async Task<IResult> ListAsync(HttpRequest request)
    {
        var errors = new InputErrors();
        if (request.Single("status", errors) is not (null or "pending"))
            errors.Add("status", "must be pending");
        var limit = request.Limit(errors);
        var cursor = request.Cursor(errors);
        if (!errors.IsEmpty)
            return errors.Answer();
        var (found, next) = await pending.ListAsync(limit, cursor, request.HttpContext.RequestAborted);
        return JsonAnswer.Of(
            StatusCodes.Status200OK, found, MemberJson.Adjustments,
            link: request.NextLink(limit, next, "status=pending&"));
    }

    private async Task<IResult> DecideAsync(HttpRequest request, bool approves)
    {
        if (!TryReadPath(request, out var customer, out var id, out var refusal))
            return refusal;
        var answer = await adjustments.DecideAsync(
            customer, id, approves, ApiCall.Of(request).Key!.Name, request.HttpContext.RequestAborted);
        return answer is AdjustmentAnswer.Done done
            ? JsonAnswer.Ok(done.Adjustment, MemberJson.Adjustment, isReplayed: done.Replayed)
            : ProblemOf(answer);
    }

    private static bool TryReadPath(
        HttpRequest request, out CustomerId customer, out AdjustmentId id, [NotNullWhen(false)] out ApiAnswer? refusal)
    {
        var errors = new InputErrors();
        var (one, two) = (request.PathId("customerId", errors), request.PathId("adjustmentId", errors));
        if (one is null || two is null)
        {
            (customer, id, refusal) = (default, default, errors.Answer());
            return false;
        }

        (customer, id, refusal) = (new CustomerId(one), new AdjustmentId(two), null);
        return true;
    }

    private static ApiAnswer ProblemOf(AdjustmentAnswer answer) => answer switch
    {
        AdjustmentAnswer.UnknownCustomer => Problems.UnknownCustomer.Answer(),
        AdjustmentAnswer.Unknown => Problems.NotFound.Answer("There is no such adjustment."),
        AdjustmentAnswer.ContentDiffers =>
            Problems.ContentDiffers.Answer("This adjustmentId was used before with other content."),
        AdjustmentAnswer.AboveLimit above => Problems.AdjustmentAboveLimit.Answer(
            $"The program lets one adjustment move at most {above.Max} points."),
        AdjustmentAnswer.SameApprover => Problems.SameApprover.Answer(),
        AdjustmentAnswer.Decided => Problems.AdjustmentDecided.Answer(),
        AdjustmentAnswer.Refused refused => Refusals.Of(refused.Reason).Answer(),
        _ => throw new InvalidOperationException($"Unknown answer {answer.GetType().Name}."),
    };
}
