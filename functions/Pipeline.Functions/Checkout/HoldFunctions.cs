using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Pipeline.Functions.Hosting;

namespace Pipeline.Functions.Checkout;

public sealed class PostHold(Api api)
{
    private const string Name = "postHold";

    [Function(Name)]
    public Task<IActionResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/customers/{customerId}/holds")] HttpRequest request) =>
        api.AnswerAsync(Name, request);
}

public sealed class CaptureHold(Api api)
{
    private const string Name = "captureHold";

    [Function(Name)]
    public Task<IActionResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/customers/{customerId}/holds/{holdId}/capture")] HttpRequest request) =>
        api.AnswerAsync(Name, request);
}

public sealed class ReleaseHold(Api api)
{
    private const string Name = "releaseHold";

    [Function(Name)]
    public Task<IActionResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/customers/{customerId}/holds/{holdId}/release")] HttpRequest request) =>
        api.AnswerAsync(Name, request);
}
