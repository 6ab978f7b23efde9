using Pipeline.Domain;
using Pipeline.Local.Commands;
using Pipeline.Runtime.Loyalty;

namespace Pipeline.Local.Hosting;

/// <summary>Loads the loyalty program of a data folder, with every version that ever made an award there.</summary>
internal sealed class LoadedPrograms(StoredPrograms programs)
{
    /// <param name="path">The file of the program that is to hold from now on; null: the folder's own.</param>
    /// <exception cref="CommandException">The file is no program, or none that may follow the folder's.</exception>
    public async Task LoadAsync(string? path, CancellationToken cancellation)
    {
        try
        {
            await programs.LoadAsync(path is null ? null : Read(path), cancellation);
        }
        catch (ProgramConflictException error)
        {
            throw new CommandException(error.Message, error);
        }
    }

    /// <exception cref="CommandException">The file is no program.</exception>
    public static LoyaltyProgram Read(string path)
    {
        var parse = ProgramDocument.Parse(File.ReadAllBytes(path));
        return parse.Program ?? throw new CommandException(
            $"{path} is not a loyalty program:"
            + string.Concat(parse.Errors.Select(static error => $"\n  {error.Key}: {error.Value}")));
    }
}
