using System.Diagnostics.CodeAnalysis;
using Pipeline.Sqlite.Storage;

namespace Pipeline.Sqlite.Queue;

/// <summary>A queue's messages by their ids, which stay where the contents lie. Guarded by the queue's lock.</summary>
internal sealed class MessageIds
{
    private readonly HashSet<QueuedMessage> messages = new(ById.Instance);
    private readonly HashSet<QueuedMessage>.AlternateLookup<ReadOnlySpan<byte>> byBytes;

    public MessageIds() => byBytes = messages.GetAlternateLookup<ReadOnlySpan<byte>>();

    public bool TryGet(string messageId, [NotNullWhen(true)] out QueuedMessage? message)
    {
        var bytes = new KeyBuilder(stackalloc byte[512]);
        bytes.Raw(messageId);
        return byBytes.TryGetValue(bytes.Written, out message);
    }

    public void Add(QueuedMessage message)
    {
        if (!messages.Add(message))
            throw new InvalidOperationException("A message id is in the queue twice.");
    }

    public void Remove(QueuedMessage message) => messages.Remove(message);

    /// <summary>
    /// Equal ids are equal byte for byte: two ids with one hash are two messages, however a client came by them.
    /// </summary>
    private sealed class ById : IEqualityComparer<QueuedMessage>, IAlternateEqualityComparer<ReadOnlySpan<byte>, QueuedMessage>
    {
        public static readonly ById Instance = new();

        public bool Equals(QueuedMessage? x, QueuedMessage? y) =>
            ReferenceEquals(x, y) || (x!.IdHash == y!.IdHash && x.Id.SequenceEqual(y.Id));

        public int GetHashCode(QueuedMessage message) => message.IdHash;

        public bool Equals(ReadOnlySpan<byte> id, QueuedMessage message) => id.SequenceEqual(message.Id);

        public int GetHashCode(ReadOnlySpan<byte> id) => QueuedMessage.HashOf(id);

        public QueuedMessage Create(ReadOnlySpan<byte> id) => throw new NotSupportedException();
    }
}
