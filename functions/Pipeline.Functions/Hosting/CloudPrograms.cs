using Pipeline.Domain;
using Pipeline.Runtime.Loyalty;

namespace Pipeline.Functions.Hosting;

/// <summary>Loads the loyalty program that the deployed app brings, or the store's own.</summary>
public sealed class CloudPrograms(StoredPrograms programs)
{
    /// <param name="path">A file of the deployed app; null: the store's own program.</param>
    /// <exception cref="ProgramConflictException">The file may not follow what the store has.</exception>
    public Task LoadAsync(string? path, CancellationToken cancellation) => programs.LoadAsync(
        path is null ? null : Read(Path.Combine(AppContext.BaseDirectory, path)), cancellation);

    private static LoyaltyProgram Read(string path)
    {
        var parse = ProgramDocument.Parse(File.ReadAllBytes(path));
        return parse.Program ?? throw new InvalidOperationException(
            $"{path} is not a loyalty program: "
            + string.Join("; ", parse.Errors.Select(static error => $"{error.Key}: {error.Value}")));
    }
}
