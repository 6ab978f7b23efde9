using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Pipeline.Runtime.Loyalty;

namespace Pipeline.Functions.Hosting;

/// <summary>
/// Starts the host where its first attempt failed, then reads the programs again and again: while a deployment replaces
/// another, both run, and the old one has to know the new program's version, or it could not work the refund of a purchase
/// that the new one awarded.
/// </summary>
internal sealed partial class ProgramRefresh(
    CloudStart start, StoredPrograms programs, CloudCaseRules caseRules, TimeProvider time, ILogger<ProgramRefresh> logger) : BackgroundService
{
    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan WaitMax = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        for (var wait = FirstWait; start.Problem is not null; wait = wait * 2 < WaitMax ? wait * 2 : WaitMax)
        {
            await Task.Delay(wait, time, stoppingToken);
            await start.TryAsync(stoppingToken);
        }

        using var timer = new PeriodicTimer(ProgramTerms.RefreshEvery, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await programs.RefreshAsync(stoppingToken);
                await caseRules.RefreshAsync(stoppingToken);
            }
            catch (Exception error) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailed(error);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The programs could not be read again; the known ones hold")]
    private partial void LogFailed(Exception error);
}
