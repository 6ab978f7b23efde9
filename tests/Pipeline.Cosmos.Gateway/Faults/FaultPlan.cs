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

    /// <summary>What others do between the next fault's effect and the moment its caller hears of it; once.</summary>
    public Func<Task>? Meanwhile { get; set; }

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
            var meanwhile = Meanwhile;
            Meanwhile = null;
            return new PlannedFault(fault, RetryAfterMilliseconds, meanwhile);
        }
    }

    internal static async Task BreakBeforeAsync(PlannedFault? fault, CancellationToken cancellation)
    {
        switch (fault?.Fault)
        {
            case Fault.Unreachable:
                await fault.PassAsync();
                throw new HttpRequestException(HttpRequestError.ConnectionError, "Injected: unreachable.");
            case Fault.Silent:
                await Task.Delay(Timeout.Infinite, cancellation);
                break;
        }
    }

    internal static async Task BreakAfterAsync(PlannedFault? fault, CancellationToken cancellation)
    {
        switch (fault?.Fault)
        {
            case Fault.LostAnswer:
                await fault.PassAsync();
                throw new HttpRequestException(HttpRequestError.ResponseEnded, "Injected: the answer is lost.");
            case Fault.SilentAfter:
                await Task.Delay(Timeout.Infinite, cancellation);
                break;
        }
    }
}

internal sealed record PlannedFault(Fault Fault, int RetryAfterMilliseconds, Func<Task>? Meanwhile)
{
    public Task PassAsync() => Meanwhile?.Invoke() ?? Task.CompletedTask;

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
