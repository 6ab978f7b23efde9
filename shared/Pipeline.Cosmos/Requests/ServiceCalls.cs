using Azure.Identity;
using Microsoft.Azure.Cosmos;
using Pipeline.Runtime.Ports;

namespace Pipeline.Cosmos.Requests;

/// <summary>
/// The one way to the service: within a time, again while the service is too busy (after the delay that it names),
/// measured, and with everything that is not the caller's fault told as <see cref="StoreUnavailableException"/>.
/// </summary>
/// <remarks>
/// Only what the service says it did not do is sent again. A request without an answer may have been done, so its caller is
/// told that: a repetition here would find its own write and call it another's.
/// </remarks>
internal sealed class ServiceCalls(CosmosOptions options, CosmosTelemetry telemetry, TimeProvider clock)
{
    /// <summary>Where the service names no delay.</summary>
    private static readonly TimeSpan DelayUnlessNamed = TimeSpan.FromMilliseconds(50);

    private readonly TimeSpan throttledMax = TimeSpan.FromMilliseconds(options.ThrottledMillisecondsMax);
    private readonly TimeSpan operationMax = TimeSpan.FromSeconds(options.OperationSecondsMax);

    public Task<ResponseMessage> SendAsync(
        string operation, Func<CancellationToken, Task<ResponseMessage>> send, CancellationToken cancellation) =>
        SendAsync(operation, send, Outcome.Of, static answer => answer.ErrorMessage, isCommit: false, cancellation);

    /// <exception cref="LostAnswerException">The batch may have been committed.</exception>
    public Task<TransactionalBatchResponse> SendAsync(
        string operation, Func<CancellationToken, Task<TransactionalBatchResponse>> send, CancellationToken cancellation) =>
        SendAsync(operation, send, Outcome.Of, static answer => answer.ErrorMessage, isCommit: true, cancellation);

    private async Task<T> SendAsync<T>(
        string operation,
        Func<CancellationToken, Task<T>> send,
        Func<T, Outcome> outcomeOf,
        Func<T, string?> messageOf,
        bool isCommit,
        CancellationToken cancellation)
        where T : class, IDisposable
    {
        using var activity = telemetry.Start(operation);
        using var deadline = new CancellationTokenSource(operationMax, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellation, deadline.Token);
        var started = clock.GetTimestamp();
        var waited = TimeSpan.Zero;
        var charge = 0d;
        Outcome outcome = default;
        try
        {
            for (var attempt = 1; ; attempt++)
            {
                (var answer, outcome, var message) = await AttemptAsync(send, outcomeOf, messageOf, both.Token);
                charge += outcome.Charge;
                telemetry.Answered(operation, outcome);
                if (answer is not null && outcome.Verdict == Verdict.Answered)
                    return answer;
                answer?.Dispose();
                if (outcome.Verdict != Verdict.Throttled)
                    throw Failure(operation, outcome, message, isCommit);
                var delay = outcome.RetryAfter ?? DelayUnlessNamed;
                waited += delay;
                if (attempt >= options.ThrottledAttemptsMax || waited > throttledMax)
                    throw new StoreUnavailableException($"The store is too busy to {operation} (429, {attempt} times).");
                await Task.Delay(delay, clock, both.Token);
            }
        }
        catch (Exception error) when (IsOutOfReach(error, cancellation))
        {
            // The SDK's own message is long: it is the inner exception's.
            var what = $"The store gave no answer to {operation} ({error.GetType().Name}).";
            throw isCommit && error is not AuthenticationFailedException
                ? new LostAnswerException(what, error)
                : new StoreUnavailableException(what, error);
        }
        finally
        {
            telemetry.Ended(activity, operation, outcome, charge, clock.GetElapsedTime(started));
        }
    }

    /// <summary>The SDK tells some failures as answers and others as exceptions: here they are one.</summary>
    private static async Task<(T? Answer, Outcome Outcome, string? Message)> AttemptAsync<T>(
        Func<CancellationToken, Task<T>> send,
        Func<T, Outcome> outcomeOf,
        Func<T, string?> messageOf,
        CancellationToken cancellation)
        where T : class
    {
        try
        {
            var answer = await send(cancellation);
            return (answer, outcomeOf(answer), messageOf(answer));
        }
        catch (CosmosException error)
        {
            return (null, Outcome.Of(error), error.Message);
        }
    }

    private static Exception Failure(string operation, Outcome outcome, string? message, bool isCommit)
    {
        var what = $"The store answered {operation} with {(int)outcome.Status}.{outcome.SubStatus}: {message}";
        if (outcome.Verdict != Verdict.Unavailable)
            return new MalformedRequestException(what);
        return isCommit && outcome.MayBeDone ? new LostAnswerException(what) : new StoreUnavailableException(what);
    }

    private static bool IsOutOfReach(Exception error, CancellationToken cancellation) => error switch
    {
        OperationCanceledException => !cancellation.IsCancellationRequested,
        HttpRequestException or IOException or AuthenticationFailedException => true,
        _ => false,
    };
}

/// <summary>The service does not understand a request: a cursor that it did not make, or a bug.</summary>
internal sealed class MalformedRequestException(string message) : Exception(message);

/// <summary>A commit has no answer, so it may have happened.</summary>
internal sealed class LostAnswerException(string message, Exception? inner = null) : Exception(message, inner);
