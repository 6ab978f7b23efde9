using Pipeline.Runtime.Ports;

namespace Pipeline.Sqlite.Queue;

internal enum MessageState
{
    /// <summary>Reserved by a send that is not committed yet.</summary>
    Sending,

    /// <summary>For its time, outside its session's order.</summary>
    Scheduled,
    Waiting,
    Leased,

    /// <summary>A settlement of it is being committed.</summary>
    Settling,
}

/// <summary>A message in memory. Guarded by its queue's lock.</summary>
internal sealed class QueuedMessage
{
    /// <summary>The bytes of a message beside its content: the object, its places in the session, the index and the log.</summary>
    public const int OverheadBytes = 200;

    private PageSlice content;

    public QueuedMessage(WorkQueue queue, long sequence, long enqueuedTicks, PageSlice content)
    {
        (Queue, Sequence, EnqueuedTicks, this.content) = (queue, sequence, enqueuedTicks, content);
        IdHash = HashOf(Id);
    }

    public WorkQueue Queue { get; }

    public long Sequence { get; }

    public long EnqueuedTicks { get; }

    public int IdHash { get; }

    /// <summary>What it costs of the bound in bytes.</summary>
    public int Bytes => OverheadBytes + content.Length;

    /// <summary>Where its content lies. Under the queue's lock, or on the writer's thread, which alone moves it.</summary>
    public PageSlice Content
    {
        get => content;
        set => content = value;
    }

    public ReadOnlySpan<byte> Id => MessageContent.IdOf(content.Span);

    public int DeliveryCount { get; set; }

    public MessageState State { get; set; }

    /// <summary>
    /// It lived through an unclean end: it may be what ended the process, so that its next delivery is counted on
    /// disk before it is made.
    /// </summary>
    public bool Survivor { get; set; }

    /// <summary>It ended with the process more than once: it is worked alone until it leaves.</summary>
    public bool IsSuspect { get; set; }

    public SessionState? Session { get; set; }

    public QueuedMessage? Previous { get; set; }

    public QueuedMessage? Next { get; set; }

    /// <summary>The row of the queue's log that holds it whole. Only for the writer's thread.</summary>
    public QueueLogRow? Row { get; set; }

    /// <summary>Its content may lie elsewhere soon: under the queue's lock, or on the writer's thread.</summary>
    public QueueMessage Read() => MessageContent.Read(content.Span);

    /// <summary>Differs from process to process, so that no client can make many ids with one hash.</summary>
    public static int HashOf(ReadOnlySpan<byte> id)
    {
        var hash = default(HashCode);
        hash.AddBytes(id);
        return hash.ToHashCode();
    }
}

/// <summary>The messages of one session in their order. Guarded by its queue's lock.</summary>
internal sealed class SessionState(string name)
{
    public string Name { get; } = name;

    public QueuedMessage? First { get; private set; }

    public QueuedMessage? Last { get; private set; }

    public ActiveLease? Lease { get; set; }

    /// <summary>Not delivered before: the backoff after an abandoned message.</summary>
    public long HoldUntilTicks { get; set; }

    /// <summary>Expired messages that are on their way to the dead letters.</summary>
    public int Blocks { get; set; }

    /// <summary>Whether it stands in the line of ready sessions or of suspects, or among the held ones.</summary>
    public bool InLine { get; set; }

    public bool Held { get; set; }

    public void Append(QueuedMessage message)
    {
        message.Session = this;
        message.Previous = Last;
        message.Next = null;
        if (Last is null)
            First = message;
        else
            Last.Next = message;
        Last = message;
    }

    public void Remove(QueuedMessage message)
    {
        if (message.Previous is null)
            First = message.Next;
        else
            message.Previous.Next = message.Next;
        if (message.Next is null)
            Last = message.Previous;
        else
            message.Next.Previous = message.Previous;
        message.Previous = message.Next = null;
    }
}

/// <summary>A session's lock and the messages delivered under it. Guarded by its queue's lock.</summary>
internal sealed class ActiveLease(SessionState session, long token, QueuedMessage[] messages)
{
    public SessionState Session { get; } = session;

    public long Token { get; } = token;

    public QueuedMessage[] Messages { get; } = messages;

    public long UntilTicks { get; set; }

    /// <summary>Messages not settled yet.</summary>
    public int Open { get; set; } = messages.Length;

    /// <summary>Settlements being committed: while there are any the lease cannot end.</summary>
    public int Settling { get; set; }

    /// <summary>What the receiver is given: read while the queue's lock kept the contents in their place.</summary>
    public DeliveredMessage[] Delivered { get; set; } = [];

    /// <summary>Its delivery must be on disk before it is handed out.</summary>
    public bool NeedsRecord { get; set; }

    /// <summary>How long other suspects wait for this one at most; for ever where it holds nobody up.</summary>
    public long TurnUntilTicks { get; set; } = long.MaxValue;

    /// <summary>Its place among the leases, soonest to end first.</summary>
    public LinkedListNode<ActiveLease>? Place { get; set; }
}
