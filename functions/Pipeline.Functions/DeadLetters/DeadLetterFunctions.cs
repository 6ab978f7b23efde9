using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Pipeline.Functions.Hosting;

namespace Pipeline.Functions.DeadLetters;

public sealed class ListDeadLetters(Api api)
{
    private const string Name = "listDeadLetters";

    [Function(Name)]
    public Task<IActionResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/dead-letters")] HttpRequest request) =>
        api.AnswerAsync(Name, request);
}

public sealed class ReplayDeadLetter(Api api)
{
    private const string Name = "replayDeadLetter";

    [Function(Name)]
    public Task<IActionResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/dead-letters/{queue}/{sequence}/replay")] HttpRequest request) =>
        api.AnswerAsync(Name, request);
}
