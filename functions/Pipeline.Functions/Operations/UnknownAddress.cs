using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Pipeline.Functions.Hosting;

namespace Pipeline.Functions.Operations;

/// <summary>Answers what no other function takes, as a problem: 404, or 405 with <c>Allow</c>.</summary>
public sealed class UnknownAddress(Api api)
{
    // The host tries routes in the order of the functions' names, whatever they say: this one must be the last.
    private const string Name = "zUnknownAddress";

    [Function(Name)]
    public IActionResult Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "{*path}")] HttpRequest request) => api.Refuse(request);
}
