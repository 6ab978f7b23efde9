using System.Collections.Concurrent;
using Pipeline.Contracts;
using Pipeline.Runtime.Ports;
using static Pipeline.Sqlite.Tests.RecoveryTests;

namespace Pipeline.Sqlite.Tests;

/// <summary>A message that ends the process again and again, and those that were only in its company.</summary>
public sealed class CrashLoopTests : IDisposable
{
    private const int DeliveriesMax = 10;
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly FakeTime time = new();
    private readonly List<TempFolder> folders = [new TempFolder()];

    public enum Ending
    {
        Complete,
        Abandon,
        DeadLetter,
        Expiry,
        Hanging,
    }

    public void Dispose() => folders.ForEach(static folder => folder.Dispose());

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(63)]
    public async Task Of_64_sessions_in_flight_only_the_message_that_ends_the_process_is_dead_lettered(int poisoned)
    {
        const int Sessions = 64;
        var done = new ConcurrentQueue<(string Session, string Id)>();
        await using (var engine = Open())
        {
            for (var i = 0; i < Sessions * 3; i++)
            {
                var (session, place) = (i % Sessions, i / Sessions);
                var id = session == poisoned && place == 1 ? "poison" : $"s{session}-{place}";
                await engine.Queue.SendAsync("purchases", Message(id, $"s{session}"), None);
            }

            await LiveAsync(engine, Sessions, done);
        }

        // Each delivery of the poison ends a process: it gets as many as it may have.
        for (var life = 1; life < DeliveriesMax; life++)
        {
            await using var engine = Open();
            await LiveAsync(engine, Sessions, done);
        }

        await using var last = Open();
        await LiveAsync(last, Sessions, done, isLast: true);
        var letter = Assert.Single((await last.DeadLetters.ListAsync("purchases", 9, null, None)).Letters);
        Assert.Equal(("poison", DeliveriesMax), (letter.Message.MessageId, letter.DeliveryCount));
        Assert.Equal((Sessions * 3) - 1, done.Distinct().Count());
        foreach (var session in done.Distinct().GroupBy(static one => one.Session))
            Assert.Equal(session.Select(static one => one.Id).Order(StringComparer.Ordinal), session.Select(static one => one.Id));
    }

    [Theory]
    [InlineData(Ending.Complete)]
    [InlineData(Ending.Abandon)]
    [InlineData(Ending.DeadLetter)]
    [InlineData(Ending.Expiry)]
    [InlineData(Ending.Hanging)]
    public async Task One_suspect_is_leased_at_a_time_and_its_end_lets_the_next_one_go(Ending ending)
    {
        await SuspectAsync("purchases", "a", "b");
        await using var engine = Open();
        var first = await ReceiveAsync(engine);
        Assert.Equal("a", Assert.Single(first.Messages).Message.MessageId);

        var second = ReceiveAsync(engine);
        var third = ReceiveAsync(engine);
        await engine.Queue.SendAsync("purchases", Message("ordinary", "ordinary"), None);
        Assert.Equal("ordinary", (await second).Session);
        await EndAsync(engine, await second, Ending.Complete);
        Assert.False(third.IsCompleted);

        await EndAsync(engine, first, ending);

        var next = await third;
        Assert.Equal(("b", 3), (Assert.Single(next.Messages).Message.MessageId, next.Messages[0].DeliveryCount));
    }

    [Fact]
    public async Task A_suspect_that_is_abandoned_comes_again_alone_and_before_what_came_after_it()
    {
        await SuspectAsync("purchases", "a");
        await using var engine = Open();
        await engine.Queue.SendAsync("purchases", Message("after", "a"), None);
        await EndAsync(engine, await ReceiveAsync(engine), Ending.Abandon);
        var again = ReceiveAsync(engine);
        Assert.False(again.IsCompleted);

        time.Advance(TimeSpan.FromSeconds(3));

        var lease = await again;
        Assert.Equal(("a", 4), (Assert.Single(lease.Messages).Message.MessageId, lease.Messages[0].DeliveryCount));
        await EndAsync(engine, lease, Ending.Complete);
        Assert.Equal("after", (await ReceiveAsync(engine)).Messages[0].Message.MessageId);
    }

    [Fact]
    public async Task The_suspects_of_two_queues_are_not_in_flight_together()
    {
        await SuspectAsync("purchases", "a", "b");
        await SuspectAsync("nightly", "page");
        await using var engine = Open();
        var first = await ReceiveAsync(engine, "nightly");
        var others = new[] { ReceiveAsync(engine), ReceiveAsync(engine) };
        await engine.Queue.SendAsync("nightly", Message("ordinary", "ordinary"), None);
        await ReceiveAsync(engine, "nightly");
        Assert.DoesNotContain(others, static one => one.IsCompleted);

        await EndAsync(engine, first, Ending.Complete);
        var next = await others[0];
        Assert.False(others[1].IsCompleted);
        await EndAsync(engine, next, Ending.Complete);
        Assert.Equal("b", (await others[1]).Session);
    }

    [Fact]
    public async Task A_suspect_that_nobody_asks_for_does_not_hold_up_those_of_another_queue()
    {
        await SuspectAsync("purchases", "a", "b");
        await SuspectAsync("nightly", "page");
        await using var engine = Open();

        foreach (var session in (string[])["a", "b"])
        {
            var lease = await ReceiveAsync(engine);
            Assert.Equal(session, lease.Session);
            await EndAsync(engine, lease, Ending.Complete);
        }
    }

    [Fact]
    public async Task After_a_graceful_end_nothing_is_suspect()
    {
        await SuspectAsync("purchases", "a", "b");
        await using (Open())
        {
        }

        await using var engine = Open();
        Assert.Equal("a", (await ReceiveAsync(engine)).Session);
        Assert.Equal("b", (await ReceiveAsync(engine)).Session);
    }

    private SqliteEngine Open() =>
        SqliteEngine.Open(Options(folders[^1]) with { DeliveryCountMax = DeliveriesMax }, time);

    private static Task<SessionLease> ReceiveAsync(
        SqliteEngine engine, string queue = "purchases", CancellationToken cancellation = default) =>
        engine.Receiver.ReceiveAsync(queue, 10, cancellation).AsTask();

    /// <summary>Messages, each of a session of its own, that were in flight when the process ended twice.</summary>
    private async Task SuspectAsync(string queue, params string[] names)
    {
        await using (var engine = Open())
        {
            foreach (var name in names)
                await engine.Queue.SendAsync(queue, Message(name, name), None);
            await CrashAsync(engine, queue, names.Length);
        }

        await using var again = Open();
        await CrashAsync(again, queue, names.Length);
    }

    private async Task CrashAsync(SqliteEngine engine, string queue, int leases)
    {
        for (var i = 0; i < leases; i++)
            await ReceiveAsync(engine, queue);
        await CrashAsync(engine);
    }

    /// <summary>What is on the disk now is all that is left: the next engine opens a copy of it.</summary>
    private async Task CrashAsync(SqliteEngine engine)
    {
        // Deliveries are written with the next commit; the worst case is that there was one.
        var later = Message($"later-{folders.Count}", "later") with { NotBefore = time.GetUtcNow().AddDays(1) };
        await engine.Queue.SendAsync("purchases", later, None);
        var (from, to) = (folders[^1], new TempFolder());
        File.Copy(from.File("pipeline.db-wal"), to.File("pipeline.db-wal"));
        File.Copy(from.File("pipeline.db"), to.File("pipeline.db"));
        folders.Add(to);
    }

    private async Task EndAsync(SqliteEngine engine, SessionLease lease, Ending ending)
    {
        var sequence = lease.Messages[0].Sequence;
        switch (ending)
        {
            case Ending.Expiry:
                time.Advance(TimeSpan.FromSeconds(31));
                return;
            case Ending.Hanging:
                for (var i = 0; i < 4; i++)
                {
                    time.Advance(TimeSpan.FromSeconds(8));
                    Assert.True(engine.Receiver.Renew(lease));
                }

                return;
            default:
                Settlement settlement = ending switch
                {
                    Ending.Complete => new Settlement.Complete(sequence),
                    Ending.Abandon => new Settlement.Abandon(sequence, "r", "d"),
                    _ => new Settlement.DeadLetter(sequence, "r", "d"),
                };
                Assert.True(await engine.Receiver.SettleAsync(lease, [settlement], None));
                return;
        }
    }

    /// <summary>
    /// One process: as many workers as there are sessions, until the poison ends it; the last one until nothing is left.
    /// In the first two everything is in flight when they end, later only suspects are worked: no ordinary message
    /// escapes by being quick.
    /// </summary>
    private async Task LiveAsync(
        SqliteEngine engine, int workers, ConcurrentQueue<(string, string)> done, bool isLast = false)
    {
        using var stop = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        var end = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var life = folders.Count;
        var inFlight = 0;
        var working = Enumerable.Range(0, workers).Select(_ => Task.Run(WorkAsync)).ToArray();
        if (isLast)
        {
            // All that is left then are the messages for later, one of each crash.
            while (engine.Stats().QueueMessages > folders.Count - 1)
                await Task.Delay(5, stop.Token);
        }
        else
        {
            await end.Task.WaitAsync(stop.Token);
            await CrashAsync(engine);
        }

        await stop.CancelAsync();
        await Task.WhenAll(working);

        async Task WorkAsync()
        {
            try
            {
                while (true)
                {
                    var lease = await engine.Receiver.ReceiveAsync("purchases", 2, stop.Token);
                    var all = Interlocked.Increment(ref inFlight);
                    var isPoison = lease.Messages.Any(static one => one.Message.MessageId == "poison");
                    if (life <= 2 ? all == workers : isPoison)
                        end.TrySetResult();
                    var isWorked = isLast || (life > 2 && !isPoison && lease.Messages.Any(static one => one.DeliveryCount > 2));
                    await Task.Delay(isWorked ? 2 : Timeout.Infinite, stop.Token);
                    foreach (var one in lease.Messages)
                        done.Enqueue((one.Message.Session, one.Message.MessageId));
                    Settlement[] settlements = [.. lease.Messages.Select(static one => new Settlement.Complete(one.Sequence))];
                    Assert.True(await engine.Receiver.SettleAsync(lease, settlements, None));
                }
            }
            catch (OperationCanceledException)
            {
                // The process is gone.
            }
        }
    }
}
