using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Pipeline.Functions.Hosting;

namespace Pipeline.Functions.Keys;

public sealed class PostKey(Api api)
{
    private const string Name = "postKey";

    [Function(Name)]
    public Task<IActionResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/keys")] HttpRequest request) =>
        api.AnswerAsync(Name, request);
}

public sealed class ListKeys(Api api)
{
    private const string Name = "listKeys";

    [Function(Name)]
    public Task<IActionResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/keys")] HttpRequest request) =>
        api.AnswerAsync(Name, request);
}

public sealed class DeleteKeys(Api api)
{
    private const string Name = "deleteKeys";

    [Function(Name)]
    public Task<IActionResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "v1/keys/{name}")] HttpRequest request) =>
        api.AnswerAsync(Name, request);
}
