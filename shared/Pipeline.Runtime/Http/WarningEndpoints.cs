using Microsoft.AspNetCore.Http;
using Pipeline.Runtime.Contracts;
using Pipeline.Runtime.Insight;

namespace Pipeline.Runtime.Http;

/// <summary>Customers who seem to leave.</summary>
public sealed class WarningEndpoints(WarningReader reader)
{
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
        try
        {
            var (warnings, next) = await reader.ListAsync(
                status == "open", limit, cursor, request.HttpContext.RequestAborted);
            return JsonAnswer.Of(
                StatusCodes.Status200OK, warnings, WarningJson.Warnings,
                link: request.NextLink(limit, next, $"status={status}&"));
        }
        catch (ArgumentException) when (cursor is not null)
        {
            return InputErrors.Answer("cursor", QueryInput.ForeignCursor);
        }
    }
}
