using Pipeline.Runtime.Ports;

namespace Pipeline.Cosmos.Items;

/// <summary>One write as it is sent.</summary>
/// <param name="ETag">The version that it is bound to; null: none.</param>
/// <param name="Commits">The commits that the item tells of.</param>
internal sealed record PreparedWrite(Write Write, string Id, byte[] Item, string? ETag, string Commits)
{
    public Stream Content => new MemoryStream(Item, writable: false);
}

/// <summary>The writes of a commit, and the item by which its writer finds out whether it happened.</summary>
/// <param name="TellTale">
/// The item that carries the commit's id: the first that is created, since nobody writes over most of these; else the first
/// that is written, which tells of the commits before it too. Null: a commit of deletions alone.
/// </param>
/// <param name="Marker">Of a commit of deletions alone: an item that tells of it for a while.</param>
internal sealed record PreparedCommit(
    string Id, IReadOnlyList<PreparedWrite> Writes, PreparedWrite? TellTale, byte[]? Marker)
{
    /// <summary>Null where no item tells of the commit.</summary>
    public string? TellTaleId => TellTale?.Id ?? (Marker is null ? null : ItemCodec.MarkerId(Id));
}

/// <summary>Makes the items of a commit, within the limits of the port.</summary>
internal sealed class CommitPreparation(ItemCodec codec, CosmosOptions options, TimeProvider clock)
{
    private const int SecondsOfMinute = 60;

    /// <summary>Clocks of hosts differ a little.</summary>
    private const int MarginMinutes = 2;

    /// <summary>A lost answer is found out about within the time of a commit and that of a read.</summary>
    private readonly int rememberedMinutes = (2 * options.OperationSecondsMax / SecondsOfMinute) + MarginMinutes;

    public PreparedCommit Prepare(string partition, IReadOnlyList<Write> writes)
    {
        var now = clock.GetUtcNow();
        var commit = CommitId.New(now);
        var tellTale = TellTaleOf(writes);
        var prepared = new PreparedWrite[writes.Count];
        var names = new HashSet<string>(writes.Count, StringComparer.Ordinal);
        var (given, sent) = (0L, 0L);
        for (var i = 0; i < prepared.Length; i++)
        {
            prepared[i] = Prepare(partition, writes[i], i == tellTale ? commit : null, now);
            if (!names.Add(prepared[i].Id))
                throw new ArgumentException("A commit writes a document once.", nameof(writes));
            (given, sent) = (given + ContentOf(writes[i]).Body.Length, sent + prepared[i].Item.Length);
            if (given > StoreLimits.CommitBytesMax || sent > StoreLimits.CommitBytesMax)
                throw TooLarge();
        }

        return tellTale is { } index
            ? new PreparedCommit(commit, prepared, prepared[index], null)
            : new PreparedCommit(commit, prepared, null, MarkerOf(partition, commit, writes.Count));
    }

    public static ArgumentException TooLarge() =>
        new($"A commit has {StoreLimits.CommitBytesMax} bytes at most.", "writes");

    private PreparedWrite Prepare(string partition, Write write, string? commit, DateTimeOffset now)
    {
        var id = ItemId.Of(write.Kind, write.Id);
        var before = VersionOf(write) is { } version ? ItemVersion.Parse(version) : (ItemVersion?)null;
        if (write is Write.Delete)
            return new PreparedWrite(write, id, [], before?.ETag, "");
        var commits = CommitId.Recent(before?.Commits ?? "", now, rememberedMinutes);
        if (commit is not null)
            commits = CommitId.Before(commit, commits, options.RememberedCommitsMax);
        var (body, dueAt) = ContentOf(write);
        var item = codec.Write(new(partition, write.Kind, write.Id), body, dueAt, commits);
        return new PreparedWrite(write, id, item, before?.ETag, commits);
    }

    private byte[]? MarkerOf(string partition, string commit, int writes) => writes < StoreLimits.WritesMax
        ? ItemCodec.WriteMarker(partition, commit, rememberedMinutes * SecondsOfMinute)
        : null;

    private static int? TellTaleOf(IReadOnlyList<Write> writes)
    {
        int? first = null;
        for (var i = 0; i < writes.Count; i++)
            if (writes[i] is Write.Create)
                return i;
            else if (writes[i] is not Write.Delete)
                first ??= i;
        return first;
    }

    private static string? VersionOf(Write write) => write switch
    {
        Write.Replace replace => replace.Version,
        Write.Delete delete => delete.Version,
        _ => null,
    };

    private static (ReadOnlyMemory<byte> Body, DateTimeOffset? DueAt) ContentOf(Write write) => write switch
    {
        Write.Create create => (create.Body, create.DueAt),
        Write.Replace replace => (replace.Body, replace.DueAt),
        Write.Upsert upsert => (upsert.Body, upsert.DueAt),
        _ => (default, null),
    };
}
