using Microsoft.AspNetCore.Http;
using Pipeline.Runtime.Contracts;
using Pipeline.Runtime.Ports;

namespace Pipeline.Runtime.Http;

/// <summary>What operators and tools ask without a key.</summary>
public sealed class OperationsEndpoints(IDocumentStore store, IEnumerable<IReadiness> parts)
{
    private static readonly ApiAnswer Live = Status(StatusCodes.Status200OK, "live");
    private static readonly ApiAnswer Ready = Status(StatusCodes.Status200OK, "ready");
    private static readonly ApiAnswer OpenApi = new()
    {
        Status = StatusCodes.Status200OK,
        ContentType = ApiAnswer.Json,
        Body = Read("openapi.json"),
    };

    private static readonly ApiAnswer Survey = new()
    {
        Status = StatusCodes.Status200OK,
        ContentType = "text/html; charset=utf-8",
        Body = Read("survey.html"),
    };

    /// <summary>The document as it is served, UTF-8.</summary>
    public static ReadOnlyMemory<byte> OpenApiDocument => OpenApi.Body;

    /// <summary>GET /health/live: the process runs.</summary>
    public static Task<IResult> LiveAsync(HttpRequest request) => Task.FromResult<IResult>(Live);

    /// <summary>GET /health/ready: the store answers, and every part of the host can do its work.</summary>
    public async Task<IResult> ReadyAsync(HttpRequest request)
    {
        foreach (var part in parts)
            if (part.Problem is { } problem)
                return Problems.Unavailable.Answer(problem, retryAfterSeconds: 1);
        try
        {
            await store.ReadAsync(new DocumentKey("~health", "health", "ready"), request.HttpContext.RequestAborted);
            return Ready;
        }
        catch (StoreUnavailableException)
        {
            return Problems.Unavailable.Answer("The store does not answer.", retryAfterSeconds: 1);
        }
    }

    /// <summary>GET /openapi.json.</summary>
    public static Task<IResult> OpenApiAsync(HttpRequest request) => Task.FromResult<IResult>(OpenApi);

    /// <summary>GET /problems/{code}: what a problem's <c>type</c> points to.</summary>
    public static Task<IResult> ProblemAsync(HttpRequest request) => Task.FromResult<IResult>(
        Problems.Find(request.RouteValues["code"] as string ?? "") is { } problem
            ? JsonAnswer.Of(StatusCodes.Status200OK, problem, OperationsJson.Problem, isPrivate: false)
            : Problems.NotFound.Answer("There is no such problem."));

    /// <summary>GET /survey: the form that a survey link leads to.</summary>
    public static Task<IResult> SurveyAsync(HttpRequest request) => Task.FromResult<IResult>(Survey);

    private static ApiAnswer Status(int code, string status) =>
        JsonAnswer.Of(code, status, OperationsJson.Status, isPrivate: false);

    private static byte[] Read(string name)
    {
        using var resource = typeof(OperationsEndpoints).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The assembly lacks its resource {name}.");
        using var bytes = new MemoryStream();
        resource.CopyTo(bytes);
        return bytes.ToArray();
    }
}
