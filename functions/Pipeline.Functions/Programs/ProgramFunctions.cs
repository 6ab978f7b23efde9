using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Pipeline.Functions.Hosting;

namespace Pipeline.Functions.Programs;

public sealed class GetProgram(Api api)
{
    private const string Name = "getProgram";

    [Function(Name)]
    public Task<IActionResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/program")] HttpRequest request) =>
        api.AnswerAsync(Name, request);
}

public sealed class PutProgram(Api api)
{
    private const string Name = "putProgram";

    [Function(Name)]
    public Task<IActionResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = "v1/program")] HttpRequest request) =>
        api.AnswerAsync(Name, request);
}

public sealed class ListProgramVersions(Api api)
{
    private const string Name = "listProgramVersions";

    [Function(Name)]
    public Task<IActionResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/program/versions")] HttpRequest request) =>
        api.AnswerAsync(Name, request);
}

public sealed class GetProgramVersion(Api api)
{
    private const string Name = "getProgramVersion";

    [Function(Name)]
    public Task<IActionResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/program/versions/{version}")] HttpRequest request) =>
        api.AnswerAsync(Name, request);
}
