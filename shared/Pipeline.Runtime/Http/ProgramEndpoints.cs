using System.Globalization;
using Microsoft.AspNetCore.Http;
using Pipeline.Domain;
using Pipeline.Runtime.Contracts;
using Pipeline.Runtime.Loyalty;

namespace Pipeline.Runtime.Http;

/// <summary>The loyalty program: what is in effect, what was, and what is to be.</summary>
public sealed class ProgramEndpoints(IProgramSource programs, StoredPrograms stored, TimeProvider clock)
{
    private Written? written;

    /// <summary>GET /v1/program.</summary>
    public Task<IResult> GetAsync(HttpRequest request)
    {
        var current = programs.Current;
        var last = written;
        if (last is null || !ReferenceEquals(last.Program, current))
            written = last = new Written(current, ProgramDocument.Write(current));
        return Task.FromResult<IResult>(DocumentOf(last.Json));
    }

    /// <summary>PUT /v1/program?effectiveFrom=&amp;dryRun=.</summary>
    public async Task<IResult> PutAsync(HttpRequest request)
    {
        var errors = new InputErrors();
        var effectiveFrom = request.Instant("effectiveFrom", errors);
        var isDryRun = request.Flag("dryRun", errors);
        var body = ApiCall.Of(request).Body;
        if (!JsonBody.TryParse(body, out var json, out var refusal))
            return refusal;
        json.Dispose();
        var parse = ProgramDocument.Parse(body.Span);
        foreach (var (pointer, problem) in parse.Errors)
            errors.Add(pointer, Sentence(problem));
        if (!errors.IsEmpty || parse.Program is not { } program)
            return errors.Answer();
        return await stored.PutAsync(program, effectiveFrom, isDryRun, request.HttpContext.RequestAborted) switch
        {
            ProgramAnswer.Accepted done => JsonAnswer.Ok((done, isDryRun), ProgramJson.Accepted),
            ProgramAnswer.Repeated known => JsonAnswer.Ok((known, isDryRun), ProgramJson.Repeated, isReplayed: true),
            ProgramAnswer.Conflict no => Problems.ProgramVersion.Answer(no.Detail),
            ProgramAnswer.TooEarly no => Problems.EffectiveTooEarly.Answer(
                $"A new version can take effect at {Rfc3339.Format(no.Earliest)} at the earliest."),
            var other => throw new InvalidOperationException($"Unknown answer {other.GetType().Name}."),
        };
    }

    /// <summary>GET /v1/program/versions?limit=&amp;cursor=: the latest first.</summary>
    public Task<IResult> ListVersionsAsync(HttpRequest request)
    {
        var errors = new InputErrors();
        var limit = request.Limit(errors);
        var below = VersionBefore(request.Cursor(errors), errors);
        if (!errors.IsEmpty)
            return Task.FromResult<IResult>(errors.Answer());
        var history = programs.Programs;
        var page = history.Versions.Reverse().Where(version => version.Program.Version < below).Take(limit + 1).ToList();
        var cursor = page.Count > limit ? page[limit - 1].Program.Version.ToString(CultureInfo.InvariantCulture) : null;
        var shown = new ProgramVersionsPage(history, page[..Math.Min(limit, page.Count)], clock.GetUtcNow());
        return Task.FromResult<IResult>(JsonAnswer.Of(
            StatusCodes.Status200OK, shown, ProgramJson.Versions, link: request.NextLink(limit, cursor)));
    }

    /// <summary>GET /v1/program/versions/{version}: its document.</summary>
    public Task<IResult> GetVersionAsync(HttpRequest request)
    {
        var errors = new InputErrors();
        if (request.PathId("version", errors) is not { } number)
            return Task.FromResult<IResult>(errors.Answer());
        var found = programs.Programs.Versions.FirstOrDefault(
            version => version.Program.Version.ToString(CultureInfo.InvariantCulture) == number);
        return Task.FromResult<IResult>(found is null
            ? Problems.NotFound.Answer("No such version of the program is stored.")
            : DocumentOf(ProgramDocument.Write(found.Program)));
    }

    private static int VersionBefore(string? cursor, InputErrors errors)
    {
        if (cursor is null)
            return int.MaxValue;
        if (int.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out var version))
            return version;
        errors.Add("cursor", QueryInput.ForeignCursor);
        return 0;
    }

    /// <summary>What follows the place's name: the messages of a program are sentences of their own.</summary>
    private static string Sentence(string problem) => $"is refused: {problem.TrimEnd('.')}";

    private static ApiAnswer DocumentOf(byte[] json) =>
        new() { Status = StatusCodes.Status200OK, ContentType = ApiAnswer.Json, Body = json };

    private sealed record Written(LoyaltyProgram Program, byte[] Json);
}
