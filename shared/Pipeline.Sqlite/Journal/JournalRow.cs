using Pipeline.Sqlite.Storage;

namespace Pipeline.Sqlite.Journal;

/// <summary>One group commit's document writes, decoded.</summary>
internal sealed class JournalRow
{
    public const int DeletedFlag = 1;
    public const int DueFlag = 2;
    public const int DueBeforeFlag = 4;

    private JournalRow(long first, long last, List<JournaledWrite> writes) =>
        (FirstCommit, LastCommit, Writes) = (first, last, writes);

    public long FirstCommit { get; }

    public long LastCommit { get; }

    public IReadOnlyList<JournaledWrite> Writes { get; }

    public static JournalRow Read(long firstCommit, ReadOnlySpan<byte> body)
    {
        var plain = RowCompressor.Decompress(body);
        var writes = new List<JournaledWrite>();
        var reader = new ByteReader(plain);
        var commit = firstCommit - 1;
        while (!reader.End)
        {
            commit++;
            var partition = reader.Text();
            var hash = Keys.HashOf(partition);
            var count = (int)reader.Number();
            for (var i = 0; i < count; i++)
                writes.Add(ReadWrite(ref reader, plain, commit, i, partition, hash));
        }

        return new JournalRow(firstCommit, commit, writes);
    }

    private static JournaledWrite ReadWrite(
        ref ByteReader reader, byte[] plain, long commit, int index, string partition, uint hash)
    {
        var flags = reader.Byte();
        var kind = reader.Text();
        var id = reader.Text();
        var due = (flags & DueFlag) == 0 ? Entry.NoDue : reader.Number();
        var dueBefore = (flags & DueBeforeFlag) == 0 ? Entry.NoDue : reader.Number();
        ReadOnlyMemory<byte>? body = null;
        if ((flags & DeletedFlag) == 0)
        {
            var length = (int)reader.Number();
            body = plain.AsMemory(reader.At, length);
            reader.Raw(length);
        }

        return new JournaledWrite(commit, index, hash, partition, kind, id, due, dueBefore, body);
    }
}

/// <param name="Index">Its place in its commit.</param>
/// <param name="Body">Null where the document was deleted.</param>
internal sealed record JournaledWrite(
    long Commit, int Index, uint Hash, string Partition, string Kind, string Id, long DueTicks, long DueBeforeTicks,
    ReadOnlyMemory<byte>? Body);
