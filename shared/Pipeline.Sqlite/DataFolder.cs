using Pipeline.Sqlite.Sql;
using Pipeline.Sqlite.Storage;
using SQLitePCL;

namespace Pipeline.Sqlite;

/// <summary>The files of a data folder, and how its database is opened.</summary>
internal static class DataFolder
{
    public const string DatabaseName = "pipeline.db";

    public static string DatabasePath(string folder) => Path.Combine(Path.GetFullPath(folder), DatabaseName);

    /// <summary>Makes the folder where there is none. It is for its owner alone: it holds personal data.</summary>
    public static void Create(string folder)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder);
        else
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>Opens a file of the folder; one that is made here is for its owner alone.</summary>
    public static FileStream OpenFile(string path, FileShare share)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.ReadWrite,
            Share = share,
        };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new FileStream(path, options);
    }

    public static Database OpenWriter(string path)
    {
        // SQLite gives its other files the rights of this one. A file that is there is left alone: closing it would
        // end the locks that this process has on it.
        if (!File.Exists(path))
            OpenFile(path, FileShare.ReadWrite).Dispose();
        var database = Database.OpenWriter(path);
        try
        {
            // The page size only matters for a new file; WAL is kept in the file.
            database.Execute("PRAGMA page_size = 4096");
            database.Execute("PRAGMA journal_mode = WAL");
            database.Execute("PRAGMA synchronous = FULL");
            database.Execute("PRAGMA wal_autocheckpoint = 0");
            database.Execute("PRAGMA cache_size = -8192");
            database.Execute("PRAGMA temp_store = MEMORY");
            return database;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    public static Database OpenReader(string path)
    {
        var database = Database.OpenReader(path);
        // Blocks are cached decompressed: SQLite's own cache need only hold the way to them.
        database.Execute("PRAGMA cache_size = -1024");
        return database;
    }

    /// <summary>The runs that the database names, newest first.</summary>
    public static Run[] LoadRuns(Database database, BlockReader blocks)
    {
        var heads = new List<RunHead>();
        using (var select = database.Prepare("SELECT id, level, head FROM runs"))
        {
            while (select.Step())
                heads.Add(RunHead.Read(select.Long(0), (int)select.Long(1), select.Blob(2)));
        }

        return [.. heads.OrderByDescending(static head => head.CommitMax)
            .Select(head => new Run(head, blocks.ReadIndex(head)))];
    }

    /// <summary>Removes rows of runs that were never finished or that a merge has replaced.</summary>
    public static void DropOrphans(Database database, Run[] runs)
    {
        using var delete = database.Prepare("DELETE FROM blocks WHERE id BETWEEN ?1 AND ?2");
        var next = 0L;
        var used = runs.SelectMany(static run => run.Head.Extents.Concat(run.Head.IndexExtents));
        foreach (var extent in used.OrderBy(static extent => extent.First))
        {
            if (extent.First > next)
                delete.Bind(1, next).Bind(2, extent.First - 1).Run();
            next = extent.First + extent.Count;
        }

        delete.Bind(1, next).Bind(2, long.MaxValue).Run();
    }

    /// <summary>What an error of the file system means to whoever runs the program.</summary>
    /// <param name="use">"written" or "read".</param>
    public static DataFolderException Explain(Exception error, string folder, string use)
    {
        var advice = error is UnauthorizedAccessException
            ? "Run this as the user to whom it belongs, or choose another folder."
            : "Choose another folder.";
        return new($"The data folder '{folder}' cannot be {use}: {error.Message.TrimEnd('.')}. {advice}", error);
    }

    /// <summary>What an error at opening means to whoever runs the program.</summary>
    public static DataFolderException Explain(SqliteException error, string folder) => new(
        error.PrimaryCode switch
        {
            raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB =>
                $"The database in '{folder}' is damaged. Restore a backup. ({error.Message})",
            raw.SQLITE_FULL => $"The disk of '{folder}' is full. ({error.Message})",
            raw.SQLITE_CANTOPEN or raw.SQLITE_READONLY or raw.SQLITE_PERM =>
                $"The database in '{folder}' cannot be opened: see that it exists and may be written. ({error.Message})",
            _ => $"The database in '{folder}' cannot be opened. ({error.Message})",
        }, error);
}
