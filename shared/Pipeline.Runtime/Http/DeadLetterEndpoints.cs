using System.Globalization;
using Microsoft.AspNetCore.Http;
using Pipeline.Runtime.Contracts;
using Pipeline.Runtime.Ports;

namespace Pipeline.Runtime.Http;

/// <summary>Messages that could not be worked; a host without <see cref="IDeadLetters"/> has none to show.</summary>
public sealed class DeadLetterEndpoints(IDeadLetters? letters)
{
    /// <summary>GET /v1/dead-letters?queue=&amp;limit=&amp;cursor=.</summary>
    public async Task<IResult> ListAsync(HttpRequest request)
    {
        var errors = new InputErrors();
        var queue = request.Single("queue", errors) ?? QueueNames.Purchases;
        if (!QueueNames.All.Contains(queue))
            errors.Add("queue", $"must be one of: {string.Join(", ", QueueNames.All)}");
        var limit = request.Limit(errors);
        var cursor = request.Cursor(errors);
        if (!errors.IsEmpty)
            return errors.Answer();
        if (letters is null)
            return JsonAnswer.Ok<IReadOnlyList<DeadLetter>>([], OperationsJson.DeadLetters);
        try
        {
            var page = await letters.ListAsync(queue, limit, cursor, request.HttpContext.RequestAborted);
            return JsonAnswer.Of(
                StatusCodes.Status200OK, page.Letters, OperationsJson.DeadLetters,
                link: request.NextLink(limit, page.Cursor, $"queue={queue}&"));
        }
        catch (ArgumentException) when (cursor is not null)
        {
            return InputErrors.Answer("cursor", QueryInput.ForeignCursor);
        }
    }

    /// <summary>POST /v1/dead-letters/{queue}/{sequence}/replay.</summary>
    public async Task<IResult> ReplayAsync(HttpRequest request)
    {
        var sent = request.RouteValues["sequence"] as string;
        var isNumber = long.TryParse(sent, NumberStyles.None, CultureInfo.InvariantCulture, out var sequence);
        var isDone = letters is not null && isNumber
            && request.RouteValues["queue"] is string queue && QueueNames.All.Contains(queue)
            && await letters.ReplayAsync(queue, sequence, request.HttpContext.RequestAborted);
        return isDone
            ? JsonAnswer.Of(StatusCodes.Status202Accepted, "queued", OperationsJson.Status)
            : Problems.NotFound.Answer("There is no such dead letter.");
    }
}
