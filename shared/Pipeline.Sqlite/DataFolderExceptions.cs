namespace Pipeline.Sqlite;

/// <summary>The data folder cannot be opened as it is; the message says what to do.</summary>
public class DataFolderException : Exception
{
    public DataFolderException(string message, Exception? inner = null) : base(message, inner)
    {
    }
}

/// <summary>Another engine serves this data folder.</summary>
public sealed class DataFolderInUseException(string folder, Exception? inner = null) : DataFolderException(
    $"The data folder '{folder}' is in use by another process (or another engine of this one). Stop it, or choose "
    + "another folder. Reading, verifying and backing up work beside it.", inner);

/// <summary>The data folder was written by a newer version of this program.</summary>
public sealed class DataFolderNewerException(string folder, long version, long known) : DataFolderException(
    $"The data folder '{folder}' has schema version {version}; this program knows versions up to {known}. "
    + "Run the newer program, or restore a backup made by this one.");
