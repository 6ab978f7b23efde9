using Microsoft.AspNetCore.Http;
using Pipeline.Runtime.Contracts;
using Pipeline.Runtime.Nightly;

namespace Pipeline.Runtime.Http;

/// <summary>Runs of the nightly work.</summary>
public sealed class RunEndpoints(NightlyRuns runs)
{
    /// <summary>POST /v1/runs.</summary>
    public async Task<IResult> PostAsync(HttpRequest request)
    {
        if (!RunInput.TryRead(ApiCall.Of(request), out var input, out var refusal))
            return refusal;
        try
        {
            // A slot that was planned before is told as it stands now, which is not the first answer again.
            var (run, _) = await runs.PlanAsync(input.Kind, input.Slot, request.HttpContext.RequestAborted);
            return JsonAnswer.Of(StatusCodes.Status202Accepted, run, OperationsJson.Run, $"/v1/runs/{run.RunId}");
        }
        catch (FutureSlotException)
        {
            return InputErrors.Answer("/slot", "has not begun in the program's time zone");
        }
    }

    /// <summary>GET /v1/runs?limit=&amp;cursor=.</summary>
    public async Task<IResult> ListAsync(HttpRequest request)
    {
        var errors = new InputErrors();
        var limit = request.Limit(errors);
        var cursor = request.Cursor(errors);
        if (!errors.IsEmpty)
            return errors.Answer();
        var (page, next) = await runs.ListAsync(limit, cursor, request.HttpContext.RequestAborted);
        return JsonAnswer.Of(
            StatusCodes.Status200OK, page, OperationsJson.Runs, link: request.NextLink(limit, next));
    }

    /// <summary>GET /v1/runs/{runId}.</summary>
    public async Task<IResult> GetAsync(HttpRequest request)
    {
        var errors = new InputErrors();
        if (request.PathId("runId", errors) is not { } id)
            return errors.Answer();
        var run = await runs.GetAsync(id, request.HttpContext.RequestAborted);
        return run is null ? Problems.NotFound.Answer("There is no such run.") : JsonAnswer.Ok(run, OperationsJson.Run);
    }
}
