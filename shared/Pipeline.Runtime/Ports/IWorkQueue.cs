using Pipeline.Runtime.Work;

namespace Pipeline.Runtime.Ports;

/// <summary>
/// The sending side of a work queue with the semantics of Service Bus: messages of one session are worked in order,
/// one at a time; a message id that is known already is not queued twice.
/// </summary>
public interface IWorkQueue
{
    /// <summary>
    /// Queues a message; durable when the task completes. An engine that can tell (the embedded one) answers
    /// <see cref="SendStatus.Duplicate"/> with the queued message's fingerprint where the message id waits, is being
    /// worked or is dead-lettered; one that cannot answers <see cref="SendStatus.Queued"/>, and the use case finds the
    /// duplicate by its natural key.
    /// </summary>
    /// <exception cref="QueueFullException">The queue's bound is reached: 503 with Retry-After.</exception>
    /// <exception cref="MessageTooLargeException">The queue never takes a message of this size: 413.</exception>
    ValueTask<SendResult> SendAsync(string queue, QueueMessage message, CancellationToken cancellation);

    /// <summary>Queues several, of any sessions, as one after another would be.</summary>
    ValueTask<IReadOnlyList<SendResult>> SendAsync(
        string queue, IReadOnlyList<QueueMessage> messages, CancellationToken cancellation);
}

/// <param name="MessageId">The natural key, unique in the queue.</param>
/// <param name="Body">The queue may keep it: nobody changes these bytes after they were sent.</param>
/// <param name="Session">Messages of a session are worked in order and one batch at a time: the customer.</param>
/// <param name="Fingerprint">Identifies the content: a repeated id with another fingerprint is another content.</param>
/// <param name="TraceParent">W3C trace context of the request that sent it.</param>
/// <param name="NotBefore">Not delivered before this instant; null at once. It does not hold back its session.</param>
public sealed record QueueMessage(
    string MessageId,
    string Session,
    ReadOnlyMemory<byte> Body,
    string Fingerprint,
    string? TraceParent = null,
    DateTimeOffset? NotBefore = null);

public enum SendStatus
{
    Queued,
    Duplicate,
}

/// <param name="ExistingFingerprint">The queued message's fingerprint when <see cref="SendStatus.Duplicate"/>.</param>
public readonly record struct SendResult(SendStatus Status, string? ExistingFingerprint = null);

/// <summary>The queue holds as much as it may; the sender should come back later.</summary>
public sealed class QueueFullException(string queue, int retryAfterSeconds)
    : Exception($"The queue '{queue}' is full; retry in {retryAfterSeconds} s.")
{
    public string Queue { get; } = queue;

    public int RetryAfterSeconds { get; } = retryAfterSeconds;
}

/// <summary>The message is larger than the queue takes; sending it again changes nothing.</summary>
public sealed class MessageTooLargeException(string queue, long bytes, Exception? inner = null)
    : Exception($"A message of {bytes} bytes is larger than the queue '{queue}' takes.", inner)
{
    public long Bytes { get; } = bytes;
}

/// <summary>The queues of the pipeline.</summary>
public static class QueueNames
{
    /// <summary>Purchases and refunds; session: the customer.</summary>
    public const string Purchases = "purchases";

    /// <summary>Feedback; session: the customer, or the feedback itself where it is anonymous.</summary>
    public const string Feedback = "feedback";

    /// <summary>Pages of nightly runs; session: run and shard.</summary>
    public const string Nightly = "nightly";

    public static IReadOnlyList<string> All { get; } = [Purchases, Feedback, Nightly];
}

/// <summary>
/// The receiving side, for a host that pumps its queue itself. A Functions host has its triggers instead.
/// </summary>
public interface IQueueReceiver
{
    /// <summary>
    /// Leases the waiting messages of one free session, oldest first, up to <paramref name="messagesMax"/>;
    /// waits until there is one. The session is locked until every message of the lease is settled or the lease ends.
    /// </summary>
    ValueTask<SessionLease> ReceiveAsync(string queue, int messagesMax, CancellationToken cancellation);

    /// <summary>
    /// Settles messages of a lease; durable when the task completes. False where the lease had ended (its fencing
    /// token is stale): the messages will be, or were, delivered again, and nothing was changed. Messages of the
    /// lease that are not named stay leased.
    /// </summary>
    ValueTask<bool> SettleAsync(SessionLease lease, IReadOnlyList<Settlement> settlements, CancellationToken cancellation);

    /// <summary>Prolongs the lease; false where it had ended.</summary>
    bool Renew(SessionLease lease);
}

/// <param name="Token">Fencing token: grows with every lease of the queue.</param>
public sealed record SessionLease(
    string Queue, string Session, long Token, DateTimeOffset Until, IReadOnlyList<DeliveredMessage> Messages);

/// <param name="Sequence">The queue's own number of the message.</param>
/// <param name="DeliveryCount">1 at the first delivery.</param>
public sealed record DeliveredMessage(
    long Sequence, QueueMessage Message, DateTimeOffset EnqueuedAt, int DeliveryCount);

/// <summary>What becomes of a delivered message.</summary>
public abstract record Settlement
{
    private Settlement(long sequence) => Sequence = sequence;

    public long Sequence { get; }

    /// <summary>Done, or refused for good as business: it leaves the queue.</summary>
    public sealed record Complete(long Sequence) : Settlement(Sequence);

    /// <summary>
    /// Comes back after a delay; the session waits with it, so that order holds. At the queue's delivery limit it is
    /// dead-lettered with this reason instead, and its session goes on.
    /// </summary>
    public sealed record Abandon(long Sequence, string Reason, string Description) : Settlement(Sequence);

    /// <summary>
    /// Cannot be done before something else has come: comes back behind its session's other messages after a wait that
    /// grows with its age; the session goes on. After the longest wait (<see cref="Postponement"/>) it is dead-lettered with
    /// this reason.
    /// </summary>
    public sealed record NotYet(long Sequence, string Reason, string Description) : Settlement(Sequence);

    /// <summary>Never again without a replay; the session goes on.</summary>
    public sealed record DeadLetter(long Sequence, string Reason, string Description) : Settlement(Sequence);
}

/// <summary>The dead letters, to be listed and replayed by staff.</summary>
public interface IDeadLetters
{
    ValueTask<DeadLetterPage> ListAsync(string queue, int limit, string? after, CancellationToken cancellation);

    /// <summary>Puts a dead letter back at the end of its session with a delivery count of 0; false where it is unknown.</summary>
    ValueTask<bool> ReplayAsync(string queue, long sequence, CancellationToken cancellation);
}

public sealed record DeadLetterPage(IReadOnlyList<DeadLetter> Letters, string? Cursor);

public sealed record DeadLetter(
    long Sequence,
    QueueMessage Message,
    DateTimeOffset EnqueuedAt,
    DateTimeOffset DeadLetteredAt,
    int DeliveryCount,
    string Reason,
    string Description);
