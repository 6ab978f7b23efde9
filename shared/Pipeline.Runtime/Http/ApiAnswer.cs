using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Pipeline.Runtime.Http;

/// <summary>An answer as bytes, so that it can be sent, kept for a repetition, and sent again.</summary>
internal sealed class ApiAnswer : IResult, IStatusCodeHttpResult
{
    public const string Json = "application/json";
    public const string ProblemJson = "application/problem+json";
    public const string ReplayedHeader = "Idempotent-Replayed";

    public static readonly ApiAnswer NoContent = new() { Status = StatusCodes.Status204NoContent };

    /// <summary>For a client that went away: nobody reads it.</summary>
    public static readonly ApiAnswer Nobody = new() { Status = StatusCodes.Status499ClientClosedRequest };

    public required int Status { get; init; }

    public string? ContentType { get; init; }

    public ReadOnlyMemory<byte> Body { get; init; }

    public string? Location { get; init; }

    public string? Link { get; init; }

    public string? Allow { get; init; }

    public int RetryAfterSeconds { get; init; }

    /// <summary>The first answer again.</summary>
    public bool IsReplayed { get; init; }

    /// <summary>Holds personal data or a secret: no cache may keep it.</summary>
    public bool IsPrivate { get; init; }

    /// <summary>The caller has to show a key.</summary>
    public bool IsChallenge { get; init; }

    /// <summary>The rest of the request is not read: the connection ends with the answer.</summary>
    public bool EndsConnection { get; init; }

    int? IStatusCodeHttpResult.StatusCode => Status;

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = Status;
        var headers = response.Headers;
        if (Location is not null)
            headers.Location = Location;
        if (IsReplayed)
            headers[ReplayedHeader] = "true";
        if (IsPrivate)
            headers.CacheControl = "no-store";
        if (Status >= StatusCodes.Status300MultipleChoices || Link is not null)
            WriteUncommon(httpContext, headers);
        if (Body.IsEmpty)
            return Task.CompletedTask;
        headers.ContentType = ContentType;
        headers.ContentLength = Body.Length;
        return response.BodyWriter.WriteAsync(Body, httpContext.RequestAborted).AsTask();
    }

    private void WriteUncommon(HttpContext context, IHeaderDictionary headers)
    {
        if (Link is not null)
            headers.Link = Link;
        if (Allow is not null)
            headers.Allow = Allow;
        if (RetryAfterSeconds > 0)
            headers.RetryAfter = RetryAfterSeconds.ToString(CultureInfo.InvariantCulture);
        if (IsChallenge)
            headers[HeaderNames.WWWAuthenticate] = "Bearer realm=\"pipeline\"";
        if (EndsConnection && !HttpProtocol.IsHttp2(context.Request.Protocol))
            headers.Connection = "close";
    }
}
