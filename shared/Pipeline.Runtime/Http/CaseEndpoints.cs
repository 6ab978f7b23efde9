using Microsoft.AspNetCore.Http;
using Pipeline.Domain;
using Pipeline.Runtime.Cases;
using Pipeline.Runtime.Contracts;
using Pipeline.Runtime.Satisfaction;

namespace Pipeline.Runtime.Http;

/// <summary>Cases, as staff work them.</summary>
public sealed class CaseEndpoints(
    CaseReader reader, CaseDesk desk, SurveyLinks links, HttpOptions options, TimeProvider clock)
{
    private static readonly (string Word, CaseStatus Status)[] Statuses =
        [.. Enum.GetValues<CaseStatus>().Select(static status => (CaseJson.Word(status), status))];

    /// <summary>GET /v1/cases?status=&amp;limit=&amp;cursor=.</summary>
    public async Task<IResult> ListAsync(HttpRequest request)
    {
        var errors = new InputErrors();
        var word = request.Single("status", errors);
        var status = Array.Find(Statuses, known => known.Word == word);
        if (word is not null && status.Word is null)
            errors.Add("status", $"must be one of: {string.Join(", ", Statuses.Select(static known => known.Word))}");
        var limit = request.Limit(errors);
        var cursor = request.Cursor(errors);
        if (!errors.IsEmpty)
            return errors.Answer();
        var (cases, next) = await reader.ListAsync(
            word is null ? null : status.Status, limit, cursor, request.HttpContext.RequestAborted);
        var shown = new List<ShownCase>(cases.Count);
        foreach (var file in cases)
            shown.Add(await ShownAsync(file, request));
        return JsonAnswer.Of(
            StatusCodes.Status200OK, shown, CaseJson.Cases,
            link: request.NextLink(limit, next, word is null ? null : $"status={word}&"));
    }

    /// <summary>GET /v1/cases/{caseId}.</summary>
    public async Task<IResult> GetAsync(HttpRequest request)
    {
        var errors = new InputErrors();
        if (request.PathId("caseId", errors) is not { } id)
            return errors.Answer();
        var file = await desk.GetAsync(new CaseId(id), request.HttpContext.RequestAborted);
        return file is null ? Unknown() : JsonAnswer.Ok(await ShownAsync(file, request), CaseJson.Case);
    }

    /// <summary>POST /v1/cases/{caseId}/events.</summary>
    public async Task<IResult> PostEventAsync(HttpRequest request)
    {
        var errors = new InputErrors();
        var id = request.PathId("caseId", errors);
        var call = ApiCall.Of(request);
        if (!CaseEventInput.TryRead(call, errors, out var input, out var refusal))
            return refusal;
        var caller = call.Key!;
        // The gate keeps answers for a day; this key keeps a request from being done twice for ever. What was asked is part
        // of it: after that day the same header may stand on another event, which must not be taken for a repetition.
        var key = ShortHash.Of($"{caller.KeyId}\n{call.IdempotencyKey}\n{input}");
        var answer = await desk.AskAsync(
            new CaseId(id!), input, caller.Name, key, request.HttpContext.RequestAborted);
        return answer switch
        {
            CaseAnswer.Done done => JsonAnswer.Of(
                StatusCodes.Status201Created, await ShownAsync(done.File, request), CaseJson.Case,
                isReplayed: done.Replayed),
            CaseAnswer.Unknown => Unknown(),
            CaseAnswer.Refused refused => ProblemOf(refused.Problem).Answer(),
            CaseAnswer.PointsRefused refused => Refusals.Of(refused.Reason).Answer(),
            CaseAnswer.AboveLimit above => Problems.AdjustmentAboveLimit.Answer(
                $"One key gives at most {above.Max} points as goodwill. Above it, post an adjustment, which another key approves."),
            _ => throw new InvalidOperationException($"Unknown answer {answer.GetType().Name}."),
        };
    }

    private async ValueTask<ShownCase> ShownAsync(CaseFile file, HttpRequest request)
    {
        var followUps = new Dictionary<string, (string, string)>(StringComparer.Ordinal);
        foreach (var resolved in file.Events.OfType<CaseEvent.Resolved>())
            if (resolved.FollowUp is { } sent)
            {
                var link = await links.LinkAsync(sent.LinkId, sent.ExpiresAt, request.HttpContext.RequestAborted);
                followUps[sent.LinkId] = (link.Token, FeedbackEndpoints.UrlOf(link.Token, options, request));
            }

        return new ShownCase(file, clock.GetUtcNow(), followUps);
    }

    private static ProblemType ProblemOf(CaseProblem problem) => problem switch
    {
        CaseProblem.Resolved => Problems.CaseResolved,
        CaseProblem.NotResolved => Problems.CaseNotResolved,
        CaseProblem.NoCustomer => Problems.CaseWithoutCustomer,
        CaseProblem.Full => Problems.CaseFull,
        _ => throw new ArgumentOutOfRangeException(nameof(problem), problem, "Not a problem of a case."),
    };

    private static ApiAnswer Unknown() => Problems.NotFound.Answer("There is no such case.");
}
