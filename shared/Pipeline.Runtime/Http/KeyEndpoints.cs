using Microsoft.AspNetCore.Http;
using Pipeline.Runtime.Contracts;
using Pipeline.Runtime.Security;

namespace Pipeline.Runtime.Http;

/// <summary>API keys.</summary>
public sealed class KeyEndpoints(ApiKeys keys)
{
    /// <summary>POST /v1/keys.</summary>
    public async Task<IResult> PostAsync(HttpRequest request)
    {
        if (!KeyInput.TryRead(ApiCall.Of(request), out var input, out var refusal))
            return refusal;
        return await keys.CreateAsync(input.Name, input.Scopes, request.HttpContext.RequestAborted) switch
        {
            KeyCreation.Created created => JsonAnswer.Of(
                StatusCodes.Status201Created, created, OperationsJson.NewKey),
            KeyCreation.TooMany => Problems.TooManyKeys.Answer(),
            var other => throw new InvalidOperationException($"Unknown answer {other.GetType().Name}."),
        };
    }

    /// <summary>GET /v1/keys.</summary>
    public async Task<IResult> ListAsync(HttpRequest request) =>
        JsonAnswer.Ok(await keys.ListAsync(request.HttpContext.RequestAborted), OperationsJson.Keys);

    /// <summary>DELETE /v1/keys/{name}?keyId=.</summary>
    public async Task<IResult> DeleteAsync(HttpRequest request)
    {
        var errors = new InputErrors();
        var name = request.PathId("name", errors);
        var keyId = request.Single("keyId", errors);
        if (!errors.IsEmpty)
            return errors.Answer();
        var ended = await keys.RevokeAsync(name!, keyId, request.HttpContext.RequestAborted);
        return ended == 0 ? Problems.NotFound.Answer("There is no valid key of this name or id.") : ApiAnswer.NoContent;
    }
}
