using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Pipeline.Functions.Hosting;

namespace Pipeline.Functions.Members;

public sealed class PostEvent(Api api)
{
    private const string Name = "postEvent";

    [Function(Name)]
    public Task<IActionResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/events")] HttpRequest request) =>
        api.AnswerAsync(Name, request);
}

public sealed class PostReferralCode(Api api)
{
    private const string Name = "postReferralCode";

    [Function(Name)]
    public Task<IActionResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/customers/{customerId}/referral-code")] HttpRequest request) =>
        api.AnswerAsync(Name, request);
}

public sealed class PostReferral(Api api)
{
    private const string Name = "postReferral";

    [Function(Name)]
    public Task<IActionResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/referrals")] HttpRequest request) =>
        api.AnswerAsync(Name, request);
}

public sealed class ListReferrals(Api api)
{
    private const string Name = "listReferrals";

    [Function(Name)]
    public Task<IActionResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/customers/{customerId}/referrals")] HttpRequest request) =>
        api.AnswerAsync(Name, request);
}
