using Pipeline.Domain;
using Pipeline.Runtime.Loyalty;
using Pipeline.Runtime.Ports;

namespace Pipeline.Functions.Hosting;

/// <summary>The loyalty program with every version that ever made an award in the store.</summary>
public sealed class CloudPrograms(IDocumentStore store) : IProgramSource
{
    private volatile ProgramHistory? programs;

    /// <exception cref="StoreUnavailableException">They are not loaded yet: whoever asks should come again.</exception>
    public ProgramHistory Programs =>
        programs ?? throw new StoreUnavailableException("The loyalty program is not loaded yet.");

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
