using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.Logging.Abstractions;
using Pipeline.Local.Work;
using Pipeline.Runtime.Ports;
using Pipeline.Runtime.Work;

namespace Pipeline.Local.Tests.Work;

public sealed class QueuePumpTests
{
    private static readonly PumpOptions Quick = new()
    {
        BackoffMillisecondsMin = 1,
        BackoffMillisecondsMax = 5,
        DrainSeconds = 1,
    };

    [Fact]
    public async Task What_the_handler_says_is_settled()
    {
        var queue = new FakeReceiver();
        queue.Add(1, 2);

        await RunUntilSettledAsync(queue, new FakeHandler(_ => { }));

        Assert.Equal(["Complete 1", "Complete 2"], queue.Settled);
    }

    [Fact]
    public async Task Of_a_batch_that_fails_only_the_culprit_is_abandoned_with_its_reason()
    {
        var queue = new FakeReceiver();
        queue.Add(1, 2, 3);

        await RunUntilSettledAsync(queue, new FakeHandler(messages =>
        {
            if (messages.Any(message => message.Sequence == 2))
                throw new InvalidDataException("the body is broken");
        }));

        Assert.Equal(
            ["Abandon 2 InvalidDataException: the body is broken", "Complete 1", "Complete 3"], queue.Settled.Order());
    }

    [Fact]
    public async Task While_the_store_is_unavailable_the_batch_waits_and_no_message_is_abandoned()
    {
        var queue = new FakeReceiver();
        queue.Add(1, 2);
        var attempts = 0;

        await RunUntilSettledAsync(queue, new FakeHandler(_ =>
        {
            if (++attempts < 4)
                throw new StoreUnavailableException("the disk is full");
        }));

        Assert.Equal(4, attempts);
        Assert.Equal(["Complete 1", "Complete 2"], queue.Settled);
    }

    [Fact]
    public async Task A_receiver_that_fails_does_not_end_the_pump()
    {
        var queue = new FakeReceiver { FailuresLeft = 3 };
        queue.Add(7);

        await RunUntilSettledAsync(queue, new FakeHandler(_ => { }));

        Assert.Equal(["Complete 7"], queue.Settled);
    }

    [Fact]
    public async Task Work_that_hangs_does_not_keep_the_host_from_stopping()
    {
        var queue = new FakeReceiver();
        queue.Add(1);
        var begun = new TaskCompletionSource();
        var handler = new FakeHandler(async (_, stop) =>
        {
            begun.SetResult();
            await Task.Delay(Timeout.Infinite, stop);
        });
        using var metrics = new WorkMetrics();
        using var stop = new CancellationTokenSource();
        var running = Pump(queue, handler, metrics).RunAsync(2, stop.Token);
        await begun.Task;

        await stop.CancelAsync();
        await running.WaitAsync(TimeSpan.FromSeconds(10));

        Assert.Empty(queue.Settled);
    }

    private static async Task RunUntilSettledAsync(FakeReceiver queue, FakeHandler handler)
    {
        using var metrics = new WorkMetrics();
        using var stop = new CancellationTokenSource();
        var running = Pump(queue, handler, metrics).RunAsync(2, stop.Token);
        await queue.Done.Task.WaitAsync(TimeSpan.FromSeconds(10));
        await stop.CancelAsync();
        await running.WaitAsync(TimeSpan.FromSeconds(10));
    }

    private static QueuePump Pump(FakeReceiver queue, FakeHandler handler, WorkMetrics metrics) =>
        new(queue, handler, Quick, metrics, TimeProvider.System, NullLogger.Instance);

    private sealed class FakeHandler(Func<IReadOnlyList<DeliveredMessage>, CancellationToken, Task> work) : ISessionHandler
    {
        public FakeHandler(Action<IReadOnlyList<DeliveredMessage>> work)
            : this((messages, _) =>
            {
                work(messages);
                return Task.CompletedTask;
            })
        {
        }

        public string Queue => QueueNames.Purchases;

        public async ValueTask<IReadOnlyList<Settlement>> HandleAsync(
            string session, IReadOnlyList<DeliveredMessage> messages, CancellationToken cancellation)
        {
            await work(messages, cancellation);
            return [.. messages.Select(message => new Settlement.Complete(message.Sequence))];
        }
    }

    private sealed class FakeReceiver : IQueueReceiver
    {
        private readonly Channel<SessionLease> leases = Channel.CreateUnbounded<SessionLease>();

        public int FailuresLeft { get; set; }

        public ConcurrentQueue<string> Settled { get; } = new();

        public TaskCompletionSource Done { get; } = new();

        public void Add(params long[] sequences) => leases.Writer.TryWrite(new SessionLease(
            QueueNames.Purchases, "c", 1, DateTimeOffset.MaxValue,
            [.. sequences.Select(sequence => new DeliveredMessage(
                sequence, new QueueMessage($"m{sequence}", "c", default, ""), DateTimeOffset.UnixEpoch, 1))]));

        public async ValueTask<SessionLease> ReceiveAsync(string queue, int messagesMax, CancellationToken cancellation)
        {
            if (FailuresLeft-- > 0)
                throw new InvalidOperationException("a bug");
            return await leases.Reader.ReadAsync(cancellation);
        }

        public ValueTask<bool> SettleAsync(
            SessionLease lease, IReadOnlyList<Settlement> settlements, CancellationToken cancellation)
        {
            foreach (var settlement in settlements)
                Settled.Enqueue(settlement is Settlement.Abandon abandon
                    ? $"Abandon {abandon.Sequence} {abandon.Reason}: {abandon.Description}"
                    : $"{settlement.GetType().Name} {settlement.Sequence}");
            Done.TrySetResult();
            return new ValueTask<bool>(true);
        }

        public bool Renew(SessionLease lease) => true;
    }
}
