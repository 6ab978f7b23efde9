namespace Pipeline.Sqlite;

/// <summary>
/// Keeps a second engine off a data folder. The operating system drops the lock with the process, however it ends.
/// </summary>
internal sealed class FolderLock : IDisposable
{
    /// <summary>What the systems say of a file that another has: Windows ERROR_SHARING_VIOLATION, Linux and macOS EWOULDBLOCK.</summary>
    private static readonly int[] InUse = [32, 11, 35];

    private readonly FileStream file;

    private FolderLock(FileStream file) => this.file = file;

    public static FolderLock Take(string folder)
    {
        try
        {
            // On Unix FileShare.None takes an advisory flock, which also tells two engines of one process apart.
            return new FolderLock(DataFolder.OpenFile(Path.Combine(folder, "pipeline.lock"), FileShare.None));
        }
        catch (IOException error) when (InUse.Contains(error.HResult & 0xffff))
        {
            throw new DataFolderInUseException(folder, error);
        }
    }

    public void Dispose() => file.Dispose();
}
