using Pipeline.Runtime.Ports;

namespace Pipeline.Runtime.Tests.Doubles;

/// <summary>
/// How a request fails: nothing happened, it happened but nobody was told, or the one and at once the other.
/// </summary>
public enum Fault
{
    Before,
    LostAnswer,
    BeforeThenLostAnswer,
}

/// <summary>Stands before a store and a queue: counts what is asked of them, and fails one request when told to.</summary>
internal sealed class Tap(IDocumentStore store, IWorkQueue queue) : IDocumentStore, IWorkQueue
{
    private readonly Lock gate = new();
    private readonly List<string> requests = [];
    private Fault fault;
    private int failAt;

    public int ShardCount => store.ShardCount;

    /// <summary>
    /// What was asked for since the last <see cref="Listen"/>, in order, as <c>read account</c> or <c>commit 2</c>.
    /// </summary>
    public IReadOnlyList<string> Requests
    {
        get
        {
            lock (gate)
                return [.. requests];
        }
    }

    /// <summary>Whether the fault that was asked for has happened; while it has not, there was no such request.</summary>
    public bool HasFailed { get; private set; }

    /// <summary>Runs before each request, with its name.</summary>
    public Func<string, Task>? OnRequest { get; set; }

    /// <summary>Counts from here on, and fails no request.</summary>
    public void Listen() => FailAt(0, default);

    /// <summary>Counts from here on, and fails request number <paramref name="number"/> (from 1).</summary>
    public void FailAt(int number, Fault how)
    {
        lock (gate)
        {
            requests.Clear();
            (failAt, fault, HasFailed) = (number, how, false);
        }
    }

    public ValueTask<Document?> ReadAsync(DocumentKey key, CancellationToken cancellation) =>
        PassAsync($"read {key.Kind}", () => store.ReadAsync(key, cancellation));

    public ValueTask<DocumentPage> PageAsync(PartitionQuery query, CancellationToken cancellation) =>
        PassAsync($"page {query.Kind}", () => store.PageAsync(query, cancellation));

    public ValueTask<CommitResult> CommitAsync(
        string partition, IReadOnlyList<Write> writes, CancellationToken cancellation) =>
        PassAsync($"commit {writes.Count}", () => store.CommitAsync(partition, writes, cancellation));

    public ValueTask<DocumentPage> ScanAsync(ScanQuery query, CancellationToken cancellation) =>
        PassAsync($"scan {query.Kind}", () => store.ScanAsync(query, cancellation));

    public ValueTask<DocumentPage> ChangesAsync(ChangesQuery query, CancellationToken cancellation) =>
        PassAsync("changes", () => store.ChangesAsync(query, cancellation));

    public ValueTask<SendResult> SendAsync(string queueName, QueueMessage message, CancellationToken cancellation) =>
        PassAsync($"send {queueName}", () => queue.SendAsync(queueName, message, cancellation));

    public ValueTask<IReadOnlyList<SendResult>> SendAsync(
        string queueName, IReadOnlyList<QueueMessage> messages, CancellationToken cancellation) =>
        PassAsync($"send {queueName}", () => queue.SendAsync(queueName, messages, cancellation));

    /// <summary>Lets one request through, or fails it.</summary>
    public async ValueTask<T> PassAsync<T>(string request, Func<ValueTask<T>> pass)
    {
        if (OnRequest is { } act)
            await act(request);
        bool isBefore, isAfter;
        lock (gate)
        {
            requests.Add(request);
            var past = failAt == 0 ? -1 : requests.Count - failAt;
            isBefore = past == 0 && fault != Fault.LostAnswer;
            isAfter = past == (fault == Fault.LostAnswer ? 0 : 1) && fault != Fault.Before;
            HasFailed |= isBefore || isAfter;
        }

        if (isBefore)
            throw new StoreUnavailableException($"Injected before '{request}'.");
        var answer = await pass();
        return isAfter ? throw new StoreUnavailableException($"Injected after '{request}'.") : answer;
    }
}
