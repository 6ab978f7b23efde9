using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Pipeline.Functions.Hosting;

namespace Pipeline.Functions.Nightly;

public sealed class PostRun(Api api)
{
    private const string Name = "postRun";

    [Function(Name)]
    public Task<IActionResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/runs")] HttpRequest request) =>
        api.AnswerAsync(Name, request);
}

public sealed class ListRuns(Api api)
{
    private const string Name = "listRuns";

    [Function(Name)]
    public Task<IActionResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/runs")] HttpRequest request) =>
        api.AnswerAsync(Name, request);
}

public sealed class GetRun(Api api)
{
    private const string Name = "getRun";

    [Function(Name)]
    public Task<IActionResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/runs/{runId}")] HttpRequest request) =>
        api.AnswerAsync(Name, request);
}
