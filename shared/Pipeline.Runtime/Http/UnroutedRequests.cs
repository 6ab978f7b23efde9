using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing.Template;

namespace Pipeline.Runtime.Http;

/// <summary>
/// Answers what no endpoint takes, for a host whose router cannot: 405 with <c>Allow</c> where the address has other
/// methods, 404 where it has none.
/// </summary>
public sealed class UnroutedRequests
{
    private readonly (TemplateMatcher Address, string Allowed)[] addresses;

    public UnroutedRequests(EndpointCatalogue catalogue) => addresses =
    [
        .. PipelineHttp.Allowed(catalogue).Select(static address =>
            (new TemplateMatcher(TemplateParser.Parse(address.Route), new()), address.Allowed)),
    ];

    public IResult Answer(HttpRequest request)
    {
        foreach (var (address, allowed) in addresses)
            if (address.TryMatch(request.Path, new()))
                return ApiGate.MethodNotAllowed(allowed);
        return ApiGate.NotFound();
    }
}
