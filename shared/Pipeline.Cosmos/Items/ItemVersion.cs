namespace Pipeline.Cosmos.Items;

/// <summary>
/// A version as the port hands it out: the service's ETag, and behind it the commits that the item tells of, so that whoever
/// writes over the item goes on telling of them.
/// </summary>
internal readonly record struct ItemVersion(string ETag, string Commits)
{
    /// <summary>
    /// Of an item whose commit was found again by another item: no version of the service is like it, so a write at it is
    /// stale, and its caller reads.
    /// </summary>
    public static readonly ItemVersion Unknown = new("unknown", "");

    private const char Separator = ' ';

    public static ItemVersion Parse(string version)
    {
        var end = version.IndexOf(Separator, StringComparison.Ordinal);
        return end < 0 ? new(version, "") : new(version[..end], version[(end + 1)..]);
    }

    public override string ToString() => Commits.Length == 0 ? ETag : $"{ETag}{Separator}{Commits}";
}
