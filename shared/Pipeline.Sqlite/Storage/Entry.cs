namespace Pipeline.Sqlite.Storage;

/// <summary>What is stored under a key: a document, or an entry of the due index (an empty body).</summary>
/// <param name="version">The number of the commit that wrote it.</param>
/// <param name="dueTicks">UTC ticks, or <see cref="NoDue"/>.</param>
/// <param name="body">Null where it was deleted: the tombstone hides what older runs hold.</param>
internal sealed class Entry(long version, long dueTicks, byte[]? body)
{
    public const long NoDue = -1;

    /// <summary>What an entry and its node cost beside key and body, by measurement.</summary>
    public const int OverheadBytes = 200;

    public long Version { get; } = version;

    public long DueTicks { get; } = dueTicks;

    public byte[]? Body { get; } = body;

    public bool Deleted => Body is null;

    public static Entry Tombstone(long version) => new(version, NoDue, null);

    public static Entry Mark(long version) => new(version, NoDue, []);
}

/// <summary>A document as it lies in a memtable or a block.</summary>
internal readonly record struct StoredEntry(long Version, long DueTicks, ReadOnlyMemory<byte> Body);
