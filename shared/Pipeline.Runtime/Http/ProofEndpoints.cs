using System.Globalization;
using Microsoft.AspNetCore.Http;
using Pipeline.Domain;
using Pipeline.Runtime.Contracts;
using Pipeline.Runtime.Loyalty;

namespace Pipeline.Runtime.Http;

/// <summary>Proofs of ledgers.</summary>
public sealed class ProofEndpoints(ProofReader reader)
{
    /// <summary>GET /v1/customers/{customerId}/proof?limit=&amp;cursor=.</summary>
    public async Task<IResult> GetAsync(HttpRequest request)
    {
        var errors = new InputErrors();
        var customer = request.PathId("customerId", errors);
        var limit = request.Limit(errors);
        var place = 0;
        if (request.Cursor(errors) is { } cursor
            && !int.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out place))
        {
            errors.Add("cursor", QueryInput.ForeignCursor);
        }

        if (!errors.IsEmpty)
            return errors.Answer();
        var proof = await reader.GetAsync(new CustomerId(customer!), place, limit, request.HttpContext.RequestAborted);
        return proof is null
            ? Problems.UnknownCustomer.Answer()
            : JsonAnswer.Of(
                StatusCodes.Status200OK, proof, ProofJson.Proof,
                link: request.NextLink(limit, proof.NextPlace?.ToString(CultureInfo.InvariantCulture)));
    }
}
