using System.Text;
using Pipeline.Contracts;
using Pipeline.Runtime.Ports;

namespace Pipeline.Sqlite.Tests;

public sealed class RecoveryTests : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly TempFolder folder = new();
    private readonly TempFolder copy = new();
    private readonly FakeTime time = new();

    public void Dispose()
    {
        folder.Dispose();
        copy.Dispose();
    }

    [Theory]
    [InlineData(1_024)]
    [InlineData(8 * 1024 * 1024)]
    public async Task A_reopened_folder_holds_everything(int memtableBytesMax)
    {
        var options = Options(folder) with { MemtableBytesMax = memtableBytesMax, RunsPerLevelMax = 2 };
        for (var round = 0; round < 4; round++)
        {
            await using var engine = SqliteEngine.Open(options, time);
            for (var i = 0; i < 50; i++)
                await WriteAsync(engine, $"c{i}", round);
            await engine.Queue.SendAsync("purchases", Message($"m{round}", "s"), None);
        }

        await using var reopened = SqliteEngine.Open(options, time);
        for (var i = 0; i < 50; i++)
        {
            Assert.Equal(3, await ReadAsync(reopened.Documents, $"c{i}"));
            Assert.Equal(4, (await reopened.Documents.PageAsync(new($"c{i}", "entry", 10), None)).Documents.Count);
        }

        var lease = await reopened.Receiver.ReceiveAsync("purchases", 10, None);
        Assert.Equal(["m0", "m1", "m2", "m3"], lease.Messages.Select(static one => one.Message.MessageId));
    }

    [Theory]
    [InlineData(2_048)]
    [InlineData(8 * 1024 * 1024)]
    public async Task A_copy_taken_while_it_is_written_opens_with_all_that_was_acknowledged_before(int memtableBytesMax)
    {
        var options = Options(folder) with { MemtableBytesMax = memtableBytesMax };
        await using var engine = SqliteEngine.Open(options, time);
        var acknowledged = new int[8];
        using var stop = new CancellationTokenSource();
        var writing = Task.WhenAll(Enumerable.Range(0, 8).Select(writer => Task.Run(async () =>
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                await WriteAsync(engine, $"w{writer}", i);
                Volatile.Write(ref acknowledged[writer], i);
                if (i > 10_000)
                    return;
            }
        })));
        while (acknowledged.Min() < 30)
            await Task.Delay(1);

        // The log is far from the size at which it is copied into the database: both files only grow meanwhile.
        var before = acknowledged.ToArray();
        File.Copy(folder.File("pipeline.db-wal"), copy.File("pipeline.db-wal"));
        var wal = File.ReadAllBytes(copy.File("pipeline.db-wal"));
        File.Copy(folder.File("pipeline.db"), copy.File("pipeline.db"));
        await stop.CancelAsync();
        await writing;

        Assert.NotEmpty(wal);
        await using var recovered = SqliteEngine.Open(Options(copy), time);
        for (var writer = 0; writer < 8; writer++)
            await AssertWholeAsync(recovered, $"w{writer}", before[writer]);
    }

    [Fact]
    public async Task A_torn_log_opens_to_a_prefix_of_the_commits()
    {
        await using (var engine = SqliteEngine.Open(Options(folder), time))
        {
            await engine.FlushAsync();
            for (var i = 0; i < 60; i++)
            {
                await WriteAsync(engine, "c", i);
                await engine.Queue.SendAsync("purchases", Message($"m{i}", "s"), None);
            }

            File.Copy(folder.File("pipeline.db"), copy.File("whole.db"));
            File.Copy(folder.File("pipeline.db-wal"), copy.File("whole.wal"));
        }

        var wal = File.ReadAllBytes(copy.File("whole.wal"));
        var random = new Random(20260301);
        var lengths = new List<int>();
        for (var trial = 0; trial < 60; trial++)
        {
            var torn = wal.ToArray();
            var at = random.Next(wal.Length);
            if (trial % 2 == 0)
                torn = torn[..at];
            else
                torn[at] ^= (byte)(1 << random.Next(8));
            lengths.Add(await OpenTornAsync(torn, $"trial {trial}, offset {at}"));
        }

        Assert.True(lengths.Distinct().Count() > 5);
    }

    [Fact]
    public async Task A_message_that_ends_the_process_again_and_again_is_dead_lettered()
    {
        var source = folder;
        await using (var engine = SqliteEngine.Open(Options(source), time))
            await engine.Queue.SendAsync("purchases", Message("poison", "s"), None);
        using var folders = new FolderList();
        for (var crash = 0; crash < 4; crash++)
        {
            // The process dies while it works the message: what is on the disk then is all that is left.
            var next = folders.Add();
            await using (var engine = SqliteEngine.Open(Options(source) with { DeliveryCountMax = 3 }, time))
            {
                using var brief = new CancellationTokenSource(TimeSpan.FromMilliseconds(crash < 4 ? 5_000 : 50));
                var lease = await engine.Receiver.ReceiveAsync("purchases", 1, brief.Token);
                Assert.Equal(1 + Math.Max(0, crash - 1), lease.Messages[0].DeliveryCount);
                CopyDatabase(source, next);
            }

            source = next;
            if (crash == 3)
                break;
        }

        await using var last = SqliteEngine.Open(Options(source) with { DeliveryCountMax = 3 }, time);
        await last.Queue.SendAsync("purchases", Message("good", "s"), None);
        Assert.Equal("good", (await last.Receiver.ReceiveAsync("purchases", 1, None)).Messages[0].Message.MessageId);
        var letter = Assert.Single((await last.DeadLetters.ListAsync("purchases", 9, null, None)).Letters);
        Assert.Equal(("poison", 3), (letter.Message.MessageId, letter.DeliveryCount));
    }

    [Fact]
    public async Task Order_holds_and_dead_letters_survive_a_reopening()
    {
        await using (var engine = SqliteEngine.Open(Options(folder), time))
        {
            await engine.Queue.SendAsync(
                "purchases", Message("later", "s") with { NotBefore = time.GetUtcNow().AddHours(1) }, None);
            foreach (var id in new[] { "bad", "held", "next" })
                await engine.Queue.SendAsync("purchases", Message(id, "s"), None);
            var lease = await engine.Receiver.ReceiveAsync("purchases", 2, None);
            await engine.Receiver.SettleAsync(
                lease,
                [
                    new Settlement.DeadLetter(lease.Messages[0].Sequence, "r", "d"),
                    new Settlement.Abandon(lease.Messages[1].Sequence, "r", "d"),
                ],
                None);
        }

        await using var reopened = SqliteEngine.Open(Options(folder), time);
        Assert.Equal(SendStatus.Duplicate, (await reopened.Queue.SendAsync("purchases", Message("bad", "s"), None)).Status);
        Assert.Equal(SendStatus.Duplicate, (await reopened.Queue.SendAsync("purchases", Message("held", "s"), None)).Status);
        using (var brief = new CancellationTokenSource(50))
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(
                async () => await reopened.Receiver.ReceiveAsync("purchases", 2, brief.Token));
        }

        time.Advance(TimeSpan.FromMinutes(1));
        var rest = await reopened.Receiver.ReceiveAsync("purchases", 9, None);
        Assert.Equal(["held", "next"], rest.Messages.Select(static one => one.Message.MessageId));
        Assert.Equal(2, rest.Messages[0].DeliveryCount);
    }

    [Fact]
    public async Task The_queues_log_stays_short_while_an_old_message_waits()
    {
        await using (var engine = SqliteEngine.Open(Options(folder), time))
        {
            await engine.Queue.SendAsync(
                "purchases", Message("old", "old") with { NotBefore = time.GetUtcNow().AddDays(1) }, None);
            var random = new Random(11);
            for (var i = 0; i < 300; i++)
            {
                var body = new byte[40_000];
                random.NextBytes(body);
                await engine.Queue.SendAsync("purchases", Message($"m{i}", "s") with { Body = body }, None);
                var lease = await engine.Receiver.ReceiveAsync("purchases", 1, None);
                await engine.Receiver.SettleAsync(lease, [new Settlement.Complete(lease.Messages[0].Sequence)], None);
            }
        }

        Assert.True(new FileInfo(folder.File("pipeline.db")).Length < 9_000_000);
        await using var reopened = SqliteEngine.Open(Options(folder), time);
        time.Advance(TimeSpan.FromDays(2));
        var left = await reopened.Receiver.ReceiveAsync("purchases", 1, None);
        Assert.Equal("old", left.Messages[0].Message.MessageId);
    }

    internal static SqliteOptions Options(TempFolder folder) => new() { Folder = folder.Path };

    internal static QueueMessage Message(string id, string session) =>
        new(id, session, Encoding.UTF8.GetBytes($"body of {id}"), "f");

    /// <summary>An account that counts, and an entry of that number: one commit.</summary>
    internal static async Task WriteAsync(SqliteEngine engine, string partition, int number)
    {
        var result = await engine.Documents.CommitAsync(
            partition,
            [
                new Write.Upsert(
                    "account", "account", Encoding.UTF8.GetBytes($"{number}"),
                    new DateTimeOffset(2026, 1, 1, 0, 0, number % 60, TimeSpan.Zero)),
                new Write.Create("entry", $"{number:D6}", Encoding.UTF8.GetBytes($"entry {number} of {partition}")),
            ],
            None);
        Assert.True(result.Committed);
    }

    internal static async Task<int> ReadAsync(IDocumentStore store, string partition) =>
        await store.ReadAsync(new(partition, "account", "account"), None) is { } account
            ? int.Parse(Encoding.UTF8.GetString(account.Body.Span))
            : -1;

    /// <summary>The account's number is the last entry's: no commit is there by half, and none is missing.</summary>
    private static async Task<int> AssertWholeAsync(SqliteEngine engine, string partition, int atLeast)
    {
        var number = await ReadAsync(engine.Documents, partition);
        Assert.True(number >= atLeast, $"{partition}: {number} < {atLeast}");
        var entries = new List<string>();
        string? after = null;
        do
        {
            var page = await engine.Documents.PageAsync(new(partition, "entry", 1_000, after), None);
            entries.AddRange(page.Documents.Select(static one => one.Key.Id));
            after = page.Cursor;
        }
        while (after is not null);
        Assert.Equal(Enumerable.Range(0, number + 1).Select(static i => $"{i:D6}"), entries);
        return number;
    }

    private async Task<int> OpenTornAsync(byte[] wal, string which)
    {
        using var torn = new TempFolder();
        File.Copy(copy.File("whole.db"), torn.File("pipeline.db"));
        await File.WriteAllBytesAsync(torn.File("pipeline.db-wal"), wal);
        await using var engine = SqliteEngine.Open(Options(torn), time);
        var number = await AssertWholeAsync(engine, "c", -1);
        var messages = engine.Stats().QueueMessages;
        Assert.True(messages == number || messages == number + 1, $"{which}: {messages} messages, commit {number}");
        await WriteAsync(engine, "c", number + 1);
        Assert.Equal(number + 1, await ReadAsync(engine.Documents, "c"));
        return number;
    }

    private static void CopyDatabase(TempFolder from, TempFolder to)
    {
        File.Copy(from.File("pipeline.db-wal"), to.File("pipeline.db-wal"));
        File.Copy(from.File("pipeline.db"), to.File("pipeline.db"));
    }

    private sealed class FolderList : IDisposable
    {
        private readonly List<TempFolder> folders = [];

        public TempFolder Add()
        {
            folders.Add(new TempFolder());
            return folders[^1];
        }

        public void Dispose() => folders.ForEach(static folder => folder.Dispose());
    }
}
