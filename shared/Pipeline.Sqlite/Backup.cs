using Pipeline.Sqlite.Sql;

namespace Pipeline.Sqlite;

/// <summary>Copies a database while it is used.</summary>
internal static class Backup
{
    public static void Run(Func<Database> open, string folder)
    {
        var target = Path.Combine(folder, DataFolder.DatabaseName);
        var partial = target + ".partial";
        if (File.Exists(target))
            throw new DataFolderException($"The folder '{folder}' holds a database already. Choose another folder.");
        try
        {
            DataFolder.Create(folder);
            File.Delete(partial);
            // Empty, it may be copied into; and it has its rights before anything is in it.
            DataFolder.OpenFile(partial, FileShare.ReadWrite).Dispose();
            using (var database = open())
            using (var copy = database.Prepare("VACUUM INTO ?1"))
                copy.Bind(1, partial).Run();
            using (var file = new FileStream(partial, FileMode.Open, FileAccess.ReadWrite))
                file.Flush(flushToDisk: true);
            // Under its name only when it is whole: a backup that was cut off cannot be taken for one.
            File.Move(partial, target);
        }
        catch (Exception error) when (error is SqliteException or IOException or UnauthorizedAccessException)
        {
            throw new DataFolderException($"The backup to '{folder}' failed: {error.Message.TrimEnd('.')}.", error);
        }
    }
}
