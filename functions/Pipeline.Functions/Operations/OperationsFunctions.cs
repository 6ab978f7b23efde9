using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Pipeline.Functions.Hosting;

namespace Pipeline.Functions.Operations;

public sealed class GetLive(Api api)
{
    private const string Name = "getLive";

    [Function(Name)]
    public Task<IActionResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "health/live")] HttpRequest request) =>
        api.AnswerAsync(Name, request);
}

public sealed class GetReady(Api api)
{
    private const string Name = "getReady";

    [Function(Name)]
    public Task<IActionResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "health/ready")] HttpRequest request) =>
        api.AnswerAsync(Name, request);
}

public sealed class GetOpenApi(Api api)
{
    private const string Name = "getOpenApi";

    [Function(Name)]
    public Task<IActionResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "openapi.json")] HttpRequest request) =>
        api.AnswerAsync(Name, request);
}

public sealed class GetProblem(Api api)
{
    private const string Name = "getProblem";

    [Function(Name)]
    public Task<IActionResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "problems/{code}")] HttpRequest request) =>
        api.AnswerAsync(Name, request);
}
