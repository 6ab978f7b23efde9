using System.Collections.Concurrent;
using Pipeline.Runtime.Ports;
using Pipeline.Sqlite.Writing;

namespace Pipeline.Sqlite.Queue;

/// <summary>All queues: their common bounds, tokens and log.</summary>
internal sealed class WorkQueues : IDisposable
{
    private const int QueuesMax = 256;
    private readonly SqliteOptions options;
    private readonly ConcurrentDictionary<string, WorkQueue> queues = new(StringComparer.Ordinal);
    private readonly Lock lazyGate = new();
    private List<(QueuedMessage Message, int Count)> lazy = [];
    private List<(QueuedMessage Message, int Count)> lazyTaken = [];
    private long token;
    private int turn;
    private long residentMessages;
    private long residentBytes;

    /// <param name="epoch">How often the folder was opened: tokens grow beyond those of every earlier process.</param>
    public WorkQueues(SqliteOptions options, TimeProvider time, long epoch)
    {
        (this.options, Time) = (options, time);
        token = epoch << 40;
    }

    public TimeProvider Time { get; }

    public QueueLog Log { get; } = new();

    public long LeaseTicks => options.LeaseSeconds * TimeSpan.TicksPerSecond;

    public int DeliveryCountMax => options.DeliveryCountMax;

    public long ResidentMessages => Volatile.Read(ref residentMessages);

    public long ResidentBytes => Volatile.Read(ref residentBytes);

    public IEnumerable<WorkQueue> All => queues.Values;

    /// <summary>Set once the writer exists.</summary>
    public Action<WriterRequest> Post { get; set; } = static _ => { };

    public WorkQueue Get(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (queues.TryGetValue(name, out var queue))
            return queue;
        if (queues.Count >= QueuesMax)
            throw new ArgumentException($"There are {QueuesMax} queues already.", nameof(name));
        return queues.GetOrAdd(name, static (key, owner) => new WorkQueue(owner, key), this);
    }

    public long NextToken() => Interlocked.Increment(ref token);

    /// <summary>Takes the turn of the one suspect that is worked; false where another has it.</summary>
    public bool TryTakeTurn() => Interlocked.CompareExchange(ref turn, 1, 0) == 0;

    /// <summary>Ends the turn and tells the queues that wait for it, apart from the one that ends it.</summary>
    public void EndTurn(WorkQueue by)
    {
        Interlocked.Exchange(ref turn, 0);
        foreach (var (_, queue) in queues)
        {
            // Later and elsewhere: the caller holds its own queue's lock, and a second one could wait for it.
            if (queue != by && queue.WantsTurn)
                ThreadPool.UnsafeQueueUserWorkItem(static waiting => waiting.OnTurnFree(), queue, preferLocal: false);
        }
    }

    /// <summary>Whether so many bytes more would pass a bound. Only on the writer's thread.</summary>
    public bool IsFullFor(int bytes) =>
        residentMessages >= options.QueueMessagesMax || residentBytes + bytes > options.QueueBytesMax;

    /// <summary>Counts a message in. Only on the writer's thread, as its removal.</summary>
    public void Add(QueuedMessage message)
    {
        Volatile.Write(ref residentMessages, residentMessages + 1);
        Volatile.Write(ref residentBytes, residentBytes + message.Bytes);
    }

    /// <summary>The message has left its queue: nobody reads its content any more.</summary>
    public void Remove(QueuedMessage message)
    {
        Volatile.Write(ref residentMessages, residentMessages - 1);
        Volatile.Write(ref residentBytes, residentBytes - message.Bytes);
        Log.Left(message);
    }

    public QueueFullException Full(string queue) => new(queue, options.QueueRetryAfterSeconds);

    public long HoldUntilTicks(int deliveryCount)
    {
        var factor = Math.Pow(2, Math.Min(30, Math.Max(0, deliveryCount - 1)));
        var delay = Math.Min(options.AbandonBackoffMillisecondsMax, options.AbandonBackoffMillisecondsMin * factor);
        // Never 0, which would mean that nothing is held.
        return Time.GetUtcNow().UtcTicks + 1 + (long)(delay * TimeSpan.TicksPerMillisecond);
    }

    /// <summary>A delivery to be written with the next commit, which costs no flush of its own.</summary>
    public void NoteDelivery(QueuedMessage message)
    {
        lock (lazyGate)
            lazy.Add((message, message.DeliveryCount));
    }

    /// <summary>On the writer's thread: adds the deliveries since the last commit to this one.</summary>
    public void AddLazyRecords()
    {
        lock (lazyGate)
            (lazy, lazyTaken) = (lazyTaken, lazy);
        foreach (var (message, count) in lazyTaken)
        {
            // Of a message that leaves with this very commit no count is needed.
            if (message.Row is not null && message.State == MessageState.Leased)
                Log.Delivered(message.Sequence, count);
        }

        lazyTaken.Clear();
    }

    /// <summary>After a failed commit: counts as they are now go with the next one.</summary>
    public void RestoreLazyRecords()
    {
        lock (lazyGate)
        {
            foreach (var queue in queues.Values)
                queue.CollectLeased(lazy);
        }
    }

    public void DeadLetterExhausted(WorkQueue queue, List<QueuedMessage> messages)
    {
        foreach (var message in messages)
            Post(new ExhaustedRequest(queue, message));
    }

    public void Dispose()
    {
        foreach (var queue in queues.Values)
            queue.Dispose();
    }
}
