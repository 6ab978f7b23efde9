using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Pipeline.Functions.Hosting;

namespace Pipeline.Functions.Events;

public sealed class ListUndeliveredEvents(Api api)
{
    private const string Name = "listUndeliveredEvents";

    [Function(Name)]
    public Task<IActionResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/undelivered-events")] HttpRequest request) =>
        api.AnswerAsync(Name, request);
}

public sealed class ReplayUndeliveredEvent(Api api)
{
    private const string Name = "replayUndeliveredEvent";

    [Function(Name)]
    public Task<IActionResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/undelivered-events/{customerId}/{eventId}/replay")] HttpRequest request) =>
        api.AnswerAsync(Name, request);
}
