namespace Pipeline.Sqlite;

/// <summary>
/// Keeps a second engine off a data folder. The operating system drops the lock with the process, however it ends.
/// </summary>
internal sealed class FolderLock : IDisposable
{
    private readonly FileStream file;

    private FolderLock(FileStream file) => this.file = file;

    public static FolderLock Take(string folder)
    {
        try
        {
            // On Unix FileShare.None takes an advisory flock, which also tells two engines of one process apart.
            return new FolderLock(new FileStream(
                Path.Combine(folder, "pipeline.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException error) when (error is not DirectoryNotFoundException)
        {
            throw new DataFolderInUseException(folder, error);
        }
    }

    public void Dispose() => file.Dispose();
}
