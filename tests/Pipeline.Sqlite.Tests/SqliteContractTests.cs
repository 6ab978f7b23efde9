using Pipeline.Contracts;
using Pipeline.Runtime.Ports;

namespace Pipeline.Sqlite.Tests;

public sealed class SqliteStoreTests : StoreContract
{
    private readonly TempFolder folder = new();
    private SqliteEngine engine = null!;

    protected override Task<IDocumentStore> OpenAsync()
    {
        engine = SqliteEngine.Open(new SqliteOptions { Folder = folder.Path }, TimeProvider.System);
        return Task.FromResult(engine.Documents);
    }

    protected override async Task CloseAsync()
    {
        await engine.DisposeAsync();
        folder.Dispose();
    }
}

/// <summary>Memtables of a few documents: every read crosses memtables and runs, and merges never end.</summary>
public sealed class SqliteStoreWithTinyMemtablesTests : StoreContract
{
    private readonly TempFolder folder = new();
    private SqliteEngine engine = null!;

    protected override Task<IDocumentStore> OpenAsync()
    {
        engine = SqliteEngine.Open(
            new SqliteOptions
            {
                Folder = folder.Path,
                MemtableBytesMax = 1_024,
                BlockCacheBytesMax = 0,
                RunsPerLevelMax = 2,
                CheckpointWalBytes = 64 * 1024,
                ShardCount = 3,
            },
            TimeProvider.System);
        return Task.FromResult(engine.Documents);
    }

    protected override async Task CloseAsync()
    {
        await engine.DisposeAsync();
        folder.Dispose();
    }
}

/// <summary>Everything is flushed into runs before it is read.</summary>
public sealed class SqliteStoreOnRunsTests : StoreContract
{
    private readonly TempFolder folder = new();
    private SqliteEngine engine = null!;

    protected override Task<IDocumentStore> OpenAsync()
    {
        engine = SqliteEngine.Open(
            new SqliteOptions { Folder = folder.Path, BlockCacheBytesMax = 0, RunsPerLevelMax = 2 }, TimeProvider.System);
        return Task.FromResult(engine.Documents);
    }

    protected override Task SettleAsync() => engine.FlushAsync();

    protected override async Task CloseAsync()
    {
        await engine.DisposeAsync();
        folder.Dispose();
    }
}

public sealed class SqliteQueueTests : QueueContract
{
    private readonly TempFolder folder = new();
    private SqliteEngine engine = null!;

    protected override Task<QueueUnderTest> OpenAsync()
    {
        var time = new FakeTime();
        engine = SqliteEngine.Open(
            new SqliteOptions
            {
                Folder = folder.Path,
                LeaseSeconds = LeaseSeconds,
                DeliveryCountMax = DeliveryCountMax,
                QueueMessagesMax = MessagesMax,
            },
            time);
        return Task.FromResult(new QueueUnderTest(engine.Queue, engine.Receiver, engine.DeadLetters, time));
    }

    protected override async Task CloseAsync()
    {
        await engine.DisposeAsync();
        folder.Dispose();
    }
}
