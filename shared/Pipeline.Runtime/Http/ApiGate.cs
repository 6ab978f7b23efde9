using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Pipeline.Runtime.Http.Idempotency;
using Pipeline.Runtime.Loyalty;
using Pipeline.Runtime.Ports;
using Pipeline.Runtime.Security;

namespace Pipeline.Runtime.Http;

/// <summary>
/// Stands around every endpoint in every host: key, scope, rate, body, repetition; and turns what is thrown into a
/// problem. What it refuses changes nothing.
/// </summary>
public sealed partial class ApiGate
{
    private const string BearerPrefix = "Bearer ";

    private readonly ApiKeys keys;
    private readonly IdempotencyRecords repetitions;
    private readonly RateLimits limits;
    private readonly AddressLimits addresses;
    private readonly TimeProvider clock;
    private readonly ILogger<ApiGate> logger;

    internal ApiGate(
        ApiKeys keys, IdempotencyRecords repetitions, RateLimits limits, AddressLimits addresses, TimeProvider clock,
        ILogger<ApiGate> logger)
    {
        this.keys = keys;
        this.repetitions = repetitions;
        this.limits = limits;
        this.addresses = addresses;
        this.clock = clock;
        this.logger = logger;
    }

    /// <summary>Answers a request, for a host that routes it itself.</summary>
    public Task InvokeAsync(ApiEndpoint endpoint, HttpContext context) => RunAsync(endpoint, context.Request, sends: true);

    /// <summary>The answer to a request, for a host that sends it itself. Throws nothing.</summary>
    public Task<IResult> RunAsync(ApiEndpoint endpoint, HttpRequest request) => RunAsync(endpoint, request, sends: false);

    private async Task<IResult> RunAsync(ApiEndpoint endpoint, HttpRequest request, bool sends)
    {
        using var span = HttpTelemetry.StartSpan(endpoint, request);
        var start = HttpTelemetry.Start(clock);
        IResult result;
        try
        {
            result = await AdmitAsync(endpoint, request);
        }
        catch (Exception fault)
        {
            result = AnswerTo(fault, endpoint, request.HttpContext);
        }
        finally
        {
            ApiCall.Find(request)?.Dispose();
        }

        var status = (result as IStatusCodeHttpResult)?.StatusCode ?? StatusCodes.Status200OK;
        span?.SetTag("http.response.status_code", status);
        HttpTelemetry.Record(clock, start, endpoint, status, result is ApiAnswer { IsReplayed: true });
        if (sends)
            await result.ExecuteAsync(request.HttpContext);
        return result;
    }

    /// <summary>The answer where no endpoint has the address.</summary>
    public static Task NotFoundAsync(HttpContext context) => NotFound().ExecuteAsync(context);

    /// <summary>The answer where an endpoint has the address, but not for the method.</summary>
    /// <param name="allowed">The methods that it has: "GET, PUT".</param>
    public static Task MethodNotAllowedAsync(HttpContext context, string allowed) =>
        MethodNotAllowed(allowed).ExecuteAsync(context);

    internal static IResult NotFound() => Problems.NotFound.Answer("No endpoint has this address.");

    internal static IResult MethodNotAllowed(string allowed) =>
        Problems.MethodNotAllowed.Answer($"This address takes {allowed}.", allow: allowed);

    private Task<IResult> AdmitAsync(ApiEndpoint endpoint, HttpRequest request)
    {
        if (endpoint.Scopes is null)
            return AdmitAsync(endpoint, request, null);
        if (endpoint.IsPublic && request.Headers.Authorization.Count == 0)
            return AdmitPublicAsync(endpoint, request);
        // Known keys are in memory; only a new one has to be waited for.
        var finding = AuthenticateAsync(request);
        return finding.IsCompletedSuccessfully
            ? AdmitAsync(endpoint, request, finding.Result)
            : AwaitKeyAsync(endpoint, request, finding);
    }

    /// <summary>Strangers share no names: what they repeat is known by their token.</summary>
    private Task<IResult> AdmitPublicAsync(ApiEndpoint endpoint, HttpRequest request) =>
        addresses.Take(request) is > 0 and var seconds
            ? Task.FromResult<IResult>(Problems.RateLimited.Answer(
                "This address has used up the requests that it may send for now.", retryAfterSeconds: seconds))
            : HandleWithBodyAsync(endpoint, request, null, null);

    private async Task<IResult> AwaitKeyAsync(ApiEndpoint endpoint, HttpRequest request, ValueTask<ApiKey?> finding) =>
        await AdmitAsync(endpoint, request, await finding);

    private Task<IResult> AdmitAsync(ApiEndpoint endpoint, HttpRequest request, ApiKey? key)
    {
        if (Refusal(endpoint, key) is { } refusal)
            return Task.FromResult<IResult>(refusal);
        string? repetitionKey = null;
        if (HttpMethods.IsPost(endpoint.Method) && request.Headers.TryGetValue(IdempotencyKeys.Header, out var sent))
        {
            if (!IdempotencyKeys.TryRead(sent, out repetitionKey))
                return Task.FromResult<IResult>(InputErrors.Answer(IdempotencyKeys.Header, IdempotencyKeys.Problem));
        }
        else if (endpoint.NeedsIdempotencyKey)
        {
            return Task.FromResult<IResult>(Problems.IdempotencyKeyMissing.Answer());
        }

        return endpoint.Body == BodyRule.Ignored && repetitionKey is null
            ? HandleAsync(endpoint, request, new ApiCall { Key = key?.Info })
            : HandleWithBodyAsync(endpoint, request, key, repetitionKey);
    }

    private ApiAnswer? Refusal(ApiEndpoint endpoint, ApiKey? key)
    {
        if (endpoint.Scopes is not { } scopes)
            return null;
        if (key is null)
            return Problems.Unauthorized.Answer();
        if ((key.Info.Scopes & scopes) == 0)
            return Forbidden(scopes);
        return limits.Take(key.Info.KeyId) is > 0 and var seconds
            ? Problems.RateLimited.Answer(retryAfterSeconds: seconds)
            : null;
    }

    private Task<IResult> HandleWithBodyAsync(
        ApiEndpoint endpoint, HttpRequest request, ApiKey? key, string? repetitionKey)
    {
        if (!RequestBody.CanBeIn(request))
            return HandleAsync(endpoint, request, key, repetitionKey, default(RequestBody));
        if (endpoint.Body == BodyRule.Json && !MediaTypes.IsPlainJson(request))
            return RefuseBodyAsync(request, static isRead => Problems.UnsupportedMediaType.Answer(endsConnection: !isRead));
        // A small body came with its headers; only a larger one has to be waited for.
        var reading = RequestBody.ReadAsync(request, endpoint.BodyBytesMax, request.HttpContext.RequestAborted);
        return reading.IsCompletedSuccessfully
            ? HandleAsync(endpoint, request, key, repetitionKey, reading.Result)
            : AwaitBodyAsync(endpoint, request, key, repetitionKey, reading);
    }

    private async Task<IResult> AwaitBodyAsync(
        ApiEndpoint endpoint, HttpRequest request, ApiKey? key, string? repetitionKey, ValueTask<RequestBody?> reading) =>
        await HandleAsync(endpoint, request, key, repetitionKey, await reading);

    private static async Task<IResult> RefuseBodyAsync(HttpRequest request, Func<bool, ApiAnswer> answer) =>
        answer(await RequestBody.DrainAsync(request, request.HttpContext.RequestAborted));

    private Task<IResult> HandleAsync(
        ApiEndpoint endpoint, HttpRequest request, ApiKey? key, string? repetitionKey, RequestBody? read)
    {
        if (read is not { } body)
        {
            return RefuseBodyAsync(request, isRead => Problems.BodyTooLarge.Answer(
                $"The body may have at most {endpoint.BodyBytesMax} bytes.", endsConnection: !isRead));
        }

        // Known to the request at once, so that its buffer goes back also where a repetition is answered without the handler.
        var call = new ApiCall(body) { Key = key?.Info, IdempotencyKey = repetitionKey };
        request.HttpContext.Features.Set(call);
        return repetitionKey is null ? endpoint.Handler(request) : HandleOnceAsync(endpoint, request, call);
    }

    private Task<IResult> HandleOnceAsync(ApiEndpoint endpoint, HttpRequest request, ApiCall call)
    {
        var ask = IdempotencyAsk.Of(endpoint, request, call, BearerOf(request));
        return repetitions.OnceAsync(
            ask, () => endpoint.Handler(request), request.HttpContext.RequestAborted);
    }

    private static ApiAnswer Forbidden(ApiScopes scopes) =>
        Problems.Forbidden.Answer($"This takes a key with one of the scopes {string.Join(", ", ScopeNames.Of(scopes))}.");

    private static Task<IResult> HandleAsync(ApiEndpoint endpoint, HttpRequest request, ApiCall call)
    {
        request.HttpContext.Features.Set(call);
        return endpoint.Handler(request);
    }

    private ValueTask<ApiKey?> AuthenticateAsync(HttpRequest request) =>
        keys.FindAsync(BearerOf(request), request.HttpContext.RequestAborted);

    /// <summary>The key's text as it was sent; empty where none was.</summary>
    private static ReadOnlyMemory<char> BearerOf(HttpRequest request)
    {
        var sent = request.Headers.Authorization;
        return sent.Count == 1 && sent[0] is { } text
            && text.StartsWith(BearerPrefix, StringComparison.OrdinalIgnoreCase)
                ? text.AsMemory(BearerPrefix.Length).Trim()
                : default;
    }

    private ApiAnswer AnswerTo(Exception fault, ApiEndpoint endpoint, HttpContext context)
    {
        switch (fault)
        {
            case OperationCanceledException or IOException when context.RequestAborted.IsCancellationRequested:
                return ApiAnswer.Nobody;
            case QueueFullException full:
                return Problems.QueueFull.Answer(retryAfterSeconds: Math.Max(1, full.RetryAfterSeconds));
            case MessageTooLargeException tooLarge:
                return Problems.BodyTooLarge.Answer(
                    $"As a message it has {tooLarge.Bytes} bytes, more than the queue takes: split it or shorten it.");
            case StoreUnavailableException or AnalyserUnavailableException or ContendedException
                or OperationCanceledException:
                LogUnavailable(logger, endpoint.Name, context.TraceIdentifier, fault);
                return Problems.Unavailable.Answer(retryAfterSeconds: 1);
            case InvalidCursorException:
                return InputErrors.Answer("cursor", QueryInput.ForeignCursor);
            case BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge }:
                return Problems.BodyTooLarge.Answer(endsConnection: true);
            case BadHttpRequestException { StatusCode: StatusCodes.Status408RequestTimeout }:
                return Problems.RequestTimeout.Answer(endsConnection: true);
            case BadHttpRequestException:
                return Problems.BadRequest.Answer(endsConnection: true);
            default:
                LogFault(logger, endpoint.Name, context.TraceIdentifier, fault);
                return Problems.InternalError.Answer(requestId: context.TraceIdentifier);
        }
    }

    [LoggerMessage(1, LogLevel.Error, "{Endpoint} failed, request {RequestId}")]
    private static partial void LogFault(ILogger logger, string endpoint, string requestId, Exception fault);

    [LoggerMessage(2, LogLevel.Warning, "{Endpoint} was refused as busy, request {RequestId}")]
    private static partial void LogUnavailable(ILogger logger, string endpoint, string requestId, Exception fault);
}
