using Pipeline.Domain;
using Pipeline.Local.Commands;
using Pipeline.Runtime.Cases;
using Pipeline.Runtime.Ports;

namespace Pipeline.Local.Hosting;

/// <summary>The case rules of a data folder.</summary>
internal sealed class LoadedCaseRules(IDocumentStore store) : ICaseRulesSource
{
    private CaseRules? rules;

    public CaseRules Current =>
        rules ?? throw new InvalidOperationException("The case rules are used before they are loaded.");

    /// <param name="path">The file of the rules that are to hold from now on; null: the folder's own.</param>
    /// <exception cref="CommandException">The file has no case rules, or none that may follow the folder's.</exception>
    public async Task LoadAsync(string? path, CancellationToken cancellation)
    {
        try
        {
            rules = await CaseRulesStore.LoadAsync(store, path is null ? null : Read(path), cancellation);
        }
        catch (CaseRulesConflictException error)
        {
            throw new CommandException(error.Message, error);
        }
    }

    private static CaseRules Read(string path)
    {
        var parse = CaseRulesDocument.Parse(File.ReadAllBytes(path));
        return parse.Rules ?? throw new CommandException(
            $"{path} has no case rules:" + string.Concat(parse.Errors.Select(static error => $"\n  {error.Key}: {error.Value}")));
    }
}
