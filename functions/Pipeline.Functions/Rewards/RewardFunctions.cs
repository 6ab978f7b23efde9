using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Pipeline.Functions.Hosting;

namespace Pipeline.Functions.Rewards;

public sealed class ListRewards(Api api)
{
    private const string Name = "listRewards";

    [Function(Name)]
    public Task<IActionResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/rewards")] HttpRequest request) =>
        api.AnswerAsync(Name, request);
}

public sealed class PostRewardCodes(Api api)
{
    private const string Name = "postRewardCodes";

    [Function(Name)]
    public Task<IActionResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/rewards/{rewardId}/codes")] HttpRequest request) =>
        api.AnswerAsync(Name, request);
}

public sealed class GetCode(Api api)
{
    private const string Name = "getCode";

    [Function(Name)]
    public Task<IActionResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/codes/{code}")] HttpRequest request) =>
        api.AnswerAsync(Name, request);
}
