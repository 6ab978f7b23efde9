using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Pipeline.Functions.Hosting;

namespace Pipeline.Functions.Rewards;

internal static class Routes
{
    public const string Redemptions = "v1/customers/{customerId}/redemptions";
}

public sealed class PostRedemption(Api api)
{
    private const string Name = "postRedemption";

    [Function(Name)]
    public Task<IActionResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Routes.Redemptions)] HttpRequest request) =>
        api.AnswerAsync(Name, request);
}

public sealed class ListRedemptions(Api api)
{
    private const string Name = "listRedemptions";

    [Function(Name)]
    public Task<IActionResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Routes.Redemptions)] HttpRequest request) =>
        api.AnswerAsync(Name, request);
}

public sealed class GetRedemption(Api api)
{
    private const string Name = "getRedemption";

    [Function(Name)]
    public Task<IActionResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Routes.Redemptions + "/{redemptionId}")]
        HttpRequest request) =>
        api.AnswerAsync(Name, request);
}

public sealed class IssueRedemption(Api api)
{
    private const string Name = "issueRedemption";

    [Function(Name)]
    public Task<IActionResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Routes.Redemptions + "/{redemptionId}/issue")]
        HttpRequest request) =>
        api.AnswerAsync(Name, request);
}

public sealed class FulfilRedemption(Api api)
{
    private const string Name = "fulfilRedemption";

    [Function(Name)]
    public Task<IActionResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Routes.Redemptions + "/{redemptionId}/fulfil")]
        HttpRequest request) =>
        api.AnswerAsync(Name, request);
}

public sealed class CancelRedemption(Api api)
{
    private const string Name = "cancelRedemption";

    [Function(Name)]
    public Task<IActionResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Routes.Redemptions + "/{redemptionId}/cancel")]
        HttpRequest request) =>
        api.AnswerAsync(Name, request);
}
