namespace Pipeline.Sqlite.Storage;

/// <summary>Walks over sorted entries in one direction.</summary>
internal abstract class EntryCursor
{
    public bool Valid { get; protected set; }

    public ReadOnlyMemory<byte> Key { get; protected set; }

    public long Version { get; protected set; }

    public long DueTicks { get; protected set; }

    public bool Deleted { get; protected set; }

    public ReadOnlyMemory<byte> Body { get; protected set; }

    /// <summary>Ascending: to the first key at or after this one. Descending: to the last key before it.</summary>
    public abstract void Seek(ReadOnlySpan<byte> key);

    public abstract void Next();
}
