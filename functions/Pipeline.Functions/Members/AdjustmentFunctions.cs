using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Pipeline.Functions.Hosting;

namespace Pipeline.Functions.Members;

public sealed class PostAdjustment(Api api)
{
    private const string Name = "postAdjustment";

    [Function(Name)]
    public Task<IActionResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/customers/{customerId}/adjustments")] HttpRequest request) =>
        api.AnswerAsync(Name, request);
}

public sealed class GetAdjustment(Api api)
{
    private const string Name = "getAdjustment";

    [Function(Name)]
    public Task<IActionResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/customers/{customerId}/adjustments/{adjustmentId}")] HttpRequest request) =>
        api.AnswerAsync(Name, request);
}

public sealed class ApproveAdjustment(Api api)
{
    private const string Name = "approveAdjustment";

    [Function(Name)]
    public Task<IActionResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/customers/{customerId}/adjustments/{adjustmentId}/approve")] HttpRequest request) =>
        api.AnswerAsync(Name, request);
}

public sealed class RejectAdjustment(Api api)
{
    private const string Name = "rejectAdjustment";

    [Function(Name)]
    public Task<IActionResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/customers/{customerId}/adjustments/{adjustmentId}/reject")] HttpRequest request) =>
        api.AnswerAsync(Name, request);
}

public sealed class ListAdjustments(Api api)
{
    private const string Name = "listAdjustments";

    [Function(Name)]
    public Task<IActionResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/adjustments")] HttpRequest request) =>
        api.AnswerAsync(Name, request);
}
