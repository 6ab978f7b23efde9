using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Pipeline.Functions.Hosting;

namespace Pipeline.Functions.Insight;

public sealed class GetSegmentsReport(Api api)
{
    private const string Name = "getSegmentsReport";

    [Function(Name)]
    public Task<IActionResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/reports/segments")] HttpRequest request) =>
        api.AnswerAsync(Name, request);
}

public sealed class GetLoyaltyReport(Api api)
{
    private const string Name = "getLoyaltyReport";

    [Function(Name)]
    public Task<IActionResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/reports/loyalty")] HttpRequest request) =>
        api.AnswerAsync(Name, request);
}

public sealed class GetChurnReport(Api api)
{
    private const string Name = "getChurnReport";

    [Function(Name)]
    public Task<IActionResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/reports/churn")] HttpRequest request) =>
        api.AnswerAsync(Name, request);
}

public sealed class PostChurnWarningOutcome(Api api)
{
    private const string Name = "postChurnWarningOutcome";
    private const string Route = "v1/customers/{customerId}/churn-warnings/{openedOn}/outcome";

    [Function(Name)]
    public Task<IActionResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Route)] HttpRequest request) =>
        api.AnswerAsync(Name, request);
}

public sealed class ListChurnWarnings(Api api)
{
    private const string Name = "listChurnWarnings";

    [Function(Name)]
    public Task<IActionResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/churn-warnings")] HttpRequest request) =>
        api.AnswerAsync(Name, request);
}
