using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Pipeline.Runtime.Security;

namespace Pipeline.Runtime.Http;

/// <summary>What the gate found out about a request, for its handler.</summary>
internal sealed class ApiCall : IDisposable
{
    private const int TraceParentCharacters = 55;
    private RequestBody owned;

    public ApiCall()
    {
    }

    /// <summary>Takes the body, and gives its buffer back when the gate has the answer.</summary>
    public ApiCall(RequestBody body) => (owned, Body) = (body, body.Bytes);

    /// <summary>The caller's key; null where none is asked for.</summary>
    public ApiKeyInfo? Key { get; init; }

    /// <summary>The whole body; valid until the handler returns.</summary>
    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>The <c>Idempotency-Key</c> of a POST, checked for its form.</summary>
    public string? IdempotencyKey { get; init; }

    /// <exception cref="InvalidOperationException">The handler was not called by the gate.</exception>
    public static ApiCall Of(HttpRequest request) =>
        Find(request) ?? throw new InvalidOperationException("Endpoints are called through the gate.");

    /// <summary>Null before the gate has let the request in.</summary>
    public static ApiCall? Find(HttpRequest request) => request.HttpContext.Features.Get<ApiCall>();

    /// <summary>The W3C trace context to go on with: our own span's, or the caller's where nobody traces here.</summary>
    public static string? TraceParentOf(HttpRequest request)
    {
        if (Activity.Current is { IdFormat: ActivityIdFormat.W3C } activity)
            return activity.Id;
        var sent = (string?)request.Headers.TraceParent;
        return sent is { Length: TraceParentCharacters } && ActivityContext.TryParse(sent, null, out _) ? sent : null;
    }

    public void Dispose() => owned.Dispose();
}
