using System.Text;
using Pipeline.Runtime.Ports;

namespace Pipeline.Contracts;

/// <summary>The ports of one queue engine under test.</summary>
/// <param name="Time">What the engine takes for the time.</param>
public sealed record QueueUnderTest(
    IWorkQueue Queue, IQueueReceiver Receiver, IDeadLetters DeadLetters, FakeTime Time);

/// <summary>What every work queue keeps. An engine's tests inherit it.</summary>
public abstract partial class QueueContract : IAsyncLifetime
{
    protected const string Name = QueueNames.Purchases;
    protected static readonly CancellationToken None = CancellationToken.None;

    /// <summary>The engine is to be opened with these.</summary>
    protected const int LeaseSeconds = 30;

    protected const int DeliveryCountMax = 3;

    protected const int MessagesMax = 200;

    /// <summary>An engine's greatest delay after an abandoned message.</summary>
    protected static readonly TimeSpan BackoffMax = TimeSpan.FromSeconds(60);

    protected QueueUnderTest Under { get; private set; } = null!;

    /// <summary>Whether the engine itself recognises a message id that it holds.</summary>
    protected virtual bool KnowsDuplicates => true;

    /// <summary>Whether the engine has the bound <see cref="MessagesMax"/>.</summary>
    protected virtual bool IsBounded => true;

    /// <summary>An empty queue.</summary>
    protected abstract Task<QueueUnderTest> OpenAsync();

    protected abstract Task CloseAsync();

    public async Task InitializeAsync() => Under = await OpenAsync();

    public Task DisposeAsync() => CloseAsync();

    [Fact]
    public async Task A_message_is_delivered_as_it_was_sent()
    {
        var sent = new QueueMessage("m", "s", Encoding.UTF8.GetBytes("{\"纸\":1}"), "print", "00-abc-def-01");
        Assert.Equal(SendStatus.Queued, (await Under.Queue.SendAsync(Name, sent, None)).Status);

        var lease = await ReceiveAsync();

        var delivered = Assert.Single(lease.Messages);
        Assert.Equal((Name, "s"), (lease.Queue, lease.Session));
        Assert.Equal(1, delivered.DeliveryCount);
        Assert.Equal(Under.Time.GetUtcNow(), delivered.EnqueuedAt);
        Assert.Equal(sent with { Body = default }, delivered.Message with { Body = default });
        Assert.True(delivered.Message.Body.Span.SequenceEqual(sent.Body.Span));
        Assert.Equal(Under.Time.GetUtcNow().AddSeconds(LeaseSeconds), lease.Until);
    }

    [Fact]
    public async Task Messages_of_a_session_come_in_order_and_up_to_the_wanted_number()
    {
        await SendAsync("s", "1", "2", "3", "4", "5");

        var first = await ReceiveAsync(messagesMax: 3);
        Assert.Equal(["1", "2", "3"], Ids(first));
        Assert.True(await CompleteAsync(first));
        Assert.Equal(["4", "5"], Ids(await ReceiveAsync(messagesMax: 3)));
    }

    [Fact]
    public async Task A_session_has_one_lease_at_a_time_and_other_sessions_go_on()
    {
        await SendAsync("a", "a1", "a2");
        await SendAsync("b", "b1");

        var first = await ReceiveAsync();
        var second = await ReceiveAsync();

        Assert.Equal(["a", "b"], new[] { first.Session, second.Session }.Order());
        await AssertNothingAsync();
        var ofA = first.Session == "a" ? first : second;
        await CompleteAsync(ofA);
        Assert.Equal(["a2"], Ids(await ReceiveAsync()));
    }

    [Fact]
    public async Task Completed_messages_do_not_come_back()
    {
        await SendAsync("s", "1");
        await CompleteAsync(await ReceiveAsync());

        Under.Time.Advance(TimeSpan.FromSeconds(LeaseSeconds * 3));

        await AssertNothingAsync();
    }

    [Fact]
    public async Task A_waiting_receiver_gets_the_next_message()
    {
        var waiting = Under.Receiver.ReceiveAsync(Name, 1, None).AsTask();
        await Task.Yield();
        Assert.False(waiting.IsCompleted);

        await SendAsync("s", "1");

        Assert.Equal(["1"], Ids(await waiting.WaitAsync(TimeSpan.FromSeconds(20))));
    }

    [Fact]
    public async Task A_cancelled_receiver_takes_no_message_along()
    {
        using var cancel = new CancellationTokenSource();
        var waiting = Under.Receiver.ReceiveAsync(Name, 1, cancel.Token).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);

        await SendAsync("s", "1");

        Assert.Equal(["1"], Ids(await ReceiveAsync()));
    }

    [Fact]
    public async Task Queues_are_separate()
    {
        await Under.Queue.SendAsync(QueueNames.Nightly, Message("1", "s"), None);

        await AssertNothingAsync();
        Assert.Equal(["1"], Ids(await Under.Receiver.ReceiveAsync(QueueNames.Nightly, 1, None)));
    }

    [Fact]
    public async Task A_known_message_id_is_not_queued_twice_while_it_waits_is_worked_or_is_dead()
    {
        if (!KnowsDuplicates)
            return;
        await Under.Queue.SendAsync(Name, Message("1", "s", "first"), None);
        await DuplicateAsync();
        var lease = await ReceiveAsync();
        await DuplicateAsync();
        await Under.Receiver.SettleAsync(lease, [new Settlement.DeadLetter(lease.Messages[0].Sequence, "r", "d")], None);
        await DuplicateAsync();
        await AssertNothingAsync();

        async Task DuplicateAsync()
        {
            var again = await Under.Queue.SendAsync(Name, Message("1", "s", "second"), None);
            Assert.Equal((SendStatus.Duplicate, "first"), (again.Status, again.ExistingFingerprint));
        }
    }

    [Fact]
    public async Task A_completed_message_id_may_be_sent_again()
    {
        await SendAsync("s", "1");
        await CompleteAsync(await ReceiveAsync());

        await SendAsync("s", "1");

        Assert.Equal(["1"], Ids(await ReceiveAsync()));
    }

    [Fact]
    public async Task Several_messages_are_queued_as_one_after_another()
    {
        var results = await Under.Queue.SendAsync(
            Name, [Message("1", "a"), Message("2", "b"), Message("1", "a"), Message("3", "a")], None);

        Assert.Equal(4, results.Count);
        if (KnowsDuplicates)
        {
            Assert.Equal(
                [SendStatus.Queued, SendStatus.Queued, SendStatus.Duplicate, SendStatus.Queued],
                results.Select(static result => result.Status));
        }

        var sessions = new[] { await ReceiveAsync(9), await ReceiveAsync(9) };
        Assert.Equal(["1", "3"], Ids(sessions.Single(static lease => lease.Session == "a")).Distinct());
    }

    [Fact]
    public async Task A_full_queue_refuses_with_a_time_to_come_back_and_takes_again_when_there_is_room()
    {
        if (!IsBounded)
            return;
        for (var i = 0; i < MessagesMax; i++)
            await SendAsync("s", $"{i}");

        var full = await Assert.ThrowsAsync<QueueFullException>(() => SendAsync("s", "one more"));

        Assert.True(full.RetryAfterSeconds > 0);
        await CompleteAsync(await ReceiveAsync());
        await SendAsync("s", "one more");
    }

    [Fact]
    public async Task A_message_for_later_does_not_hold_back_its_session()
    {
        var later = Under.Time.GetUtcNow().AddMinutes(10);
        await Under.Queue.SendAsync(Name, Message("later", "s") with { NotBefore = later }, None);
        await SendAsync("s", "now");

        var first = await ReceiveAsync();
        Assert.Equal(["now"], Ids(first));
        await CompleteAsync(first);
        await AssertNothingAsync();

        Under.Time.Advance(TimeSpan.FromMinutes(10) + TimeSpan.FromSeconds(1));
        Assert.Equal(["later"], Ids(await ReceiveAsync()));
    }

    [Fact]
    public async Task Many_sessions_are_all_worked_once_and_in_order_by_many_workers()
    {
        const int Sessions = 30, Each = 6;
        for (var i = 0; i < Each; i++)
        {
            await Under.Queue.SendAsync(
                Name, [.. Enumerable.Range(0, Sessions).Select(session => Message($"{session}-{i}", $"s{session}"))], None);
        }

        var seen = new Dictionary<string, List<string>>();
        using var done = new CancellationTokenSource();
        var left = Sessions * Each;
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            while (Volatile.Read(ref left) > 0)
            {
                SessionLease lease;
                try
                {
                    lease = await Under.Receiver.ReceiveAsync(Name, 2, done.Token);
                }
                catch (OperationCanceledException)
                {
                    return;
                }

                lock (seen)
                {
                    if (!seen.TryGetValue(lease.Session, out var ids))
                        seen.Add(lease.Session, ids = []);
                    ids.AddRange(Ids(lease));
                }

                Assert.True(await CompleteAsync(lease));
                if (Interlocked.Add(ref left, -lease.Messages.Count) == 0)
                    await done.CancelAsync();
            }
        })));

        Assert.Equal(Sessions, seen.Count);
        foreach (var (session, ids) in seen)
            Assert.Equal(Enumerable.Range(0, Each).Select(i => $"{session[1..]}-{i}"), ids);
    }

    protected static QueueMessage Message(string id, string session, string fingerprint = "f") =>
        new(id, session, Encoding.UTF8.GetBytes($"body of {id}"), fingerprint);

    protected static IEnumerable<string> Ids(SessionLease lease) =>
        lease.Messages.Select(static one => one.Message.MessageId);

    protected async Task SendAsync(string session, params string[] ids)
    {
        foreach (var id in ids)
            Assert.Equal(SendStatus.Queued, (await Under.Queue.SendAsync(Name, Message(id, session), None)).Status);
    }

    protected async Task<SessionLease> ReceiveAsync(int messagesMax = 1)
    {
        using var cancel = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        return await Under.Receiver.ReceiveAsync(Name, messagesMax, cancel.Token);
    }

    protected async Task<bool> CompleteAsync(SessionLease lease) => await Under.Receiver.SettleAsync(
        lease, [.. lease.Messages.Select(static one => new Settlement.Complete(one.Sequence))], None);

    /// <summary>No session can be had at this moment.</summary>
    protected async Task AssertNothingAsync()
    {
        using var cancel = new CancellationTokenSource();
        var waiting = Under.Receiver.ReceiveAsync(Name, 1, cancel.Token).AsTask();
        await Task.WhenAny(waiting, Task.Delay(20));
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }
}
