using System.Diagnostics;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;

namespace Pipeline.Functions.Hosting;

/// <summary>
/// Puts every invocation on a trace, also where nobody samples it: the caller's (<c>traceparent</c>), else the host's. What
/// is sent to a queue or written to the ledger meanwhile carries it on.
/// </summary>
internal sealed class Correlation : IFunctionsWorkerMiddleware
{
    public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        using var activity = Activity.Current is null ? Start(context) : null;
        await next(context);
    }

    private static Activity Start(FunctionContext context)
    {
        var activity = new Activity(context.FunctionDefinition.Name).SetIdFormat(ActivityIdFormat.W3C);
        var sent = (string?)context.GetHttpContext()?.Request.Headers.TraceParent;
        foreach (var parent in (ReadOnlySpan<string?>)[sent, context.TraceContext.TraceParent])
        {
            if (!ActivityContext.TryParse(parent, context.TraceContext.TraceState, isRemote: true, out var known))
                continue;
            activity.SetParentId(known.TraceId, known.SpanId, known.TraceFlags);
            break;
        }

        return activity.Start();
    }
}
