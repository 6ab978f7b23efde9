using Pipeline.Cosmos.Gateway.Wire;

namespace Pipeline.Cosmos.Gateway.Faults;

/// <summary>Decides which requests fail. Without a plan none does.</summary>
public sealed class FaultPlan
{
    private readonly Lock gate = new();
    private Func<CallKind, int, Fault?> plan = static (_, _) => null;
    private int seen;

    /// <summary>What a throttled request is told to wait.</summary>
    public int RetryAfterMilliseconds { get; set; } = 1;

    /// <summary>Whether a fault of the present plan has happened.</summary>
    public bool HasFailed { get; private set; }

    /// <summary>Counts the requests for documents from here on (from 1) and fails those that the plan names a fault for.</summary>
    public void Plan(Func<CallKind, int, Fault?> faults)
    {
        lock (gate)
            (plan, seen, HasFailed) = (faults, 0, false);
    }

    /// <summary>Fails request number <paramref name="number"/> from here on.</summary>
    public void FailAt(int number, Fault fault) => Plan((_, at) => at == number ? fault : null);

    public void None() => Plan(static (_, _) => null);

    internal PlannedFault? Next(CallKind kind)
    {
        if (kind == CallKind.Resource)
            return null;
        lock (gate)
        {
            if (plan(kind, ++seen) is not { } fault)
                return null;
            HasFailed = true;
            return new PlannedFault(fault, RetryAfterMilliseconds);
        }
    }

    internal static Task BreakBeforeAsync(PlannedFault? fault, CancellationToken cancellation) => fault?.Fault switch
    {
        Fault.Unreachable => throw new HttpRequestException(HttpRequestError.ConnectionError, "Injected: unreachable."),
        Fault.Silent => Task.Delay(Timeout.Infinite, cancellation),
        _ => Task.CompletedTask,
    };

    internal static Task BreakAfterAsync(PlannedFault? fault, CancellationToken cancellation) => fault?.Fault switch
    {
        Fault.LostAnswer => throw new HttpRequestException(HttpRequestError.ResponseEnded, "Injected: the answer is lost."),
        Fault.SilentAfter => Task.Delay(Timeout.Infinite, cancellation),
        _ => Task.CompletedTask,
    };
}

internal sealed record PlannedFault(Fault Fault, int RetryAfterMilliseconds)
{
    /// <summary>The answer in place of the service's; null where the request goes through to it.</summary>
    public GatewayAnswer? AnswerInstead() => Fault switch
    {
        Fault.Throttled => GatewayAnswer.Error(429, "Request rate is large.", subStatus: 3200) with
        {
            RetryAfterMilliseconds = RetryAfterMilliseconds,
        },
        Fault.Unavailable => GatewayAnswer.Error(503, "Service is currently unavailable."),
        Fault.TimedOut => GatewayAnswer.Error(408, "Request timed out."),
        _ => null,
    };
}
