using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Pipeline.Domain;
using Pipeline.Runtime.Loyalty;
using Pipeline.Runtime.Ports;

namespace Pipeline.Functions.Hosting;

/// <summary>The loyalty program with every version that ever made an award in the store.</summary>
public sealed class CloudPrograms(IDocumentStore store) : IProgramSource
{
    private volatile ProgramHistory? programs;

    public ProgramHistory Programs =>
        programs ?? throw new InvalidOperationException("The programs are used before they are loaded.");

    /// <param name="path">A file of the deployed app; null: the store's own program.</param>
    /// <exception cref="ProgramConflictException">The file may not follow what the store has.</exception>
    public async Task LoadAsync(string? path, CancellationToken cancellation) => programs = await ProgramStore.LoadAsync(
        store, path is null ? null : Read(Path.Combine(AppContext.BaseDirectory, path)), cancellation);

    /// <summary>Takes in what another instance, perhaps of a newer deployment, has added.</summary>
    public async Task RefreshAsync(CancellationToken cancellation) =>
        programs = await ProgramStore.ReadOnlyAsync(store, cancellation);

    private static LoyaltyProgram Read(string path)
    {
        var parse = ProgramDocument.Parse(File.ReadAllBytes(path));
        return parse.Program ?? throw new InvalidOperationException(
            $"{path} is not a loyalty program: "
            + string.Join("; ", parse.Errors.Select(static error => $"{error.Key}: {error.Value}")));
    }
}

/// <summary>
/// While a deployment replaces another, both run: the old one has to know the new program's version, or it could not work
/// the refund of a purchase that the new one awarded.
/// </summary>
internal sealed partial class ProgramRefresh(CloudPrograms programs, TimeProvider time, ILogger<ProgramRefresh> logger)
    : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await programs.RefreshAsync(stoppingToken);
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
