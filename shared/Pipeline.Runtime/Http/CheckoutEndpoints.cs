using Microsoft.AspNetCore.Http;
using Pipeline.Domain;
using Pipeline.Runtime.Contracts;
using Pipeline.Runtime.Loyalty;

namespace Pipeline.Runtime.Http;

/// <summary>Holds on points, their capture and their release.</summary>
public sealed class CheckoutEndpoints(Checkout checkout)
{
    /// <summary>POST /v1/customers/{customerId}/holds.</summary>
    public async Task<IResult> HoldAsync(HttpRequest request)
    {
        var errors = new InputErrors();
        var customer = request.PathId("customerId", errors);
        if (!HoldInput.TryRead(ApiCall.Of(request), errors, out var input, out var refusal))
            return refusal;
        var answer = await checkout.HoldAsync(
            new CustomerId(customer!), input.Id, input.Points, input.Seconds, request.HttpContext.RequestAborted);
        return Answer(input.Id, answer);
    }

    /// <summary>POST /v1/customers/{customerId}/holds/{holdId}/capture.</summary>
    public Task<IResult> CaptureAsync(HttpRequest request) => EndAsync(request, checkout.CaptureAsync);

    /// <summary>POST /v1/customers/{customerId}/holds/{holdId}/release.</summary>
    public Task<IResult> ReleaseAsync(HttpRequest request) => EndAsync(request, checkout.ReleaseAsync);

    private static async Task<IResult> EndAsync(
        HttpRequest request, Func<CustomerId, HoldId, CancellationToken, ValueTask<CheckoutAnswer>> end)
    {
        var errors = new InputErrors();
        var customer = request.PathId("customerId", errors);
        var hold = request.PathId("holdId", errors);
        if (customer is null || hold is null)
            return errors.Answer();
        var id = new HoldId(hold);
        return Answer(id, await end(new CustomerId(customer), id, request.HttpContext.RequestAborted));
    }

    private static ApiAnswer Answer(HoldId hold, CheckoutAnswer answer) => answer switch
    {
        CheckoutAnswer.Held held => JsonAnswer.Of(
            StatusCodes.Status201Created, (hold, held), CheckoutJson.Held, isReplayed: held.Replayed),
        CheckoutAnswer.Captured captured => JsonAnswer.Ok(
            (hold, captured), CheckoutJson.Captured, isReplayed: captured.Replayed),
        CheckoutAnswer.Released released => JsonAnswer.Ok(hold, CheckoutJson.Released, isReplayed: released.Replayed),
        CheckoutAnswer.ContentDiffers =>
            Problems.ContentDiffers.Answer("This holdId was used before with other content."),
        CheckoutAnswer.UnknownCustomer => Problems.UnknownCustomer.Answer(),
        CheckoutAnswer.Refused refused => Refusals.Of(refused.Reason).Answer(),
        _ => throw new InvalidOperationException($"Unknown answer {answer.GetType().Name}."),
    };
}
