namespace Pipeline.Sqlite.Writing;

/// <summary>Something a caller waits for. All methods run on the writer's thread.</summary>
internal abstract class WriterRequest
{
    /// <summary>Whether it took one of the places in the line.</summary>
    public bool HoldsPlace { get; set; }

    /// <summary>About what it adds to a batch.</summary>
    public virtual int Bytes => 64;

    /// <summary>Decides against everything committed or earlier in the batch, and adds what is to be written.</summary>
    public abstract void Prepare(Batch batch);

    /// <summary>After COMMIT: shows the change to readers and answers the caller.</summary>
    public abstract void Publish();

    /// <summary>The batch was not committed: takes back what <see cref="Prepare"/> reserved and answers so.</summary>
    public abstract void Fail(Exception error);
}

/// <summary>Upkeep that rides along with the callers' commits, in small steps.</summary>
internal abstract class MaintenanceStep
{
    public abstract int Bytes { get; }

    /// <summary>Writes; may run again after a commit that failed.</summary>
    public abstract void Execute(WriterSql sql);

    public abstract void Publish();
}
