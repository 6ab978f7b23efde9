using Pipeline.Domain;
using Pipeline.Runtime.Cases;
using Pipeline.Runtime.Ports;

namespace Pipeline.Functions.Hosting;

/// <summary>The case rules of the store.</summary>
public sealed class CloudCaseRules(IDocumentStore store) : ICaseRulesSource
{
    private volatile CaseRules? rules;

    /// <exception cref="StoreUnavailableException">They are not loaded yet: whoever asks should come again.</exception>
    public CaseRules Current => rules ?? throw new StoreUnavailableException("The case rules are not loaded yet.");

    /// <param name="path">A file of the deployed app; null: the store's own rules.</param>
    /// <exception cref="CaseRulesConflictException">The file may not follow what the store has.</exception>
    public async Task LoadAsync(string? path, CancellationToken cancellation) => rules = await CaseRulesStore.LoadAsync(
        store, path is null ? null : Read(Path.Combine(AppContext.BaseDirectory, path)), cancellation);

    /// <summary>Takes in what another instance, perhaps of a newer deployment, has added.</summary>
    public Task RefreshAsync(CancellationToken cancellation) => LoadAsync(null, cancellation);

    private static CaseRules Read(string path)
    {
        var parse = CaseRulesDocument.Parse(File.ReadAllBytes(path));
        return parse.Rules ?? throw new InvalidOperationException(
            $"{path} has no case rules: "
            + string.Join("; ", parse.Errors.Select(static error => $"{error.Key}: {error.Value}")));
    }
}
