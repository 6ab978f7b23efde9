using Pipeline.Sqlite.Storage;

namespace Pipeline.Sqlite.Writing;

/// <summary>
/// What is stored under the keys of a commit, looked up on its caller's thread: the only thread that writes need not wait for
/// the disk, and need not unpack what many can unpack at once. By default nothing was found, and the writer looks itself.
/// </summary>
internal readonly struct FoundAhead
{
    private readonly Memtable? active;
    private readonly Entry?[] entries;

    private FoundAhead(Memtable? active, Entry?[] entries) => (this.active, this.entries) = (active, entries);

    public static FoundAhead Of(DocumentTree tree, byte[][] keys)
    {
        // Noted first: what is committed during the lookup comes into this one, and is seen by Now.
        var active = tree.Current.Active;
        var entries = new Entry?[keys.Length];
        try
        {
            for (var i = 0; i < keys.Length; i++)
                entries[i] = tree.Find(keys[i]);
            return new FoundAhead(active, entries);
        }
        catch (Exception)
        {
            // Not this caller's to judge: the writer looks itself, and says what it means.
            return new FoundAhead(null, entries);
        }
    }

    /// <summary>
    /// What is stored by now, for the writer: commits come into the active memtable alone, so that as long as it is the same
    /// one nothing else can be newer than what was found.
    /// </summary>
    public Entry? Now(DocumentTree tree, byte[] key, int index)
    {
        var current = tree.Current.Active;
        if (current != active)
            return tree.Find(key);
        var since = current.Find(key, StableHash.Of(key));
        return since is null ? entries[index] : since.Deleted ? null : since;
    }
}
