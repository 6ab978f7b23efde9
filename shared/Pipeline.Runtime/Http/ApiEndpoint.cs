using Microsoft.AspNetCore.Http;
using Pipeline.Runtime.Security;

namespace Pipeline.Runtime.Http;

/// <summary>One endpoint as data, so that every host mounts it alike and the gate knows its rules.</summary>
/// <param name="Name">Unique; also the OpenAPI <c>operationId</c>.</param>
/// <param name="Route">As ASP.NET Core writes it, with a leading slash.</param>
/// <param name="Scopes">Any of these opens it; null: no key is asked for.</param>
/// <param name="Handler">Called by <see cref="ApiGate"/> only.</param>
public sealed record ApiEndpoint(
    string Name, string Method, string Route, ApiScopes? Scopes, Func<HttpRequest, Task<IResult>> Handler)
{
    public const int DefaultBodyBytesMax = 1024 * 1024;

    /// <summary>The largest body in bytes; a larger one is 413.</summary>
    public int BodyBytesMax { get; init; } = DefaultBodyBytesMax;

    public BodyRule Body { get; init; }

    /// <summary>Whether a request without an <c>Idempotency-Key</c> is refused, because nothing else names it.</summary>
    public bool NeedsIdempotencyKey { get; init; }

    /// <summary>
    /// Whether it also takes requests without a key, which show a token in their body instead: bounded by address, and
    /// repeated under the token, not under an <c>Idempotency-Key</c>.
    /// </summary>
    public bool IsPublic { get; init; }

    /// <summary>Whether the kept answer holds a secret and is therefore sealed with the caller's own key.</summary>
    public bool AnswersSecret { get; init; }
}

/// <summary>What an endpoint does with a request's body.</summary>
public enum BodyRule
{
    /// <summary>A body is not looked at.</summary>
    Ignored,

    /// <summary>A JSON object is needed.</summary>
    Json,
}
