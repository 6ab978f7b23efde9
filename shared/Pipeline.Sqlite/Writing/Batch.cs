using System.Diagnostics.CodeAnalysis;
using Pipeline.Runtime.Ports;
using Pipeline.Sqlite.Journal;
using Pipeline.Sqlite.Queue;
using Pipeline.Sqlite.Storage;

namespace Pipeline.Sqlite.Writing;

/// <summary>What one group commit writes, and what its later requests must see of its earlier ones.</summary>
internal sealed class Batch(DocumentTree tree, QueueLog queueLog, DeadLetterTable deadLetters, TimeProvider time)
{
    private readonly Dictionary<byte[], Entry> overlay = new(KeyComparer.Instance);
    private readonly List<PendingPut> puts = [];
    private readonly HashSet<(string Queue, long Sequence)> taken = [];

    public DocumentTree Tree { get; } = tree;

    public QueueLog QueueLog { get; } = queueLog;

    public JournalWriter Journal { get; } = new();

    /// <summary>Changes of the dead letters, made inside the transaction.</summary>
    public List<Action<DeadLetterTable>> DeadLetters { get; } = [];

    public long FirstCommit { get; private set; }

    public long NextCommit { get; private set; }

    public bool HasDocuments => puts.Count > 0;

    public bool HasWrites => HasDocuments || QueueLog.HasPending || DeadLetters.Count > 0;

    public void Start(long nextCommit)
    {
        FirstCommit = NextCommit = nextCommit;
        overlay.Clear();
        puts.Clear();
        DeadLetters.Clear();
        taken.Clear();
        Journal.Clear();
        QueueLog.Clear();
    }

    /// <param name="ahead">What its caller has found under its keys.</param>
    public Entry? Find(byte[] key, FoundAhead ahead, int index)
    {
        if (overlay.Count > 0 && overlay.TryGetValue(key, out var pending))
            return pending.Deleted ? null : pending;
        return ahead.Now(Tree, key, index);
    }

    public long TakeCommitNumber() => NextCommit++;

    public void Put(byte[] key, Entry entry, long dueBefore, int shard, string kind)
    {
        overlay[key] = entry;
        puts.Add(new PendingPut(key, entry, dueBefore, shard, kind));
    }

    public void DeadLetter(QueuedMessage message, string reason, string description)
    {
        var letter = new DeadLetter(
            message.Sequence, message.Read(), new DateTimeOffset(message.EnqueuedTicks, TimeSpan.Zero),
            time.GetUtcNow(), message.DeliveryCount, reason, description);
        DeadLetters.Add(table => table.Insert(message.Queue.Name, letter));
    }

    /// <summary>The fingerprint of a committed dead letter, or null.</summary>
    public string? FindDeadLetter(string queue, string messageId) => deadLetters.Find(queue, messageId);

    /// <summary>Removes a committed dead letter with this batch; false where there is none.</summary>
    public bool TakeDeadLetter(string queue, long sequence, [NotNullWhen(true)] out DeadLetter? letter)
    {
        letter = deadLetters.Read(queue, sequence - 1, 1).FirstOrDefault();
        if (letter?.Sequence != sequence || !taken.Add((queue, sequence)))
        {
            letter = null;
            return false;
        }

        DeadLetters.Add(table => table.Delete(queue, sequence));
        return true;
    }

    public void PublishDocuments()
    {
        foreach (var put in puts)
            Tree.Put(put.Key, put.Entry, put.DueBefore, put.Shard, put.Kind);
    }

    private readonly record struct PendingPut(byte[] Key, Entry Entry, long DueBefore, int Shard, string Kind);

    private sealed class KeyComparer : IEqualityComparer<byte[]>
    {
        public static readonly KeyComparer Instance = new();

        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(byte[] key) => unchecked((int)StableHash.Of(key));
    }
}
