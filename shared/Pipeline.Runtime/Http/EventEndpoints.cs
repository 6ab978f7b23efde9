using Microsoft.AspNetCore.Http;
using Pipeline.Runtime.Contracts;
using Pipeline.Runtime.Events;
using Pipeline.Runtime.Ports;

namespace Pipeline.Runtime.Http;

/// <summary>Events that were not delivered.</summary>
public sealed class EventEndpoints(UndeliveredEvents undelivered)
{
    /// <summary>GET /v1/undelivered-events?limit=&amp;cursor=.</summary>
    public async Task<IResult> ListAsync(HttpRequest request)
    {
        var errors = new InputErrors();
        var limit = request.Limit(errors);
        var cursor = request.Cursor(errors);
        if (!errors.IsEmpty)
            return errors.Answer();
        var (events, next) = await undelivered.ListAsync(limit, cursor, request.HttpContext.RequestAborted);
        return JsonAnswer.Of(
            StatusCodes.Status200OK, events, OperationsJson.UndeliveredEvents, link: request.NextLink(limit, next));
    }

    /// <summary>POST /v1/undelivered-events/{customerId}/{eventId}/replay.</summary>
    public async Task<IResult> ReplayAsync(HttpRequest request)
    {
        var errors = new InputErrors();
        if (request.PathId("customerId", errors) is not { } customer)
            return errors.Answer();
        var isDone = request.RouteValues["eventId"] is string { Length: <= StoreLimits.IdCharactersMax } id
            && await undelivered.ReplayAsync(customer, id, request.HttpContext.RequestAborted);
        return isDone
            ? JsonAnswer.Of(StatusCodes.Status202Accepted, "queued", OperationsJson.Status)
            : Problems.NotFound.Answer("No such event of this customer is undelivered.");
    }
}
