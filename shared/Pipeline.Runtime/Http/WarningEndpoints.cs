using System.Globalization;
using Microsoft.AspNetCore.Http;
using Pipeline.Domain;
using Pipeline.Runtime.Contracts;
using Pipeline.Runtime.Insight;

namespace Pipeline.Runtime.Http;

/// <summary>Customers who seem to leave.</summary>
public sealed class WarningEndpoints(WarningReader reader, WarningDesk desk)
{
    /// <summary>POST /v1/customers/{customerId}/churn-warnings/{openedOn}/outcome.</summary>
    public async Task<IResult> PostOutcomeAsync(HttpRequest request)
    {
        var errors = new InputErrors();
        var customer = request.PathId("customerId", errors);
        var text = request.PathId("openedOn", errors);
        if (!errors.IsEmpty)
            return errors.Answer();
        if (!OutcomeInput.TryRead(ApiCall.Of(request), out var outcome, out var refusal))
            return refusal;
        if (!DateOnly.TryParseExact(
            text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var openedOn))
            return Problems.NotFound.Answer("There is no such warning.");
        return await desk.EndAsync(
            new CustomerId(customer!), openedOn, outcome.Value, request.HttpContext.RequestAborted) switch
        {
            EndedWarning.Done done => JsonAnswer.Ok(done.Warning, WarningJson.Warning, isReplayed: done.Replayed),
            EndedWarning.Unknown => Problems.NotFound.Answer("There is no such warning."),
            EndedWarning.EndedOtherwise => Problems.ContentDiffers.Answer("The warning has ended with another outcome."),
            _ => throw new InvalidOperationException("Unknown answer."),
        };
    }

    /// <summary>GET /v1/churn-warnings?status=&amp;limit=&amp;cursor=.</summary>
    public async Task<IResult> ListAsync(HttpRequest request)
    {
        var errors = new InputErrors();
        var limit = request.Limit(errors);
        var cursor = request.Cursor(errors);
        var status = request.Single("status", errors) ?? "open";
        if (status is not ("open" or "closed"))
            errors.Add("status", "must be open or closed");
        if (!errors.IsEmpty)
            return errors.Answer();
        var (warnings, next) = await reader.ListAsync(
            status == "open", limit, cursor, request.HttpContext.RequestAborted);
        return JsonAnswer.Of(
            StatusCodes.Status200OK, warnings, WarningJson.Warnings,
            link: request.NextLink(limit, next, $"status={status}&"));
    }
}
