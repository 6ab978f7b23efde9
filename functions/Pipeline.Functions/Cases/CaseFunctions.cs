using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Pipeline.Functions.Hosting;

namespace Pipeline.Functions.Cases;

public sealed class ListCases(Api api)
{
    private const string Name = "listCases";

    [Function(Name)]
    public Task<IActionResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/cases")] HttpRequest request) =>
        api.AnswerAsync(Name, request);
}

public sealed class GetCase(Api api)
{
    private const string Name = "getCase";

    [Function(Name)]
    public Task<IActionResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/cases/{caseId}")] HttpRequest request) =>
        api.AnswerAsync(Name, request);
}

public sealed class PostCaseEvent(Api api)
{
    private const string Name = "postCaseEvent";

    [Function(Name)]
    public Task<IActionResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/cases/{caseId}/events")] HttpRequest request) =>
        api.AnswerAsync(Name, request);
}
