using Microsoft.AspNetCore.Http;
using Pipeline.Domain;
using Pipeline.Runtime.Contracts;
using Pipeline.Runtime.Loyalty;

namespace Pipeline.Runtime.Http;

/// <summary>Quotes, purchases and refunds.</summary>
public sealed class PurchaseEndpoints(PurchaseIntake intake, Quotes quotes, CustomerReader reader, TimeProvider clock)
{
    /// <summary>POST /v1/quotes.</summary>
    public async Task<IResult> QuoteAsync(HttpRequest request)
    {
        if (!BasketInput.TryRead(ApiCall.Of(request), clock.GetUtcNow(), out var input, out var refusal))
            return refusal;
        var answer = await quotes.QuoteAsync(
            input.Customer, input.Basket, input.OccurredAt, request.HttpContext.RequestAborted);
        return answer switch
        {
            QuoteAnswer.Quoted quoted => JsonAnswer.Ok(quoted.Quote, CheckoutJson.Quote),
            QuoteAnswer.Refused refused => Refusals.Of(refused.Problem).Answer(),
            _ => throw new InvalidOperationException($"Unknown answer {answer.GetType().Name}."),
        };
    }

    /// <summary>POST /v1/purchases.</summary>
    public async Task<IResult> PostPurchaseAsync(HttpRequest request)
    {
        if (!PurchaseInput.TryRead(ApiCall.Of(request), clock.GetUtcNow(), out var input, out var refusal))
            return refusal;
        var answer = await intake.AcceptAsync(
            input.Customer, input.Id, input.Basket, input.Hold, input.OccurredAt,
            ApiCall.TraceParentOf(request), request.HttpContext.RequestAborted);
        return Accepted(answer, "purchaseId", input.Id.Value, $"/v1/customers/{input.Customer}/purchases/{input.Id}");
    }

    /// <summary>POST /v1/refunds.</summary>
    public async Task<IResult> PostRefundAsync(HttpRequest request)
    {
        if (!RefundInput.TryRead(ApiCall.Of(request), clock.GetUtcNow(), out var input, out var refusal))
            return refusal;
        var answer = await intake.AcceptRefundAsync(
            input.Customer, input.Id, input.Purchase, input.Scope, input.OccurredAt,
            ApiCall.TraceParentOf(request), request.HttpContext.RequestAborted);
        return Accepted(answer, "refundId", input.Id.Value, $"/v1/customers/{input.Customer}/refunds/{input.Id}");
    }

    /// <summary>GET /v1/customers/{customerId}/purchases/{purchaseId}.</summary>
    public async Task<IResult> GetPurchaseAsync(HttpRequest request)
    {
        var errors = new InputErrors();
        var customer = request.PathId("customerId", errors);
        var purchase = request.PathId("purchaseId", errors);
        if (customer is null || purchase is null)
            return errors.Answer();
        var view = await reader.PurchaseAsync(
            new CustomerId(customer), new PurchaseId(purchase), request.HttpContext.RequestAborted);
        return view is null
            ? Problems.NotFound.Answer("No such purchase of this customer has been worked (yet).")
            : JsonAnswer.Ok(view, PurchaseJson.Purchase);
    }

    /// <summary>GET /v1/customers/{customerId}/refunds/{refundId}.</summary>
    public async Task<IResult> GetRefundAsync(HttpRequest request)
    {
        var errors = new InputErrors();
        var customer = request.PathId("customerId", errors);
        var refund = request.PathId("refundId", errors);
        if (customer is null || refund is null)
            return errors.Answer();
        var view = await reader.RefundAsync(
            new CustomerId(customer), new RefundId(refund), request.HttpContext.RequestAborted);
        return view is null
            ? Problems.NotFound.Answer("No such refund of this customer has been worked (yet).")
            : JsonAnswer.Ok(view, PurchaseJson.Refund);
    }

    private static ApiAnswer Accepted(IntakeAnswer answer, string field, string id, string location) => answer switch
    {
        IntakeAnswer.Accepted accepted => JsonAnswer.Of(
            StatusCodes.Status202Accepted, (field, id), CheckoutJson.Accepted, location,
            isReplayed: accepted.Replayed, isPrivate: false),
        IntakeAnswer.ContentDiffers =>
            Problems.ContentDiffers.Answer($"This {field} was used before with other content."),
        IntakeAnswer.Refused refused => Refusals.Of(refused.Problem).Answer(),
        _ => throw new InvalidOperationException($"Unknown answer {answer.GetType().Name}."),
    };
}
