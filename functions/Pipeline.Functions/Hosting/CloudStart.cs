using Microsoft.Extensions.Logging;
using Pipeline.Runtime.Ports;
using Pipeline.Runtime.Security;

namespace Pipeline.Functions.Hosting;

/// <summary>
/// What has to be so before there is work: the program is loaded, and somebody can get in. Tried once before the first trigger
/// fires. Where that fails the host starts all the same, is not ready, answers 503 and puts its messages off, until a later
/// attempt works.
/// </summary>
public sealed partial class CloudStart(
    CloudPrograms programs,
    CloudCaseRules caseRules,
    ApiKeys keys,
    CloudSettings settings,
    TimeProvider time,
    ILogger<CloudStart> logger) : IReadiness
{
    /// <summary>The Functions host gives a worker 60 seconds to start, and ends one that takes longer.</summary>
    public const int AttemptSecondsMax = 40;

    private const string FirstKeyName = "first-admin";
    private const string UnresolvedReference = "@Microsoft.KeyVault(";

    private volatile string? problem = "The host is starting.";

    public string? Problem => problem;

    /// <summary>Whether the host has started; the log and <see cref="Problem"/> say why not.</summary>
    public async Task<bool> TryAsync(CancellationToken cancellation)
    {
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(AttemptSecondsMax), time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, bound.Token);
        try
        {
            await programs.LoadAsync(settings.Program, either.Token);
            await caseRules.LoadAsync(settings.CaseRules, either.Token);
            await AdmitFirstKeyAsync(either.Token);
            problem = null;
            return true;
        }
        catch (Exception error) when (!cancellation.IsCancellationRequested)
        {
            LogFailed(error);
            // Anybody may ask whether the host is ready: what went wrong stands in the log.
            problem = error is StoreUnavailableException or OperationCanceledException
                ? "The host has not started: the store is out of reach."
                : "The host has not started: its program or its case rules cannot be loaded. The log says why.";
            return false;
        }
    }

    /// <summary>A wrong setting shuts out whoever should come in with it; it must not stop the work of all others.</summary>
    private async Task AdmitFirstKeyAsync(CancellationToken cancellation)
    {
        if (settings.FirstAdminKey is not { Length: > 0 } key)
            return;
        // The platform leaves the reference as it stands until the secret is there.
        if (key.StartsWith(UnresolvedReference, StringComparison.Ordinal))
        {
            LogUnresolved();
            return;
        }

        try
        {
            if (await keys.AdmitFirstAsync(FirstKeyName, key, cancellation))
                LogAdmitted(FirstKeyName);
        }
        catch (ArgumentException error)
        {
            LogRefused(error.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The host could not start; it tries again")]
    private partial void LogFailed(Exception error);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The first admin key is not resolved from the key vault yet")]
    private partial void LogUnresolved();

    [LoggerMessage(Level = LogLevel.Warning, Message = "The store had no API key: {Name} was let in, with every scope")]
    private partial void LogAdmitted(string name);

    [LoggerMessage(Level = LogLevel.Error, Message = "The setting Pipeline__FirstAdminKey is not used: {Problem}")]
    private partial void LogRefused(string problem);
}
