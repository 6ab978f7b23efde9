using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Pipeline.Functions.Hosting;

namespace Pipeline.Functions.Purchases;

public sealed class Quote(Api api)
{
    private const string Name = "quote";

    [Function(Name)]
    public Task<IActionResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/quotes")] HttpRequest request) =>
        api.AnswerAsync(Name, request);
}

public sealed class PostPurchase(Api api)
{
    private const string Name = "postPurchase";

    [Function(Name)]
    public Task<IActionResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/purchases")] HttpRequest request) =>
        api.AnswerAsync(Name, request);
}

public sealed class PostRefund(Api api)
{
    private const string Name = "postRefund";

    [Function(Name)]
    public Task<IActionResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/refunds")] HttpRequest request) =>
        api.AnswerAsync(Name, request);
}

public sealed class GetPurchase(Api api)
{
    private const string Name = "getPurchase";

    [Function(Name)]
    public Task<IActionResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/customers/{customerId}/purchases/{purchaseId}")] HttpRequest request) =>
        api.AnswerAsync(Name, request);
}

public sealed class GetRefund(Api api)
{
    private const string Name = "getRefund";

    [Function(Name)]
    public Task<IActionResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/customers/{customerId}/refunds/{refundId}")] HttpRequest request) =>
        api.AnswerAsync(Name, request);
}
