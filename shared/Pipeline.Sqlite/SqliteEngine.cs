using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Pipeline.Runtime.Ports;

namespace Pipeline.Sqlite;

/// <summary>
/// The embedded engine over one data folder: its ports, its upkeep and its figures. It answers a write only after
/// COMMIT with <c>synchronous=FULL</c>.
/// </summary>
public sealed class SqliteEngine : IAsyncDisposable, IDisposable
{
    private readonly ServingParts? serving;
    private readonly ReadingParts? reading;

    private SqliteEngine(ServingParts? serving, ReadingParts? reading) =>
        (this.serving, this.reading) = (serving, reading);

    public IDocumentStore Documents => serving?.Documents ?? reading!.Documents;

    /// <exception cref="InvalidOperationException">It is open for reading only.</exception>
    public IWorkQueue Queue => Serving.QueuePorts;

    /// <exception cref="InvalidOperationException">It is open for reading only.</exception>
    public IQueueReceiver Receiver => Serving.QueuePorts;

    public IDeadLetters DeadLetters => serving?.DeadLetters ?? reading!.DeadLetters;

    public bool ReadOnly => serving is null;

    private ServingParts Serving =>
        serving ?? throw new InvalidOperationException("The data folder is open for reading only.");

    /// <summary>Opens a data folder to serve it; makes it where there is none.</summary>
    /// <exception cref="DataFolderInUseException">Another engine serves it.</exception>
    /// <exception cref="DataFolderNewerException">A newer program wrote it.</exception>
    /// <exception cref="DataFolderException">It cannot be read; the message says why.</exception>
    public static SqliteEngine Open(SqliteOptions options, TimeProvider time, ILogger<SqliteEngine>? logger = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        options.Validate();
        return new SqliteEngine(ServingParts.Open(options, time, logger ?? NullLogger<SqliteEngine>.Instance), null);
    }

    /// <summary>
    /// Opens what is committed in a data folder at this moment, for reading only, also while another process serves
    /// it. Documents, the dead letters' list and the backup work.
    /// </summary>
    /// <exception cref="DataFolderException">There is no data folder, or it cannot be read.</exception>
    public static SqliteEngine OpenReadOnly(string folder) => new(null, ReadingParts.Open(folder));

    /// <summary>Sorts everything that is in memory into runs, and copies the write-ahead log into the database.</summary>
    public Task FlushAsync() => Serving.FlushAsync();

    /// <summary>Copies the whole data folder, as of one moment, to a folder that can be opened in its place.</summary>
    /// <param name="folder">Must not hold a database yet.</param>
    /// <exception cref="DataFolderException">It holds one, or cannot be written.</exception>
    public Task BackupAsync(string folder, CancellationToken cancellation) => Task.Run(
        () => Backup.Run(serving is not null ? serving.OpenReader : reading!.OpenAnother, folder), cancellation);

    public SqliteStats Stats() => Serving.Stats();

    /// <summary>Ends the work in line, writes everything down and frees the folder.</summary>
    public ValueTask DisposeAsync()
    {
        reading?.Dispose();
        return serving?.DisposeAsync() ?? ValueTask.CompletedTask;
    }

    /// <summary>For a container that is disposed synchronously; waits for <see cref="DisposeAsync"/>.</summary>
    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();
}
