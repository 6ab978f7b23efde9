using Pipeline.Local.Hosting;
using Pipeline.Sqlite;

namespace Pipeline.Local.Commands;

/// <summary>Opens a data folder for one command.</summary>
internal static class Folder
{
    /// <summary>To change it, with the use cases on top: no other process may serve it meanwhile.</summary>
    /// <param name="program">The file of the program that is to hold from now on; null: the folder's own.</param>
    public static async Task<ServiceProvider> OpenAsync(
        string folder, Terminal terminal, string command, CancellationToken cancellation, string? program = null)
    {
        var services = new ServiceCollection();
        services.AddLogging(static logging => ConsoleLogs.Add(logging, LogLevel.Warning));
        services.AddSingleton(terminal.Time);
        services.AddUseCases(new SqliteOptions { Folder = folder });
        var provider = services.BuildServiceProvider();
        try
        {
            await UseCases.LoadAsync(provider, program, caseRules: null, cancellation);
            return provider;
        }
        catch (Exception error)
        {
            await provider.DisposeAsync();
            if (error is DataFolderInUseException)
                throw new CommandException(
                    $"'{command}' needs the data folder '{folder}' for itself, but another process serves it. "
                    + "Stop that one first (Ctrl+C), then run this again.", error);
            throw;
        }
    }

    /// <summary>A command that only looks after existing data makes no new folder of a misspelt name.</summary>
    public static void MustExist(string folder)
    {
        if (!Directory.Exists(folder))
            throw new CommandException($"there is no data folder at '{folder}'.");
    }

    /// <summary>To read it, also while another process serves it.</summary>
    public static SqliteEngine Read(string folder) => SqliteEngine.OpenReadOnly(folder);
}
