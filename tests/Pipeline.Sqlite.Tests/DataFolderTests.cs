using System.Diagnostics;
using System.Text;
using Pipeline.Contracts;
using Pipeline.Runtime.Ports;
using Pipeline.Sqlite.Sql;

namespace Pipeline.Sqlite.Tests;

public sealed class DataFolderTests : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly TempFolder folder = new();
    private readonly FakeTime time = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_second_engine_on_the_folder_is_refused_by_name_until_the_first_is_closed()
    {
        var engine = SqliteEngine.Open(RecoveryTests.Options(folder), time);

        var refused = Assert.Throws<DataFolderInUseException>(
            () => SqliteEngine.Open(RecoveryTests.Options(folder), time));

        Assert.Contains(folder.Path, refused.Message, StringComparison.Ordinal);
        await engine.DisposeAsync();
        await using var next = SqliteEngine.Open(RecoveryTests.Options(folder), time);
    }

    [UnixFact]
    public async Task What_the_engine_makes_is_for_its_owner_alone()
    {
        const UnixFileMode File = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        const UnixFileMode Folder = File | UnixFileMode.UserExecute;
        await using var engine = SqliteEngine.Open(new SqliteOptions { Folder = folder.File("data") }, time);
        await RecoveryTests.WriteAsync(engine, "c", 1);
        await engine.BackupAsync(folder.File("copy"), None);

        foreach (var made in (string[])["data", "copy"])
        {
            Assert.Equal(Folder, ModeOf(folder.File(made)));
            var files = Directory.GetFiles(folder.File(made));
            Assert.NotEmpty(files);
            Assert.All(files, static file => Assert.Equal(File, ModeOf(file)));
        }
    }

    /// <summary>Only asked where there are such modes.</summary>
    private static UnixFileMode ModeOf(string path) =>
        OperatingSystem.IsWindows() ? throw new PlatformNotSupportedException() : System.IO.File.GetUnixFileMode(path);

    [Fact]
    public void A_folder_that_may_not_be_written_is_said_so_and_is_not_taken_for_one_in_use()
    {
        // For whoever may write everywhere, a folder in the place of a file is what cannot be opened.
        Directory.CreateDirectory(folder.File("pipeline.lock"));

        var refused = Assert.Throws<DataFolderException>(() => SqliteEngine.Open(RecoveryTests.Options(folder), time));

        Assert.StartsWith($"The data folder '{folder.Path}' cannot be written: ", refused.Message, StringComparison.Ordinal);
    }

    [SmallDiskFact]
    public void A_folder_on_a_read_only_disk_is_said_so_and_is_not_taken_for_one_in_use()
    {
        using var disk = new SmallDisk(folder.File("disk"), mebibytes: 1);
        disk.MakeReadOnly();

        foreach (var data in (string[])["disk", "disk/data"])
        {
            var refused = Assert.Throws<DataFolderException>(
                () => SqliteEngine.Open(new SqliteOptions { Folder = folder.File(data) }, time));
            Assert.Contains("cannot be written: Read-only", refused.Message, StringComparison.Ordinal);
        }
    }

    [FlockFact]
    public async Task A_second_process_is_kept_out_by_the_systems_lock()
    {
        await using var engine = SqliteEngine.Open(RecoveryTests.Options(folder), time);

        using var other = Process.Start("flock", ["--nonblock", folder.File("pipeline.lock"), "true"]);
        await other.WaitForExitAsync();

        Assert.NotEqual(0, other.ExitCode);
    }

    [Fact]
    public async Task A_folder_of_a_newer_version_is_refused_and_left_as_it_is()
    {
        await (SqliteEngine.Open(RecoveryTests.Options(folder), time)).DisposeAsync();
        using (var database = Database.OpenWriter(folder.File("pipeline.db")))
            database.Execute("PRAGMA user_version = 999");

        var refused = Assert.Throws<DataFolderNewerException>(
            () => SqliteEngine.Open(RecoveryTests.Options(folder), time));
        Assert.Throws<DataFolderNewerException>(() => SqliteEngine.OpenReadOnly(folder.Path));

        Assert.Contains("999", refused.Message, StringComparison.Ordinal);
        using var after = Database.OpenWriter(folder.File("pipeline.db"));
        Assert.Equal(999, after.Scalar("PRAGMA user_version"));
    }

    [Fact]
    public void Another_programs_database_is_refused()
    {
        using (var database = Database.OpenWriter(folder.File("pipeline.db")))
            database.Execute("CREATE TABLE somebodys(x)");

        Assert.Throws<DataFolderException>(() => SqliteEngine.Open(RecoveryTests.Options(folder), time));
    }

    [Fact]
    public void A_file_that_is_no_database_is_refused_with_a_word_on_what_to_do()
    {
        File.WriteAllText(folder.File("pipeline.db"), new string('x', 5_000));

        var refused = Assert.Throws<DataFolderException>(() => SqliteEngine.Open(RecoveryTests.Options(folder), time));

        Assert.Contains("backup", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_keeps_the_shards_it_was_made_with()
    {
        await SqliteEngine.Open(RecoveryTests.Options(folder) with { ShardCount = 5 }, time).DisposeAsync();

        await using var reopened = SqliteEngine.Open(RecoveryTests.Options(folder) with { ShardCount = 9 }, time);

        Assert.Equal(5, reopened.Documents.ShardCount);
    }

    [Theory]
    [InlineData(1_024)]
    [InlineData(8 * 1024 * 1024)]
    public async Task A_folder_being_served_can_be_read_beside_it(int memtableBytesMax)
    {
        await using var engine = SqliteEngine.Open(
            RecoveryTests.Options(folder) with { MemtableBytesMax = memtableBytesMax, RunsPerLevelMax = 2 }, time);
        for (var i = 0; i < 100; i++)
            await RecoveryTests.WriteAsync(engine, $"c{i % 10}", i);
        await DeadLetterAsync(engine);

        await using var reader = SqliteEngine.OpenReadOnly(folder.Path);
        for (var i = 100; i < 200; i++)
            await RecoveryTests.WriteAsync(engine, $"c{i % 10}", i);
        await engine.FlushAsync();

        // It still reads what was committed when it was opened.
        Assert.True(reader.ReadOnly);
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(90 + i, await RecoveryTests.ReadAsync(reader.Documents, $"c{i}"));
            Assert.Equal(10, (await reader.Documents.PageAsync(new($"c{i}", "entry", 99), None)).Documents.Count);
        }

        Assert.Equal(200, await CountChangesAsync(reader.Documents));
        Assert.Single((await reader.DeadLetters.ListAsync("purchases", 9, null, None)).Letters);
        await Assert.ThrowsAsync<StoreUnavailableException>(
            async () => await reader.Documents.CommitAsync("p", [new Write.Delete("k", "i")], None));
        await Assert.ThrowsAsync<StoreUnavailableException>(
            async () => await reader.DeadLetters.ReplayAsync("purchases", 1, None));
        Assert.Throws<InvalidOperationException>(() => reader.Queue);
    }

    [Fact]
    public async Task A_folder_at_rest_can_be_read_and_served_again_afterwards()
    {
        await using (var engine = SqliteEngine.Open(RecoveryTests.Options(folder), time))
            await RecoveryTests.WriteAsync(engine, "c", 1);

        await using (var reader = SqliteEngine.OpenReadOnly(folder.Path))
            Assert.Equal(1, await RecoveryTests.ReadAsync(reader.Documents, "c"));

        await using var again = SqliteEngine.Open(RecoveryTests.Options(folder), time);
        Assert.Equal(1, await RecoveryTests.ReadAsync(again.Documents, "c"));
    }

    [Fact]
    public void Reading_where_there_is_no_folder_is_an_error_and_makes_none()
    {
        Assert.Throws<DataFolderException>(() => SqliteEngine.OpenReadOnly(folder.File("nowhere")));

        Assert.False(Directory.Exists(folder.File("nowhere")));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_backup_opens_as_a_folder_with_everything_in_it(bool fromReader)
    {
        await using var engine = SqliteEngine.Open(RecoveryTests.Options(folder), time);
        for (var i = 0; i < 40; i++)
            await RecoveryTests.WriteAsync(engine, $"c{i}", 1);
        await engine.FlushAsync();
        for (var i = 0; i < 40; i++)
            await RecoveryTests.WriteAsync(engine, $"c{i}", 2);
        await engine.Queue.SendAsync("purchases", RecoveryTests.Message("m", "s"), None);
        await using var reader = SqliteEngine.OpenReadOnly(folder.Path);
        using var target = new TempFolder();
        var backup = target.File("backup");

        await (fromReader ? reader : engine).BackupAsync(backup, None);

        await Assert.ThrowsAsync<DataFolderException>(() => engine.BackupAsync(backup, None));
        await using var copy = SqliteEngine.Open(new SqliteOptions { Folder = backup }, time);
        for (var i = 0; i < 40; i++)
            Assert.Equal(2, await RecoveryTests.ReadAsync(copy.Documents, $"c{i}"));
        Assert.Equal("m", (await copy.Receiver.ReceiveAsync("purchases", 1, None)).Messages[0].Message.MessageId);
    }

    [Fact]
    public async Task A_closed_engine_refuses_writes_and_closing_twice_is_nothing()
    {
        var engine = SqliteEngine.Open(RecoveryTests.Options(folder), time);
        await engine.DisposeAsync();
        await engine.DisposeAsync();

        await Assert.ThrowsAsync<StoreUnavailableException>(
            async () => await engine.Documents.CommitAsync("p", [new Write.Upsert("k", "i", new byte[1])], None));
    }

    [SmallDiskFact]
    public async Task A_full_disk_refuses_writes_keeps_what_was_acknowledged_and_takes_again_when_there_is_room()
    {
        using var disk = new SmallDisk(folder.File("disk"), mebibytes: 6);
        await using var engine = SqliteEngine.Open(
            new SqliteOptions { Folder = folder.File("disk/data"), MemtableBytesMax = 256 * 1024 }, time);
        var ballast = folder.File("disk/ballast");
        await File.WriteAllBytesAsync(ballast, new byte[2 * 1024 * 1024]);
        var random = new Random(5);
        var written = 0;
        StoreUnavailableException? refused = null;
        for (; written < 2_000 && refused is null; written++)
        {
            try
            {
                var body = new byte[20_000];
                random.NextBytes(body);
                await engine.Documents.CommitAsync("p", [new Write.Create("k", $"{written:D6}", body)], None);
            }
            catch (StoreUnavailableException error)
            {
                refused = error;
                written--;
            }
        }

        Assert.NotNull(refused);
        await engine.Documents.ReadAsync(new("p", "k", "000000"), None);
        File.Delete(ballast);
        var again = await RetryAsync(async () => await engine.Documents.CommitAsync(
            "p", [new Write.Create("small", "1", Encoding.UTF8.GetBytes("x"))], None));
        Assert.True(again.Committed);
        Assert.True(engine.Stats().Healthy);
        for (var i = 0; i < written; i++)
            Assert.NotNull(await engine.Documents.ReadAsync(new("p", "k", $"{i:D6}"), None));
        Assert.Null(await engine.Documents.ReadAsync(new("p", "k", $"{written:D6}"), None));
    }

    private static async Task<T> RetryAsync<T>(Func<Task<T>> action)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return await action();
            }
            catch (StoreUnavailableException) when (attempt < 40)
            {
                await Task.Delay(100);
            }
        }
    }

    private static async Task DeadLetterAsync(SqliteEngine engine)
    {
        await engine.Queue.SendAsync("purchases", RecoveryTests.Message("bad", "s"), None);
        var lease = await engine.Receiver.ReceiveAsync("purchases", 1, None);
        await engine.Receiver.SettleAsync(lease, [new Settlement.DeadLetter(lease.Messages[0].Sequence, "r", "d")], None);
    }

    private static async Task<int> CountChangesAsync(IDocumentStore store)
    {
        var count = 0;
        for (var shard = 0; shard < store.ShardCount; shard++)
        {
            DocumentPage page;
            string? after = null;
            do
            {
                page = await store.ChangesAsync(new(shard, 100, after), None);
                (count, after) = (count + page.Documents.Count, page.Cursor);
            }
            while (page.Documents.Count > 0);
        }

        return count;
    }
}
