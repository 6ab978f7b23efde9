using System.Globalization;
using System.Net;
using Microsoft.Azure.Cosmos;

namespace Pipeline.Cosmos.Requests;

internal enum Verdict
{
    /// <summary>An answer that the operation knows how to read: done, absent, unchanged or refused.</summary>
    Answered,

    /// <summary>Too busy now (429), or crossed by another write (449): nothing was done, come back later.</summary>
    Throttled,

    /// <summary>The service cannot say: ours to repeat.</summary>
    Unavailable,

    /// <summary>The request itself is wrong.</summary>
    Malformed,
}

/// <summary>What an answer says beside its content.</summary>
/// <param name="SubStatus">The service's second code, which tells apart what shares a status; "0" for none.</param>
/// <param name="RetryAfter">The service's own delay; null where it named none.</param>
internal readonly record struct Outcome(HttpStatusCode Status, string SubStatus, double Charge, TimeSpan? RetryAfter)
{
    private const HttpStatusCode RetryWith = (HttpStatusCode)449;
    private const string SubStatusHeader = "x-ms-substatus";
    private const string RetryAfterHeader = "x-ms-retry-after-ms";

    public Verdict Verdict => Status switch
    {
        HttpStatusCode.TooManyRequests or RetryWith => Verdict.Throttled,
        HttpStatusCode.BadRequest => Verdict.Malformed,
        // Only "no such item": not a replica that lags behind the session (1002), nor a missing container (1003).
        HttpStatusCode.NotFound => SubStatus == "0" ? Verdict.Answered : Verdict.Unavailable,
        HttpStatusCode.NotModified or HttpStatusCode.Conflict or HttpStatusCode.PreconditionFailed
            or HttpStatusCode.RequestEntityTooLarge => Verdict.Answered,
        _ => (int)Status is >= 200 and < 300 ? Verdict.Answered : Verdict.Unavailable,
    };

    /// <summary>The service, or a proxy between, failed on the way: what was asked may have happened.</summary>
    public bool MayBeDone => Status is HttpStatusCode.RequestTimeout || (int)Status >= 500;

    public static Outcome Of(ResponseMessage answer) => Of(answer.StatusCode, answer.Headers, retryAfter: null);

    public static Outcome Of(TransactionalBatchResponse answer) =>
        Of(answer.StatusCode, answer.Headers, answer.RetryAfter);

    public static Outcome Of(CosmosException error) => Of(error.StatusCode, error.Headers, error.RetryAfter);

    private static Outcome Of(HttpStatusCode status, Headers headers, TimeSpan? retryAfter)
    {
        if (headers.TryGetValue(RetryAfterHeader, out var text)
            && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var milliseconds))
        {
            retryAfter = TimeSpan.FromMilliseconds(milliseconds);
        }

        return new Outcome(status, headers[SubStatusHeader] ?? "0", headers.RequestCharge, retryAfter);
    }
}
