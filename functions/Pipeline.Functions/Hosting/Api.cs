using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Pipeline.Runtime.Http;

namespace Pipeline.Functions.Hosting;

/// <summary>Answers HTTP triggers through the gate of the runtime: keys, scopes, limits, repetitions and problems.</summary>
public sealed class Api(ApiGate gate, EndpointCatalogue catalogue, UnroutedRequests unrouted)
{
    public async Task<IActionResult> AnswerAsync(string endpoint, HttpRequest request) =>
        new Answer(await gate.RunAsync(catalogue[endpoint], request));

    public IActionResult Refuse(HttpRequest request) => new Answer(unrouted.Answer(request));

    /// <summary>The worker executes what MVC calls a result, in every version.</summary>
    private sealed class Answer(IResult result) : IActionResult
    {
        public Task ExecuteResultAsync(ActionContext context) => result.ExecuteAsync(context.HttpContext);
    }
}
